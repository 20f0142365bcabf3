"""How often what was read: sums over days and months."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, Sum
from django.utils import timezone

from insights.models import DailyViews
from insights.periods import Period

RECENT_DAYS = 30

# Months that were summed, and the days since then.
_SINCE_SUMMED = """
    WITH summed AS (SELECT coalesce(max(month) + interval '1 month', '-infinity')::date AS until
                    FROM insights_monthlyviews)
    SELECT {columns}, sum(count)::bigint AS views FROM (
        SELECT month, kind, object_id, page, count FROM insights_monthlyviews
        WHERE month >= %(first)s AND month < %(end)s
        UNION ALL
        SELECT date_trunc('month', day)::date, kind, object_id, page, count FROM insights_dailyviews
        WHERE day >= greatest(%(first)s, (SELECT until FROM summed)) AND day < %(end)s
    ) AS views
"""


_OF_PUBLIC_ITEMS = """
    JOIN search_entry AS entry ON entry.kind = views.kind AND entry.object_id = views.object_id
    JOIN search_card AS card ON card.entry_id = entry.id
    GROUP BY views.kind, views.object_id, card.title
    ORDER BY sum(count) DESC, views.kind, views.object_id LIMIT %(count)s
"""


def by_month_and_page(period: Period) -> list[tuple[date, str, str, int]]:
    """(first day of the month, kind, name of the address, views); items have no name."""
    return _rows(period, "month, kind, page", "GROUP BY month, kind, page")


def most_read(period: Period, count: int) -> list[tuple[str, int, str, int]]:
    """(kind, pk, title, views) of the public items that were read most."""
    return _rows(period, "views.kind, views.object_id, card.title", _OF_PUBLIC_ITEMS, count=count)


def _rows(period: Period, columns: str, ending: str, **parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        sql = _SINCE_SUMMED.format(columns=columns) + ending
        cursor.execute(sql, {"first": period.first, "end": period.end, **parameters})
        return cursor.fetchall()


def recent_views(items: Iterable) -> dict[tuple[str, int], int]:
    """The views of the last 30 days, today included, by kind and pk of ``items``; in one query."""
    by_kind = defaultdict(list)
    for item in items:
        by_kind[item.item_kind].append(item.pk)
    if not by_kind:
        return {}
    which = Q()
    for kind, pks in by_kind.items():
        which |= Q(kind=kind, object_id__in=pks)
    since = timezone.localdate() - timedelta(days=RECENT_DAYS - 1)
    found = DailyViews.objects.filter(which, day__gte=since).order_by().values_list("kind", "object_id")
    return {(kind, pk): count for kind, pk, count in found.annotate(views=Sum("count"))}
