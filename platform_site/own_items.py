"""What a person may edit as a member of organizations, sorted by what is to be done about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from insights.reading import recent_views
from organizations.models import Organization
from publishing.content import field_label
from publishing.freshness import STALE_AFTER
from publishing.items import publishable_models
from publishing.models import Decision, Publishable, Review, Status, StatusChange

# Published, and somebody should say whether it is still right.
TO_CONFIRM = "confirm"
# What the page shows, by the word in addresses: a status, or TO_CONFIRM.
SHELVES = {
    Status.RETURNED: "直していただきたいもの",
    Status.DRAFT: "下書き",
    TO_CONFIRM: "内容を確かめていただきたいもの",
    Status.SUBMITTED: "申請中のもの",
    Status.SCHEDULED: "公開を予約したもの",
    Status.PUBLISHED: "公開中のもの",
    Status.CLOSED: "公開を終了したもの",
    Status.DISCARDED: "破棄したもの",
}
SHOWN = 5


@dataclass
class Line:
    """One item as a list of the page shows it."""

    item: Publishable
    kind: str
    kind_name: str
    edit_url: str
    organization: Organization | None
    # Of the review that waits: since when, and whether it is about a change of a public item.
    waits_since: datetime | None = None
    is_changed: bool = False
    # Of an item that was returned.
    reason: str = ""
    comments: list[tuple[str, str]] = field(default_factory=list)
    # How often a public item was read in the last 30 days.
    views: int | None = None


@dataclass
class Shelf:
    name: str
    title: str
    lines: list[Line] = field(default_factory=list)
    total: int = 0


def _own(model: type[Publishable], user) -> QuerySet:
    """The items of one kind with the name of their ``shelf``, without the long texts."""
    oldest_right = timezone.localdate() - STALE_AFTER
    wants_an_answer = Q(freshness_asked_on__isnull=False) | Q(confirmed_at__lt=oldest_right)
    lasts = Exists(model._default_manager.lasting().filter(pk=OuterRef("pk")))
    shelf = Case(
        When(wants_an_answer & lasts, status=Status.PUBLISHED, then=Value(TO_CONFIRM)),
        default=F("status"),
        output_field=CharField(),
    )
    long_texts = [field.name for field in model._meta.concrete_fields if isinstance(field, models.TextField)]
    found = model._default_manager.editable_by(user).annotate(shelf=shelf).defer(*long_texts)
    if model is Organization:
        return found.exclude(shelf=Status.PUBLISHED)  # they stand under "my organizations"
    return found.select_related("organization")


def shelves_of(user) -> dict[str, Shelf]:
    """All shelves with their first lines, in one query for each kind and three for what is told about them."""
    shelves = {str(name): Shelf(str(name), title) for name, title in SHELVES.items()}
    for model in publishable_models().values():
        for item in _first_of_each_shelf(model, user):
            shelf = shelves[item.shelf]
            shelf.lines.append(_line(item))
            if item.place == 1:
                shelf.total += item.shelf_size
    for shelf in shelves.values():
        shelf.lines.sort(key=lambda line: line.item.updated_at, reverse=True)
        del shelf.lines[SHOWN:]
    _tell(line for shelf in shelves.values() for line in shelf.lines)
    return shelves


def _first_of_each_shelf(model, user):
    place = Window(RowNumber(), partition_by="shelf", order_by=["-updated_at", "-pk"])
    size = Window(Count("*"), partition_by="shelf")
    found = _own(model, user).annotate(place=place, shelf_size=size)
    return found.filter(place__lte=SHOWN).order_by("-updated_at", "-pk")


def on_shelf(user, name: str) -> QuerySet:
    """(kind, pk) of everything on one shelf, newest first: for pages of `lines_of`."""
    parts = [
        _own(model, user)
        .filter(shelf=name)
        .order_by()
        .values_list(Value(kind, output_field=CharField()), "pk", "updated_at")
        for kind, model in publishable_models().items()
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-updated_at", "pk")


def lines_of(user, rows: Iterable[tuple]) -> list[Line]:
    """The lines of one page of `on_shelf`."""
    wanted = defaultdict(list)
    for kind, pk, _ in rows:
        wanted[kind].append(pk)
    found = {
        (kind, item.pk): item
        for kind, pks in wanted.items()
        for item in _own(publishable_models()[kind], user).filter(pk__in=pks)
    }
    lines = [_line(found[kind, pk]) for kind, pk, _ in rows if (kind, pk) in found]
    _tell(lines)
    return lines


def _line(item) -> Line:
    return Line(
        item=item,
        kind=item.item_kind,
        kind_name=str(item._meta.verbose_name),
        edit_url=edit_url(item),
        organization=None if isinstance(item, Organization) else item.organization,
    )


def edit_url(item) -> str:
    return reverse(f"{item._meta.app_label}:edit", args=[item.pk])


def _tell(lines: Iterable[Line]) -> None:
    """Fill in what the queue and the trail know about the lines."""
    by_item = {_key(line.item): line for line in lines}
    if not by_item:
        return
    about = _about(line.item for line in by_item.values())
    for review in Review.objects.open().filter(about):
        line = by_item[review.content_type_id, review.object_id]
        line.waits_since, line.is_changed = review.entered_at, line.item.is_published
    _tell_views([line for line in by_item.values() if line.item.is_published])
    returned = {key: line for key, line in by_item.items() if line.item.status == Status.RETURNED}
    if returned:
        _tell_reasons(returned)


def _tell_views(public: list[Line]) -> None:
    views = recent_views(line.item for line in public)
    for line in public:
        line.views = views.get((line.kind, line.item.pk), 0)


def _tell_reasons(returned: dict[tuple, Line]) -> None:
    about = _about(line.item for line in returned.values())
    newest = ("content_type", "object_id")
    for change in StatusChange.objects.filter(about, action="return").order_by(*newest, "-at", "-pk").distinct(*newest):
        returned[change.content_type_id, change.object_id].reason = change.note
    reviews = Review.objects.filter(about, decision=Decision.RETURNED).order_by(*newest, "-decided_at", "-pk")
    for review in reviews.distinct(*newest).prefetch_related("comments"):
        line = returned[review.content_type_id, review.object_id]
        line.comments = [(field_label(line.item, comment.field), comment.text) for comment in review.comments.all()]


def _key(item) -> tuple[int, int]:
    return ContentType.objects.get_for_model(item).pk, item.pk


def _about(items: Iterable[Publishable]) -> Q:
    """The condition of rows that belong to one of the items."""
    by_type = defaultdict(list)
    for item in items:
        by_type[ContentType.objects.get_for_model(item)].append(item.pk)
    condition = Q(pk__in=[])
    for content_type, pks in by_type.items():
        condition |= Q(content_type=content_type, object_id__in=pks)
    return condition
