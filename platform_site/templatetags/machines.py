"""What pages say to machines. The tags of stored pages are called when something is written, not when it is read."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

from platform_site.machines import items, pages, social, topics
from platform_site.machines.events import event
from platform_site.machines.json_ld import script

register = template.Library()
DESCRIBED = {
    "case": items.article,
    "organization": items.organization,
    "policy": items.government_service,
    "event": event,
}
_CANONICAL = re.compile(r'rel="canonical"\s+href="([^"]*)"')


class KeepNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        context[self.name] = mark_safe(" ".join(self.nodelist.render(context).split()))  # noqa: S308 (rendered)
        return ""


@register.tag
def keep(parser, token):
    """``{% keep name %}…{% endkeep %}``: render what stands inside into the variable ``name``, to be shown twice."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, name)


@register.inclusion_tag("components/for_machines.html", takes_context=True)
def for_machines(context, canonical, title, description):
    """What a page says of itself to machines; nothing without a canonical address, which is no page for them.

    ``canonical`` is the element as the page writes it.
    """
    found = _CANONICAL.search(canonical)
    if not found:
        return {}
    breadcrumb = context.get("breadcrumb")
    return {
        "url": mark_safe(found[1]),  # noqa: S308 (escaped where it comes from)
        "title": title or context["SITE_NAME"],
        "description": description,
        "site_name": context["SITE_NAME"],
        "type": context.get("page_type", "website"),
        "picture": social.picture_of(context["request"].path),
        "breadcrumb": script(pages.breadcrumb_list(breadcrumb)) if breadcrumb else "",
    }


@register.simple_tag
def web_site_json() -> SafeString:
    return script(pages.web_site())


@register.simple_tag
def item_json(item, regions, themes) -> SafeString:
    """The structured data of an item, fetched with `for_detail`."""
    return script(DESCRIBED[item.search_kind](item, regions, themes))


@register.simple_tag
def topic_json(topic, page) -> SafeString:
    """The structured data of a topic on its first page; none of what not everybody may read, nor of what is made up."""
    first = page.posts[0] if page.posts else None
    if not (topic.is_published and not topic.is_sample and first and first.is_first and first.is_visible):
        return SafeString("")
    return script(topics.discussion(topic, first, page.places, page.fields))
