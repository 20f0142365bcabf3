"""What was published month by month, what nobody has confirmed for long, and what began from something else."""

from collections import Counter
from datetime import datetime

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cases.models import CaseStudy
from events.models import Event
from forum.models import Topic
from insights.charts import Series, bars, lines
from insights.numbers.months import labels, rows_by_month
from insights.panels import Figure, Link, Panel, Question, Table, register
from organizations.models import Organization
from policies.models import Policy
from publishing.freshness import STALE_AFTER, SUNK_BY
from publishing.items import publishable_models
from publishing.models import Status
from search.models import Entry
from search.request import Request

SHOWN = 20
COUNTED = (Organization, CaseStudy, Event, Policy, Topic)


def address_of(model, pk: int) -> str:
    return model(pk=pk).get_absolute_url()


# Published month by month

_NEW = """
    SELECT kind, (date_trunc('month', day AT TIME ZONE 'Asia/Tokyo'))::date, count(*)
    FROM (
        SELECT kind, CASE WHEN published_at < %(stale)s THEN published_at + %(sunk)s ELSE published_at END AS day
        FROM search_entry
        WHERE kind = ANY(%(kinds)s)
          AND (published_at >= %(since)s AND published_at < %(until)s
               OR published_at >= %(since)s - %(sunk)s AND published_at < %(until)s - %(sunk)s)
          {place}
    ) AS published
    GROUP BY 1, 2
"""


@register("new", "新しく公開されたもの", is_local=True)
def new(asked: Question) -> Panel:
    months = {month: Counter() for month in asked.period.months}
    for kind, month, number in _published(asked):
        months[month][kind] += number
    names = [str(model._meta.verbose_name) for model in COUNTED]
    rows = rows_by_month(months, lambda found: [found[model.search_kind] for model in COUNTED])
    title = "月ごとに公開された数"
    shown = [
        Series(str(model._meta.verbose_name), tuple(found[model.search_kind] for found in months.values()))
        for model in (Organization, CaseStudy)
    ]
    chart = lines("new-months", title, "月ごとに公開された団体と事例の数。", labels(months), shown)
    figures = [
        Figure(name, sum(found[model.search_kind] for found in months.values()))
        for name, model in zip(names, COUNTED, strict=True)
    ]
    notes = ["いま公開しているもののうち、その月に公開したものを数えます。今月は、今日までの数です。"]
    return Panel(figures, [Table("months", title, ["月", *names], rows, chart)], notes=notes)


def _published(asked: Question) -> list[tuple]:
    """(kind, first day of the month, how many) from the index, where what is stale stands far back."""
    parameters = {
        "kinds": [model.search_kind for model in COUNTED],
        "since": asked.period.since,
        "until": asked.period.until,
        "sunk": SUNK_BY,
        "stale": _stale_before(),
        "place": _place(asked),
    }
    place = "AND vector @@ %(place)s::tsquery" if asked.prefecture else ""
    with connection.cursor() as cursor:
        cursor.execute(_NEW.format(place=place), parameters)
        return cursor.fetchall()


def _place(asked: Question) -> str:
    """Everything in the prefecture, as the index is asked."""
    return Request("", region=asked.prefecture).tsquery()


def _stale_before() -> datetime:
    """Entries of the index from before this moment stand there because they are stale, see `Publishable.listed_at`."""
    return timezone.now() - SUNK_BY / 2


# Stale

_PUBLIC = """
    SELECT kind, count(*), count(*) FILTER (WHERE published_at < %(stale)s)
    FROM search_entry WHERE kind = ANY(%(kinds)s) {place} GROUP BY kind
"""


@register("stale", "確認の古いもの", is_local=True)
def stale(asked: Question) -> Panel:
    counted = _public_and_stale(asked)
    rows = [[str(model._meta.verbose_name), *counted.get(kind, (0, 0))] for kind, model in publishable_models().items()]
    tables = [
        Table("kinds", "種類ごとの数", ["種類", "公開中", "確認の古いもの"], rows, is_open=True),
        Table(
            "oldest",
            f"最終確認日の古いもの（{SHOWN}件まで）",
            ["題名", "種類", "最終確認日"],
            _oldest(asked),
            empty="いまはありません。",
        ),
    ]
    figures = [
        Figure("確認の古いもの", sum(row[2] for row in rows)),
        Figure("公開中のもの", sum(row[1] for row in rows)),
    ]
    notes = [
        f"最終確認日から{STALE_AFTER.days}日をすぎても、団体からお返事のないものです。"
        "続いていないと分かっているもの（終わったイベントなど）は入りません。数は、夜に新しくなります。"
    ]
    return Panel(figures, tables, notes=notes)


def _public_and_stale(asked: Question) -> dict[str, tuple[int, int]]:
    parameters = {"stale": _stale_before(), "kinds": list(publishable_models()), "place": _place(asked)}
    place = "AND vector @@ %(place)s::tsquery" if asked.prefecture else ""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLIC.format(place=place), parameters)
        return {kind: (public, old) for kind, public, old in cursor.fetchall()}


def _oldest(asked: Question) -> list[list]:
    entries = Entry.objects.filter(published_at__lt=_stale_before(), card__isnull=False)
    if asked.prefecture:
        entries = entries.matching(_place(asked))
    parts = []
    for kind, model in publishable_models().items():
        confirmed = Subquery(model._default_manager.filter(pk=OuterRef("object_id")).order_by().values("confirmed_at"))
        of_kind = entries.filter(kind=kind).annotate(confirmed=confirmed).order_by("confirmed", "object_id")
        parts.append(of_kind.values_list("kind", "object_id", "card__title", "confirmed")[:SHOWN])
    oldest = parts[0].union(*parts[1:], all=True).order_by("confirmed", "kind", "object_id")[:SHOWN]
    models = publishable_models()
    return [
        [Link(title, address_of(models[kind], pk)), str(models[kind]._meta.verbose_name), day]
        for kind, pk, title, day in oldest
    ]


# Begun from another case


@register("followers", "ほかの事例から始まった事例", is_local=True)
def followers(asked: Question) -> Panel:
    period = asked.period
    found = CaseStudy.objects.published().filter(
        origin__isnull=False, published_at__gte=period.since, published_at__lt=period.until
    )
    if asked.prefecture:
        inside = CaseStudy.objects.order_by().filter(regions__code__startswith=asked.prefecture)
        found = found.filter(pk__in=inside.values("pk"))
    cases = list(
        found.newest_first().values_list(
            "pk", "title", "origin_id", "origin__title", "origin__status", TruncMonth("published_at")
        )
    )
    months = dict.fromkeys(period.months, 0)
    for *_, month in cases:
        months[timezone.localdate(month)] += 1
    title = "月ごとの数"
    chart = bars(
        "followers-months",
        title,
        "もとになった事例のある事例が、月ごとに公開された数。",
        labels(months),
        list(months.values()),
    )
    rows = [
        [Link(title, address_of(CaseStudy, pk)), _origin(origin, origin_title, status)]
        for pk, title, origin, origin_title, status, _ in cases[:SHOWN]
    ]
    tables = [
        Table("months", title, ["月", "事例"], rows_by_month(months, lambda number: [number]), chart),
        Table("latest", f"新しいもの（{SHOWN}件まで）", ["事例", "もとになった事例"], rows),
    ]
    return Panel([Figure("この期間に公開された数", len(cases))], tables)


def _origin(pk, title, status) -> Link | str:
    """Its title and address; what is no longer public has neither."""
    return Link(title, address_of(CaseStudy, pk)) if status == Status.PUBLISHED else "公開を終了した事例"
