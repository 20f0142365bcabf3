"""Filters for all templates: Japanese dates and Markdown."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html

from publishing.markdown import render
from taxonomy import wareki as calendar

register = template.Library()


def _local_date(value):
    if isinstance(value, datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value


def _time_element(value, text):
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def wareki(value):
    """`<time datetime="2026-11-23">令和8年11月23日</time>`; nothing for no date."""
    day = _local_date(value)
    return _time_element(day, calendar.long_date(day)) if day else ""


@register.filter
def wareki_weekday(value):
    """Like `wareki`, with the day of the week: 令和8年11月23日（月）."""
    day = _local_date(value)
    if not day:
        return ""
    return _time_element(day, f"{calendar.long_date(day)}（{calendar.WEEKDAYS[day.weekday()]}）")


@register.filter
def wareki_moment(value):
    """Plain text with the time of day, for mails too: 令和8年11月23日（月）9:05."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{calendar.long_date(local.date())}（{calendar.WEEKDAYS[local.weekday()]}）{local.hour}:{local:%M}"


@register.filter
def wareki_year(value):
    return calendar.calendar_year(int(value)) if value else ""


@register.filter
def fiscal_year(value):
    return calendar.fiscal_year(int(value)) if value else ""


@register.filter
def markdown(value):
    return render(value) if value else ""
