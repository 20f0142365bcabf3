"""The breadcrumb of pages whose views are a package's."""

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(title, *parents):
    """``{% breadcrumb "this page" "parent" "url-name" … %}``."""
    pairs = zip(parents[::2], parents[1::2], strict=True)
    return {"items": [*((label, reverse(name)) for label, name in pairs), (title, None)]}
