"""Structured data of pages in general: the way to them, and the site itself."""

from django.conf import settings
from django.urls import reverse

from platform_site.machines.json_ld import absolute, publisher, thing

HOME = ("ホーム", "/")


def breadcrumb_list(items: list[tuple[str, str | None]]) -> dict:
    """The way to a page, as `components/breadcrumb.html` shows it; the page itself has no address there."""
    way = items if items and items[0][0] == HOME[0] else [HOME, *items]
    elements = [
        thing("ListItem", position=position, name=str(label), item=absolute(url) if url else None)
        for position, (label, url) in enumerate(way, start=1)
    ]
    return thing("BreadcrumbList", itemListElement=elements)


def web_site() -> dict:
    """The site, and how it is searched."""
    return thing(
        "WebSite",
        name=settings.SITE_NAME,
        url=absolute("/"),
        inLanguage="ja",
        publisher=publisher(),
        potentialAction={
            **thing("SearchAction", target=thing("EntryPoint", urlTemplate=search_template("{search_term_string}"))),
            "query-input": "required name=search_term_string",
        },
    )


def search_template(placeholder: str) -> str:
    """The address of the site-wide search with a placeholder for the words."""
    return f"{settings.SITE_URL}{reverse('search:all')}?q={placeholder}"
