"""Structured data (JSON-LD with the words of schema.org) as an element of a page."""

import json
from urllib.parse import quote

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

# What could end the element, or be read as something else than a text, is written as JSON's own escapes.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def script(data: dict) -> SafeString:
    """The element that holds ``data``; a block of data, which no browser runs."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    element = f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'
    return mark_safe(element)  # noqa: S308 (escaped above)


def thing(kind: str, **properties) -> dict:
    """Something of the ``kind`` with what is known of it: None and what is empty is left out, 0 and False stay."""
    known = {name: value for name, value in properties.items() if value not in (None, "", [], {})}
    return {"@type": kind, **known}


def absolute(path: str) -> str:
    """The address as the outside world writes it; what is one already stays."""
    if path.startswith(("https://", "http://")):
        return path
    return settings.SITE_URL + quote(path, safe="/?&=#%+,:;@!$'()*~")


def publisher() -> dict:
    """Who answers for the site."""
    return thing("Organization", name=f"{settings.SITE_NAME}事務局", url=absolute("/about/"))
