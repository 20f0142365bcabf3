"""How a cell of a table looks."""

from datetime import date

from django import template
from django.utils.html import format_html

from insights.charts import said
from insights.panels import Link
from taxonomy.wareki import long_date

register = template.Library()


@register.filter
def shown(cell):
    """Numbers with their commas, days in the Japanese calendar, links; 「—」 for what is not known."""
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return said(cell)
    if isinstance(cell, date):
        return long_date(cell)
    if isinstance(cell, Link):
        return format_html('<a href="{}">{}</a>', cell.url, cell.text)
    return cell


@register.filter
def is_number(cell):
    return cell is None or isinstance(cell, int | float)
