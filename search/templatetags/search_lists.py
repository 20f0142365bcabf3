"""Long lists of links on list pages, written in one go: a loop of template nodes takes ten times as long."""

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.filter
def options_list(options):
    """The values of a facet as links with their counts; the chosen ones are marked and can be taken back."""
    rows = (
        (
            option.url,
            format_html(' aria-current="true"') if option.is_chosen else "",
            option.label,
            f"{option.count:,}",
        )
        for option in options
    )
    items = format_html_join(
        "",
        '<li><a class="choice" rel="nofollow" href="{}"{}><span>{}</span>'
        '<span class="choice__count">{}件</span></a></li>',
        rows,
    )
    return format_html('<ul class="choices">{}</ul>', items)
