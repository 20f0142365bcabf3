"""Addresses at which other people's calendars offer to add an event; nothing is sent before somebody follows one."""

from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from events.models import Event
from events.times import Phase

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def links_to_add(event: Event, summary: str) -> list[tuple[str, str]]:
    """Names of calendars with addresses; none for what is not public, or takes place on no known day."""
    if not event.is_published or event.is_off or event.only_month_known or event.phase == Phase.OVER:
        return []
    return [("Googleカレンダー", google_link(event, summary)), ("Outlook.com", outlook_link(event, summary))]


def _texts(event: Event, summary: str) -> tuple[str, str]:
    """What it is about, with the address of its page, and the place."""
    details = f"{summary}\n{settings.SITE_URL}{event.get_absolute_url()}"
    return details, " ".join(filter(None, [event.venue, event.address]))


def google_link(event: Event, summary: str) -> str:
    details, location = _texts(event, summary)
    # The end is the day after, for what lasts all day.
    form = "%Y%m%d" if event.is_all_day else "%Y%m%dT%H%M%S"
    dates = "/".join(timezone.localtime(moment).strftime(form) for moment in (event.starts_at, event.ends_at))
    parameters = {"action": "TEMPLATE", "text": event.title, "dates": dates, "ctz": settings.TIME_ZONE}
    return f"{GOOGLE}?{urlencode({**parameters, 'details': details, 'location': location})}"


def outlook_link(event: Event, summary: str) -> str:
    details, location = _texts(event, summary)
    starts, ends = (timezone.localtime(moment) for moment in (event.starts_at, event.ends_at))
    if event.is_all_day:
        times = {"startdt": starts.date().isoformat(), "enddt": ends.date().isoformat(), "allday": "true"}
    else:
        times = {"startdt": starts.isoformat(), "enddt": ends.isoformat()}
    parameters = {"path": "/calendar/action/compose", "rru": "addevent", "subject": event.title}
    return f"{OUTLOOK}?{urlencode({**parameters, **times, 'body': details, 'location': location})}"
