"""What tables and charts by month share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from insights.charts import Label
from insights.periods import month_name
from taxonomy.wareki import era_year


def labels(months: Iterable[date]) -> list[Label]:
    """「11月」, with the year below the first month and each January."""
    return [
        Label(f"{month.month}月", era_year(month) if number == 0 or month.month == 1 else "")
        for number, month in enumerate(months)
    ]


def rows_by_month(months: Mapping[date, object], cells: Callable) -> list[list]:
    """One row for each month: its name, and what ``cells`` makes of its value."""
    return [[month_name(month), *cells(value)] for month, value in months.items()]
