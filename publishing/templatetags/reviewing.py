"""Tags for the pages of reviews: differences, and how much waits."""

from django import template
from django.utils.html import format_html, format_html_join

from publishing.models import Review

register = template.Library()

# Told to screen readers, which mostly do not say where something was deleted or inserted.
MARKED = {
    "kept": "{}",
    "deleted": '<del><span class="visually-hidden">［削除：</span>{}<span class="visually-hidden">］</span></del>',
    "inserted": '<ins><span class="visually-hidden">［追加：</span>{}<span class="visually-hidden">］</span></ins>',
}


@register.simple_tag
def waiting_count() -> int:
    """How many reviews wait for a decision."""
    return Review.objects.open().count()


@register.filter
def difference(pieces):
    """The pieces of `publishing.comparing` as HTML; of long passages that stay, only the ends."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces))


def _marked(piece):
    if piece.left_out:
        left_out = format_html('<small class="text-support">（変わらない{}字を省略）</small>', f"{piece.left_out:,}")
        return format_html("{}…{}…{}", piece.beginning, left_out, piece.end)
    return format_html(MARKED[piece.kind], piece.shown)
