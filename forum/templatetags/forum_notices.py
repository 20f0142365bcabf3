"""How much somebody has not read yet; asked on the board and on mypage only, where it costs one query."""

from django import template

from forum.notices import unread_count

register = template.Library()


@register.simple_tag
def unread_notices(user) -> int:
    return unread_count(user) if user.is_authenticated else 0
