"""Long lists of links on list pages, written in one go: a loop of template nodes takes ten times as long."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()

_LINK = (
    '<li><a class="choice" rel="nofollow" href="{}"{}><span>{}</span> <span class="choice__count">{}件</span></a></li>'
)
_CHOSEN = mark_safe(' aria-current="true"')
# How many values of a facet are seen before the rest is folded away.
SEEN = 24


def _items(options):
    rows = ((o.url, _CHOSEN if o.is_chosen else "", o.label, f"{o.count:,}") for o in options)
    return format_html_join("", _LINK, rows)


@register.filter
def options_list(options):
    """The values of a facet that lead somewhere, as links with their counts; a long list is folded.

    Chosen values are marked, and their links take them back.
    """
    useful = [option for option in options if option.count or option.is_chosen]
    seen = format_html('<ul class="choices">{}</ul>', _items(useful[:SEEN]))
    if len(useful) <= SEEN:
        return seen
    return format_html(
        '{}<details class="disclosure"><summary>ほか{}を表示</summary><ul class="choices">{}</ul></details>',
        seen,
        len(useful) - SEEN,
        _items(useful[SEEN:]),
    )
