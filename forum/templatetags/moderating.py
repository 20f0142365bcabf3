"""How much waits for moderators, for the header of their pages."""

from django import template

from forum.moderation_queue import waiting_count

register = template.Library()


@register.simple_tag
def moderation_count() -> int:
    """Held posts, reported posts, and answers to steps."""
    return waiting_count()
