"""Long lists of links, written in one go: a loop of template nodes takes ten times as long."""

from html import escape

from django import template
from django.utils.safestring import mark_safe

register = template.Library()

# How many values of a facet are seen before the rest is folded away.
SEEN = 24


def _link(option):
    current = ' aria-current="true"' if option.is_chosen else ""
    return (
        f'<li><a class="choice" rel="nofollow" href="{escape(option.url)}"{current}>'
        f'<span>{escape(option.label)}</span> <span class="choice__count">{option.count:,}件</span></a></li>'
    )


def _list(options):
    return f'<ul class="choices">{"".join(map(_link, options))}</ul>'


@register.filter
def options_list(options):
    """The values of a facet as links with their counts; a long list is folded.

    Chosen values are marked, and their links take them back.
    """
    html = _list(options[:SEEN])
    if len(options) > SEEN:
        folded = f"<summary>ほか{len(options) - SEEN}を表示</summary>{_list(options[SEEN:])}"
        html += f'<details class="disclosure">{folded}</details>'
    return mark_safe(html)  # noqa: S308 (everything variable is escaped or a number)


def _tile(tile):
    region = tile.region
    current = ' aria-current="true"' if tile.is_chosen else ""
    return (
        f'<li class="tile-map__cell tile-map__cell--r{region.tile_row} tile-map__cell--c{region.tile_column}">'
        f'<a href="{escape(tile.url)}" data-level="{tile.level}"{current}>'
        f'<span class="tile-map__name">{region.short_name}</span> '
        f'<span class="tile-map__count">{tile.count:,}<span class="visually-hidden">件</span></span></a></li>'
    )


@register.filter
def tiles_list(tiles):
    """The 47 prefectures as links in the shape of Japan."""
    return mark_safe(f'<ul class="tile-map__grid">{"".join(map(_tile, tiles))}</ul>')  # noqa: S308 (as above)
