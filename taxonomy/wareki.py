"""Years of the Japanese calendar, from Meiji on."""

from datetime import date

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)
# The year before the first one of each era.
_BEFORE = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
WEEKDAYS = "月火水木金土日"


def era_year(day: date) -> str:
    """「令和8年」; the first year is 「元年」. Days before Meiji keep the western year."""
    for start, name in ERAS:
        if day >= start:
            number = day.year - start.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def long_date(day: date) -> str:
    return f"{era_year(day)}{day.month}月{day.day}日"


def western_year(era: str, count: str) -> int:
    """2026 of 「令和」 or "R" and "8"; 2019 of 「元」. For the eras in which people write days of our time."""
    return _BEFORE[era.upper()] + (1 if count == "元" else int(count))


def calendar_year(year: int) -> str:
    """「令和3年（2021年）」; a year of two eras is named after the longer part."""
    name = era_year(date(year, 7, 1))
    western = f"{year}年"
    return western if name == western else f"{name}（{western}）"


def fiscal_year(year: int) -> str:
    """「令和7年度（2025年度）」. The fiscal year 2019 is 令和元年度, so May decides and not April."""
    name = era_year(date(year, 5, 1))
    western = f"{year}年"
    return f"{western}度" if name == western else f"{name}度（{western}度）"
