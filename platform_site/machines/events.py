"""Structured data of events and their recordings; a part of their stored pages."""

from collections.abc import Iterable

from django.urls import reverse

from events.choices import FROM_ANYWHERE, EventState, Format
from platform_site.machines.items import address_of, names, organization_in_short, web_page
from platform_site.machines.json_ld import absolute, thing
from publishing.file_names import size_text
from taxonomy.models import Region, Theme

SCHEMA = "https://schema.org/"
STATES = {
    EventState.PLANNED: "EventScheduled",
    EventState.POSTPONED: "EventPostponed",
    EventState.CANCELLED: "EventCancelled",
}
ATTENDANCE = {
    Format.VENUE: "OfflineEventAttendanceMode",
    Format.ONLINE: "OnlineEventAttendanceMode",
    Format.HYBRID: "MixedEventAttendanceMode",
    Format.ARCHIVE: "OnlineEventAttendanceMode",
}


def event(item, regions: Iterable[Region], themes: Iterable[Theme]) -> dict:
    """An event, fetched with `for_detail`. That it is over follows from its end: there is no word for it."""
    attendance = ATTENDANCE.get(item.format)
    return thing(
        "Event",
        name=item.title,
        alternateName=item.title_english,
        description=item.summary,
        **web_page(item, with_dates=True),
        startDate=_start(item),
        endDate=_end(item),
        eventStatus=SCHEMA + STATES[item.state],
        eventAttendanceMode=SCHEMA + attendance if attendance else None,
        location=_locations(item),
        organizer=_organizers(item),
        offers=_offer(item),
        isAccessibleForFree=None if item.fee is None else item.is_free,
        maximumAttendeeCapacity=item.capacity,
        audience=[thing("Audience", audienceType=name) for name in item.audience_names()],
        keywords=[*names(themes), *item.tag_list],
        superEvent=thing("EventSeries", name=item.series.title) if item.series else None,
        recordedIn=[recording(video) for video in item.page_videos],
    )


def recording(video) -> dict:
    """A recording of an event: what the page knows of it. Nobody has said when it was uploaded."""
    return thing(
        "VideoObject",
        name=video.title,
        url=video.page_elsewhere if video.url else None,
        embedUrl=video.frame if video.player else None,
        **(_file_of(video) if video.file else {}),
        transcript=video.transcript,
        hasPart=[
            thing("Clip", name=chapter.title, startOffset=chapter.seconds, url=absolute(chapter.address))
            for chapter in video.chapter_links()
        ],
    )


def _file_of(video) -> dict:
    captions = thing("MediaObject", contentUrl=absolute(video.captions_address), encodingFormat="text/vtt")
    return {
        "contentUrl": absolute(video.file_address),
        "encodingFormat": video.content_type,
        "contentSize": size_text(video.size),
        "caption": captions if video.captions else None,
    }


def _start(item) -> str:
    if item.only_month_known:
        return f"{item.start_date:%Y-%m}"
    return item.start_date.isoformat() if item.is_all_day else item.starts_at.isoformat()


def _end(item) -> str | None:
    if item.only_month_known:
        return None
    return item.end_date.isoformat() if item.is_all_day else item.ends_at.isoformat()


def _locations(item) -> list[dict]:
    """The venue, as far as it is known, and the way in from anywhere: the event's page tells how to take part."""
    found = []
    if item.venue or item.address:
        found.append(thing("Place", name=item.venue, address=address_of(item.address), geo=_position(item)))
    if item.format in FROM_ANYWHERE:
        found.append(thing("VirtualLocation", url=absolute(item.get_absolute_url())))
    return found


def _position(item) -> dict | None:
    if item.latitude is None or item.longitude is None:
        return None
    return thing("GeoCoordinates", latitude=float(item.latitude), longitude=float(item.longitude))


def _organizers(item) -> list[dict]:
    others = [
        thing("Organization", name=row["name"], url=absolute(reverse("organizations:detail", args=[row["pk"]])))
        for row in item.co_organizer_list
    ]
    return [organization_in_short(item.organization), *others]


def _offer(item) -> dict | None:
    """What taking part costs, where it is known."""
    if item.fee is None:
        return None
    return thing(
        "Offer",
        price=item.fee,
        priceCurrency="JPY",
        url=item.application_url or absolute(item.get_absolute_url()),
        validFrom=item.application_opens_on.isoformat() if item.application_opens_on else None,
        availability=f"{SCHEMA}SoldOut" if item.is_full else None,
    )
