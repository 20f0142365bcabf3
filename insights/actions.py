"""Summing the days of a month, and forgetting old days."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from insights.models import DailyViews, MonthlyViews
from insights.periods import month_before

DAYS_ARE_KEPT_MONTHS = 25

_SUM = """
    INSERT INTO insights_monthlyviews (month, kind, object_id, page, count)
    SELECT date_trunc('month', day)::date, kind, object_id, page, sum(count)
    FROM insights_dailyviews WHERE day >= %s AND day < %s
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (kind, object_id, page, month) DO UPDATE SET count = EXCLUDED.count
"""


@transaction.atomic
def sum_months() -> None:
    """Sum all months that are over, then forget the days of those that are older than 25 months.

    The month that was summed last is summed again: a process may have written late. Run as often as you like.
    """
    this_month = timezone.localdate().replace(day=1)
    summed = MonthlyViews.objects.aggregate(last=Max("month"))["last"] or date.min
    with connection.cursor() as cursor:
        cursor.execute(_SUM, [summed, this_month])
    DailyViews.objects.filter(day__lt=_months_before(this_month, DAYS_ARE_KEPT_MONTHS)).delete()


def _months_before(first_day: date, count: int) -> date:
    for _ in range(count):
        first_day = month_before(first_day)
    return first_day
