"""Dates of the Japanese calendar, above all the days on which an era begins."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from taxonomy import wareki


def render(expression, **values):
    return Template("{% load portal %}{{ " + expression + " }}").render(Context(values))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1868, 1, 24), "1868年1月24日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2026, 11, 23), "令和8年11月23日"),
    ],
)
def test_eras_begin_on_their_day(day, expected):
    assert wareki.long_date(day) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1860, "1860年"),
        (1912, "明治45年（1912年）"),
        (1926, "大正15年（1926年）"),
        (1989, "平成元年（1989年）"),
        (2019, "令和元年（2019年）"),
        (2021, "令和3年（2021年）"),
    ],
)
def test_year_of_two_eras_is_named_after_the_longer(year, expected):
    assert render("year|wareki_year", year=year) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1850, "1850年度"),
        (1988, "昭和63年度（1988年度）"),
        (1989, "平成元年度（1989年度）"),
        (2018, "平成30年度（2018年度）"),
        (2019, "令和元年度（2019年度）"),
        (2025, "令和7年度（2025年度）"),
    ],
)
def test_fiscal_year(year, expected):
    assert render("year|fiscal_year", year=year) == expected


def test_date_is_a_time_element():
    html = render("day|wareki", day=date(2026, 11, 23))

    assert html == '<time datetime="2026-11-23">令和8年11月23日</time>'


def test_moment_is_shown_as_the_day_in_japan():
    late_in_london = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)

    assert render("moment|wareki_weekday", moment=late_in_london) == (
        '<time datetime="2026-11-23">令和8年11月23日（月）</time>'
    )


@pytest.mark.parametrize("name", ["wareki", "wareki_weekday", "wareki_year", "fiscal_year", "markdown"])
def test_nothing_stays_nothing(name):
    assert render(f"value|{name}", value=None) == ""


def test_markdown_is_rendered_and_safe():
    html = render("text|markdown", text="**「共創」**の場<script>alert(1)</script>")

    assert "<strong>「共創」</strong>の場" in html
    assert "<script>" not in html
