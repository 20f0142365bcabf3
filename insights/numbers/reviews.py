"""What waits for reviewers, what waits for its writers, and how long decisions take."""

from collections import Counter
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate, TruncMonth
from django.urls import reverse
from django.utils import timezone

from insights.charts import bars
from insights.numbers.months import labels, rows_by_month
from insights.panels import Figure, Link, Panel, Question, Table, kept, register
from insights.working_time import WorkingDays, percentile
from publishing.items import publishable_models
from publishing.models import Decision, Review, Status
from publishing.queue import kind_of
from publishing.working_days import working_days_between

SHOWN = 20
KINDS = ("種類", "審査を待っている数", "その最長（営業日）", "差戻しのままの数", "その最長（営業日）")
MONTHS = ("月", "決めた数", "うち差戻し", "決めるまでの営業日（中央値）")


@register("reviews", "審査", is_local=True, is_personal=True)
def reviews(asked: Question, user) -> Panel:
    counted = kept("reviews", asked, count)
    if not user.has_perm("publishing.review"):  # titles of drafts are for reviewers
        return counted
    now = timezone.now()
    waiting = in_prefecture(Review.objects.open(), asked.prefecture)[:SHOWN]
    rows = [
        [
            Link(review.title, reverse("publishing:review", args=[review.pk])),
            kind_of(review),
            working_days_between(review.entered_at, now),
        ]
        for review in waiting
    ]
    caption = f"審査を待っているもの（古い順、{SHOWN}件まで）"
    table = Table(
        "waiting", caption, ["題名", "種類", "待っている営業日"], rows, empty="いまはありません。", is_open=True
    )
    return Panel(counted.figures, [table, *counted.tables], counted.links, counted.notes)


def in_prefecture(reviews, prefecture: str):
    return reviews.filter(prefectures__contains=[prefecture]) if prefecture else reviews


def count(asked: Question) -> Panel:
    waiting, returned = _since(_open(asked)), _since(_returned(asked))
    today = timezone.localdate()
    days = WorkingDays(
        min((day for days in (*waiting.values(), *returned.values()) for day in days), default=today), today
    )
    rows = []
    for kind, model in publishable_models().items():
        cells = [str(model._meta.verbose_name)]
        for since in (waiting[kind], returned[kind]):
            cells += [since.total(), days.between(min(since), today) if since else None]
        rows.append(cells)
    everything = sum(waiting.values(), Counter())
    sent_back = sum(returned.values(), Counter())
    figures = [
        Figure("審査を待っているもの", everything.total()),
        Figure("いちばん長く待っているもの", days.between(min(everything), today) if everything else None, "営業日"),
        Figure("差戻しのままのもの", sent_back.total()),
    ]
    tables = [Table("kinds", "種類ごとの数", KINDS, rows, is_open=True), _decided(asked)]
    links = [Link("審査の一覧", reverse("publishing:queue"), "publishing.review")]
    return Panel(figures, tables, links, ["「差戻しのまま」は、団体がまだ直していないものです。取り下げは数えません。"])


def _open(asked: Question):
    return in_prefecture(Review.objects.open().order_by(), asked.prefecture), "entered_at"


def _returned(asked: Question):
    """The last decision on each item that still is as it was sent back."""
    still = Q(pk__in=[])
    for model in publishable_models().values():
        as_returned = model._default_manager.filter(pk=OuterRef("object_id"), status=Status.RETURNED).order_by()
        still |= Q(Exists(as_returned), content_type=ContentType.objects.get_for_model(model))
    later = Review.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), decided_at__gt=OuterRef("decided_at")
    )
    sent_back = Review.objects.filter(still, ~Exists(later), decision=Decision.RETURNED).order_by()
    return in_prefecture(sent_back, asked.prefecture), "decided_at"


def _since(reviews_and_moment) -> dict[str, Counter[date]]:
    """How many since which day, by kind of content."""
    reviews, moment = reviews_and_moment
    kinds = {ContentType.objects.get_for_model(model).pk: kind for kind, model in publishable_models().items()}
    found = {kind: Counter() for kind in kinds.values()}
    rows = reviews.values(since=TruncDate(moment)).annotate(number=Count("pk"))
    for content_type, day, number in rows.values_list("content_type", "since", "number"):
        found[kinds[content_type]][day] += number
    return found


def _decided(asked: Question) -> Table:
    period = asked.period
    months = {month: (Counter(), Counter()) for month in period.months}
    decided = Review.objects.filter(decided_at__gte=period.since, decided_at__lt=period.until)
    decided = in_prefecture(decided.exclude(decision=Decision.WITHDRAWN).order_by(), asked.prefecture)
    rows = decided.values(month=TruncMonth("decided_at")).annotate(number=Count("pk"))
    for month, decision, waited, number in rows.values_list("month", "decision", "waited_days", "number"):
        decisions, days = months[timezone.localdate(month)]
        decisions[decision] += number
        days[waited] += number
    title = "審査で決めた数"
    totals = [decisions.total() for decisions, _ in months.values()]
    chart = bars("reviews-decided", title, "月ごとに、審査で決めた数。", labels(months), totals)
    cells = rows_by_month(
        months, lambda found: [found[0].total(), found[0][Decision.RETURNED], percentile(found[1], 0.5)]
    )
    return Table("decided", title, MONTHS, cells, chart)
