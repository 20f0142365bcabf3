"""Values of rows into events: one at a time for the actions of the workflow, and many new ones at once."""

import uuid
from collections.abc import Callable, Sequence

from events import changes
from events.import_models import EventImport, EventImportRow
from events.importing.matching import RELATED, check
from events.models import Event
from organizations.models import Organization
from publishing.many import create_many, send_many
from taxonomy.models import Theme


def key_of(made: EventImport, row: EventImportRow) -> uuid.UUID:
    """The same for a row whenever it is written: it makes one event."""
    return uuid.uuid5(made.key, str(row.number))


def writer(values: dict, organization: Organization | None = None, regions: Sequence[str] = ()) -> Callable:
    """What `create` and `save_changes` call. A new event belongs to ``organization`` and, unless its row says more,
    takes place in ``regions``, where that is active."""

    def write(event: Event) -> None:
        if organization:
            event.organization = organization
        _fill(event, values)
        event.save()
        if places := _places(values, regions):
            event.regions.set(places)
        if "themes" in values:
            event.themes.set(Theme.objects.filter(slug__in=values["themes"]))
        if "tags" in values:
            event.tags.set(values["tags"])

    return write


def _fill(event: Event, values: dict) -> None:
    for name, value in values.items():
        if name not in RELATED:
            setattr(event, name, value)
    check(event)


def _places(values: dict, regions: Sequence[str]) -> Sequence[str]:
    return [values["region"]] if "region" in values else regions


def create_together(made: EventImport, rows: list[tuple[EventImportRow, dict]], regions: Sequence[str]) -> list[Event]:
    """New events of ``rows`` with their values, sent on their way if the import is to; all of them or none."""
    publishes = made.organization.can_self_publish
    events = []
    for row, values in rows:
        event = Event(organization=made.organization, creation_key=key_of(made, row))
        _fill(event, values)
        if made.sends and publishes:
            # As `changes.note` would write it into each.
            event.told = changes.told_of(event)
        events.append(event)

    def relate(events: list[Event]) -> None:
        places, themes = Event.regions.through, Event.themes.through
        pks = dict(Theme.objects.values_list("slug", "pk"))
        pairs = list(zip(events, (values for _, values in rows), strict=True))
        places.objects.bulk_create(
            places(event=event, region_id=code) for event, values in pairs for code in _places(values, regions)
        )
        themes.objects.bulk_create(
            themes(event=event, theme_id=pks[slug]) for event, values in pairs for slug in values.get("themes", ())
        )
        for event, values in pairs:
            if "tags" in values:
                event.tags.set(values["tags"])

    create_many(events, relate, by=made.by)
    if made.sends:
        fresh = Event.objects.for_index().filter(pk__in=[event.pk for event in events]).order_by("pk")
        send_many(list(fresh), "publish" if publishes else "submit", by=made.by)
    return events
