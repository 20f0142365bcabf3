"""What the triggers of django-pghistory recorded about one item, its links and its rows.

First only when and by whom (`groups_of`): what one request or action did stands together. The recorded rows
themselves are loaded for the groups somebody wants to read (`load`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import pghistory.models
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Func, Window
from django.db.models.functions import Lag
from taggit.managers import TaggableManager

from publishing.models import Publishable

# Of a history that is longer than this, the newest.
MOST = 3000


@dataclass(frozen=True)
class Source:
    """One table of events that belongs to an item: its own, of its links, or of its rows."""

    kind: str  # "item", "links" or "rows"
    # The field or reverse relation, "" for the item itself.
    name: str
    events: models.QuerySet


@dataclass
class Moment:
    """One recorded change of one row."""

    source: Source
    pk: int
    # The event before it of the same row, if any was recorded.
    previous: int | None
    label: str
    content_changed: bool = True
    status_changed: bool = False
    confirmed: bool = False
    event: models.Model | None = None
    before: models.Model | None = None


@dataclass
class Group:
    """What was recorded in one request or action."""

    at: datetime
    # What `publishing.actions.recorded` and the middleware noted: user, action, url; None without either.
    context: dict | None
    moments: list[Moment] = field(default_factory=list)

    @property
    def action(self) -> str:
        return (self.context or {}).get("action") or ""

    def of(self, kind: str) -> list[Moment]:
        return [moment for moment in self.moments if moment.source.kind == kind]


@cache
def event_models() -> dict[type[models.Model], type[models.Model]]:
    """The event table of each recorded model."""
    return {
        model.pgh_tracked_model: model
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and model.pgh_tracked_model
    }


def sources_of(item: Publishable) -> list[Source]:
    sources = [Source("item", "", _events(type(item)).filter(id=item.pk))]
    for name in item.CONTENT_FIELDS:
        column = item._meta.get_field(name)
        if column.many_to_many and not isinstance(column, TaggableManager):
            events = _events(column.remote_field.through).filter(**{column.m2m_field_name(): item.pk})
            sources.append(Source("links", name, events))
    for name in (*item.CONTENT_ROWS, *item.RECORDED_ROWS):
        sources.append(Source("rows", name, _events_of_rows(item, name)))
    return sources


def _events(model):
    return event_models()[model]._default_manager.all()


def _events_of_rows(item, name):
    relation = item._meta.get_field(name)
    events = _events(relation.related_model)
    if relation.one_to_many and hasattr(relation, "object_id_field_name"):
        kind = ContentType.objects.get_for_model(item)
        return events.filter(**{relation.content_type_field_name: kind, relation.object_id_field_name: item.pk})
    return events.filter(**{relation.field.name: item.pk})


def groups_of(item: Publishable) -> list[Group]:
    """Everything recorded about the item, newest first."""
    groups: dict[object, Group] = {}
    for source in sources_of(item):
        for row in _light_rows(item, source):
            key = row["pgh_context_id"] or (source.kind, source.name, row["pgh_id"])
            group = groups.setdefault(key, Group(row["pgh_created_at"], row["pgh_context__metadata"]))
            group.moments.append(_moment(source, row))
    return sorted(groups.values(), key=lambda group: group.at, reverse=True)


def _light_rows(item, source):
    columns = ["pgh_id", "pgh_created_at", "pgh_label", "pgh_context_id", "pgh_context__metadata", "previous"]
    events = source.events.annotate(previous=_before(F("pgh_id")))
    if source.kind == "item":
        # A digest instead of the texts: whether they changed is enough here.
        digest = Func(
            *_content_columns(item), template="MD5(ROW(%(expressions)s)::text)", output_field=models.TextField()
        )
        events = events.annotate(digest=digest).annotate(
            digest_before=_before(F("digest")),
            status_before=_before(F("status")),
            confirmed_before=_before(F("confirmed_at")),
        )
        columns += ["digest", "digest_before", "status", "status_before", "confirmed_at", "confirmed_before"]
    return events.order_by("-pgh_id").values(*columns)[:MOST]


def _before(expression):
    """The value in the event before, of the same row."""
    return Window(Lag(expression), partition_by=[F("id")], order_by=F("pgh_id").asc())


def _content_columns(item) -> list[str]:
    columns = [item._meta.get_field(name) for name in item.CONTENT_FIELDS]
    return [column.attname for column in columns if column.concrete and not column.many_to_many]


def _moment(source, row) -> Moment:
    moment = Moment(source, row["pgh_id"], row["previous"], row["pgh_label"])
    if source.kind == "item" and row["previous"] is not None:
        moment.content_changed = row["digest"] != row["digest_before"]
        moment.status_changed = row["status"] != row["status_before"]
        moment.confirmed = row["confirmed_at"] != row["confirmed_before"]
    return moment


def load(groups: list[Group]) -> None:
    """Fill in the recorded rows of ``groups``, and those before them: one query for each table."""
    by_source: dict[tuple, list[Moment]] = {}
    for moment in (moment for group in groups for moment in group.moments):
        by_source.setdefault((moment.source.kind, moment.source.name), []).append(moment)
    for moments in by_source.values():
        wanted = {pk for moment in moments for pk in (moment.pk, moment.previous) if pk}
        events = moments[0].source.events.in_bulk(wanted)
        for moment in moments:
            moment.event, moment.before = events.get(moment.pk), events.get(moment.previous)
