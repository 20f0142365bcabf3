"""Headings with or without furigana."""

from django import template

register = template.Library()


@register.filter
def read_by(text, furigana):
    """``text`` as HTML, as a `start.furigana.Furigana` writes it."""
    return furigana.write(str(text))
