"""What nobody has answered, and how long first answers take."""

from collections import Counter
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from forum.models import Topic
from forum.models.topics import ASKING
from forum.routing import WAITED_WORKING_DAYS, overdue
from insights.charts import Series, lines
from insights.numbers.months import labels, rows_by_month
from insights.panels import Figure, Link, Panel, Question, Table, kept, register
from insights.working_time import WorkingDays, percentile
from publishing.working_days import working_days_between

SHOWN = 20
MONTHS = ("月", "相談の数", "答えのついた数", "中央値（営業日）", "9割（営業日）", "まだ答えのない数")


@register("questions", "答えを待っている相談", is_local=True, is_personal=True)
def questions(asked: Question, user) -> Panel:
    counted = kept("questions", asked, count)
    topics = overdue(in_prefecture(Topic.objects.visible_to(user), asked.prefecture))
    now = timezone.now()
    rows = [
        [Link(topic.title, topic.get_absolute_url()), working_days_between(topic.published_at, now)]
        for topic in topics[:SHOWN]
    ]
    waiting = Table(
        "waiting",
        f"{WAITED_WORKING_DAYS}営業日より長く待っている相談（古い順、{SHOWN}件まで）",
        ["題名", "待っている営業日"],
        rows,
        empty="いまはありません。",
        is_open=True,
    )
    where = reverse("forum:unanswered") + (f"?region={asked.prefecture}" if asked.prefecture else "")
    return Panel(
        figures=counted.figures,
        tables=[waiting, *counted.tables],
        links=[Link("だれでも読める掲示板の、答えを待っている相談の一覧", where)],
        notes=counted.notes,
    )


def in_prefecture(topics, prefecture: str):
    """Those that name a place in the prefecture; all for ""."""
    if not prefecture:
        return topics
    inside = Topic.objects.order_by().filter(regions__code__startswith=prefecture)
    return topics.filter(pk__in=inside.values("pk"))


def count(asked: Question) -> Panel:
    """The numbers of all boards, in one query: the same for all readers."""
    groups = list(_groups(asked))
    today = timezone.localdate()
    days = WorkingDays(min((day for day, *_ in groups), default=today), today)
    waiting = Counter()
    months = {month: _Month() for month in asked.period.months}
    for day, answered, waits, number in groups:
        if waits:
            waiting[days.between(day, today)] += number
        if month := months.get(day.replace(day=1)):
            month.add(None if answered is None else days.between(day, answered), waits, number)
    return Panel(figures=_figures(waiting), tables=[_table(asked, months)], notes=_notes())


def _groups(asked: Question):
    """(day asked, day answered or None, whether it waits, how many)."""
    period, waits = asked.period, Q(answered_at=None, solved_at=None)
    asking = in_prefecture(Topic.objects.visible().filter(purpose__in=ASKING), asked.prefecture)
    wanted = asking.filter(waits | Q(published_at__gte=period.since, published_at__lt=period.until))
    by = {
        "asked": TruncDate("published_at"),
        "answered": TruncDate("answered_at"),
        "is_solved": Q(solved_at__isnull=False),
    }
    grouped = wanted.order_by().values(**by).annotate(number=Count("pk"))
    for day, answered, is_solved, number in grouped.values_list("asked", "answered", "is_solved", "number"):
        yield day, answered, answered is None and not is_solved, number


class _Month:
    def __init__(self):
        self.asked = self.waiting = 0
        self.days: Counter[int] = Counter()

    def add(self, days: int | None, waits: bool, number: int) -> None:
        self.asked += number
        self.waiting += number if waits else 0
        if days is not None:
            self.days[days] += number

    def median(self) -> float | None:
        return percentile(self.days, 0.5)

    def nine_of_ten(self) -> float | None:
        return percentile(self.days, 0.9)


def _figures(waiting: Counter[int]) -> list[Figure]:
    late = sum(number for days, number in waiting.items() if days > WAITED_WORKING_DAYS)
    return [
        Figure("答えを待っている相談", waiting.total()),
        Figure(f"そのうち{WAITED_WORKING_DAYS}営業日より長いもの", late),
        Figure("いちばん長く待っているもの", max(waiting, default=None), "営業日"),
    ]


def _table(asked: Question, months: dict[date, _Month]) -> Table:
    found = list(months.values())
    medians = Series("中央値", tuple(month.median() for month in found))
    nines = Series("9割がこの日数までに", tuple(month.nine_of_ten() for month in found))
    title = "最初の答えがつくまでの営業日"
    description = "相談が書かれた月ごとに、最初の答えがつくまでの営業日の中央値と、9割に答えがついた日数。"
    chart = lines("questions-answers", title, description, labels(months), [medians, nines])
    rows = rows_by_month(
        months,
        lambda month: [month.asked, month.days.total(), month.median(), month.nine_of_ten(), month.waiting],
    )
    return Table("answers", title, MONTHS, rows, chart)


def _notes() -> list[str]:
    return [
        "「相談」と「事例さがし」の話題を、書かれた月に数えています。役割を確かめた人だけが読める掲示板のものも入ります。",
        "営業日は、土曜・日曜、祝日、12月29日から1月3日までを除いて数えます。同じ日の答えは0日です。",
        "答えがまだ1件もついていない月の日数は「—」です。最近の月の日数は、これから長くなることがあります。",
    ]
