"""Posts that name other posts on the page of a topic, and how a reply that quotes begins."""

import re

from django.utils.safestring import SafeString, mark_safe

from forum.markup import MOST_NUMBERS
from forum.models import address_of_number

MOST_LINES, LONGEST = 12, 600
# Tags stand first, so that nothing inside of one is taken for a number.
_WRITTEN = re.compile(r"<(?P<end>/?)(?P<tag>\w+)[^<>]*>|(?:&gt;&gt;|＞＞)(?P<number>\d{1,6})(?!\d)", re.ASCII)
# No links in links, and code stays as it was typed.
_CLOSED = {"a", "code", "pre"}


def with_links(html: str, topic) -> SafeString:
    """The HTML of a post of ``topic`` in which the first ten numbers of posts lead to these."""
    return mark_safe(_WRITTEN.sub(_Linker(topic), html))  # noqa: S308 (made of cleaned HTML and numbers)


class _Linker:
    def __init__(self, topic):
        self.topic, self.depth, self.linked = topic, 0, 0

    def __call__(self, found) -> str:
        if found["tag"]:
            if found["tag"] in _CLOSED:
                self.depth += -1 if found["end"] else 1
            return found[0]
        number = int(found["number"])
        if self.depth or self.linked >= MOST_NUMBERS or not 0 < number <= self.topic.last_number:
            return found[0]
        self.linked += 1
        return f'<a href="{address_of_number(self.topic.pk, number)}">{found[0]}</a>'


def quotation(post) -> str:
    """How a reply to ``post`` begins: its number and its own words, without what it quoted itself."""
    lines = [line.rstrip() for line in post.body.split("\n")]
    own = [line for line in lines if line and not line.lstrip().startswith((">", "＞"))]
    text = "\n".join(own[:MOST_LINES])[:LONGEST]
    quoted = "".join(f"> {line}\n" for line in text.split("\n")) if text else ""
    return f">>{post.number}\n{quoted}\n"
