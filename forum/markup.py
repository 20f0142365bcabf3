"""What a post says: its HTML, its plain text, and the numbers of the posts that it names (「>>12」)."""

import re

from django.utils.safestring import SafeString

from publishing import markdown

# More numbers in one post stay plain text: nobody calls a thousand people with one post.
MOST_NUMBERS = 10
_AT_LINE_START = re.compile(r"^( {0,3})>>(?=\d{1,6}(?!\d))", re.MULTILINE | re.ASCII)
_TYPED = re.compile(r"(?:>>|＞＞)(\d{1,6})(?!\d)", re.ASCII)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_CODE_OR_TYPED = re.compile(f"{_CODE.pattern}|{_TYPED.pattern}", re.DOTALL | re.ASCII)


def _as_markdown(body: str) -> str:
    """At the beginning of a line >>12 means a post, not a quotation in a quotation."""
    return _AT_LINE_START.sub(r"\1\\>\\>", body)


def render_post(body: str) -> SafeString:
    return markdown.render(_as_markdown(body))


def plain_post(body: str) -> str:
    return markdown.plain(_as_markdown(body))


def quoted_numbers(body: str) -> list[int]:
    """The numbers of the posts that a text names, each once and only the first ten."""
    numbers = (int(number) for number in _TYPED.findall(_CODE.sub("", body)))
    return [number for number in dict.fromkeys(numbers) if number][:MOST_NUMBERS]


def renumbered(body: str, name) -> str:
    """The text in which ``name(number)`` stands for each number of a post outside of code; None leaves it as it is."""
    return _CODE_OR_TYPED.sub(lambda found: (found[1] and name(int(found[1]))) or found[0], body)
