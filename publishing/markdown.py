"""Markdown as the portal's writers use it: Japanese text in, safe HTML out.

What differs from plain CommonMark, and why:

- Emphasis opens and closes beside Japanese punctuation (「**「共創」**の場」): CommonMark's
  flanking rules were made for words that stand between spaces.
- A line break stays a line break, as in a mail.
- HTML, pictures, indented code and underlined headings are off: writers who indent a
  paragraph or draw a line under a sentence mean neither code nor a heading, and pictures
  are uploaded with a description instead.
- Headings begin at h3, because the pages' own headings are h1 and h2, and skip no level.
"""

import re
from functools import lru_cache
from unicodedata import category, east_asian_width
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

EXTERNAL_MARK = "（外部サイト）"
# Longer texts are shown as plain paragraphs: no field of ours holds one, and some inputs cost
# the parser time that grows with the square of their length.
MAX_PARSED_LENGTH = 30_000
MAX_CACHED_LENGTH = 10_000
SCHEMES = {"http", "https", "mailto", "tel"}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "div": {"class", "role", "tabindex", "aria-label"}, "ol": {"start"}}
ALLOWED_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li"),
    *("a", "strong", "em", "s", "code", "div", "table", "thead", "tbody", "tr", "th", "td"),
}

# A text without any of these is its own paragraphs; most answers in the short form are.
_MARKUP = re.compile(r"[*_`\[\]<>&#~|\\=]|^[ \t]*(?:[-+]|\d+[.)])|[ \t]$|^[ \t]|[\t\f\v]", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{2,}")
_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
_SPACES_ONLY = re.compile(r"^[^\S\n]+$", re.MULTILINE)


def _is_japanese(char: str) -> bool:
    """Whether the character is written without spaces around it: kana, kanji, full-width signs; no emoji."""
    code = ord(char)
    if code < 0x2E80 or 0x1F300 <= code < 0x20000:
        return False
    return east_asian_width(char) in "WFH"


def _is_foreign_punctuation(char: str) -> bool:
    return category(char)[0] in "PS" and not _is_japanese(char)


class _JapaneseState(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N803
        """CommonMark's flanking rules, in which Japanese characters may touch a marker on either side."""
        marker, end = self.src[start], start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "

        left = not after.isspace() and (not _is_foreign_punctuation(after) or self._may_touch(before))
        right = not before.isspace() and (not _is_foreign_punctuation(before) or self._may_touch(after))
        can_open = left and (canSplitWord or not right or category(before)[0] in "PS")
        can_close = right and (canSplitWord or not left or category(after)[0] in "PS")
        return Scanned(can_open, can_close, end - start)

    @staticmethod
    def _may_touch(char: str) -> bool:
        return char.isspace() or category(char)[0] in "PS" or _is_japanese(char)


class _JapaneseInline(ParserInline):
    def parse(self, src, md, env, tokens):
        """Like the parent's, with our state."""
        state = _JapaneseState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _is_allowed_link(url: str) -> bool:
    """Links without a scheme or with one of `SCHEMES`; the parser has decoded entities by now."""
    try:
        scheme = urlsplit(url.strip()).scheme
    except ValueError:
        return False
    if scheme:
        return scheme.lower() in SCHEMES
    return ":" not in url.partition("/")[0]


def _is_external(url: str) -> bool:
    try:
        host = urlsplit(url).netloc
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.SITE_URL).netloc


def _shift_headings(state) -> None:
    """Make the outermost headings h3 and leave out no level below, whichever levels the writer chose."""
    open_levels = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            open_levels = [*(outer for outer in open_levels if outer < level), level]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(2 + len(open_levels), 6)}"


def _mark_external_links(state) -> None:
    for token in state.tokens:
        if not token.children:
            continue
        marked, is_external = [], False
        for child in token.children:
            if child.type == "link_open":
                is_external = _is_external(child.attrGet("href"))
            elif child.type == "link_close" and is_external:
                marked.append(Token("text", "", 0, content=EXTERNAL_MARK))
            marked.append(child)
        token.children = marked


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline = _JapaneseInline()
    parser.configure("commonmark", {"html": False, "breaks": True, "linkify": False})
    parser.enable(["table", "strikethrough"])
    parser.disable(["code", "lheading", "html_block", "html_inline"])
    parser.validateLink = _is_allowed_link
    parser.core.ruler.push("portal_headings", _shift_headings)
    parser.core.ruler.push("portal_external_links", _mark_external_links)
    # Wide tables scroll inside a box that the keyboard reaches.
    parser.add_render_rule(
        "table_open",
        lambda *args: '<div class="table-scroll" role="group" aria-label="表" tabindex="0"><table>\n',
    )
    parser.add_render_rule("table_close", lambda *args: "</table></div>\n")
    parser.add_render_rule("image", lambda self, tokens, index, *args: escape(tokens[index].content))
    return parser


_parser = _build()


def _normalize(text: str) -> str:
    """Only characters that HTML can hold; lines of nothing but spaces, full-width ones too, are blank."""
    text = _UNSPEAKABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SPACES_ONLY.sub("", text)


def _paragraphs(text: str) -> str:
    """The HTML of a text that holds no markup."""
    parts = (mdTrim(part) for part in _BLANK_LINES.split(escape(text)))
    return "".join(f"<p>{part.replace(chr(10), f'<br>{chr(10)}')}</p>\n" for part in parts if part)


def _render(text: str) -> SafeString:
    if len(text) > MAX_PARSED_LENGTH:
        return mark_safe(_paragraphs(text))  # noqa: S308
    html = _parser.render(text)
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow ugc",
    )
    return mark_safe(cleaned)  # noqa: S308


_render_cached = lru_cache(maxsize=1000)(_render)


def render(text: str) -> SafeString:
    """The text as safe HTML; never raises, whatever the text."""
    text = _normalize(text)
    if not _MARKUP.search(text):
        return mark_safe(_paragraphs(text))  # noqa: S308
    return (_render_cached if len(text) <= MAX_CACHED_LENGTH else _render)(text)


def plain(text: str) -> str:
    """The text without its markup on one line, for excerpts and descriptions."""
    if not _MARKUP.search(text) or len(text) > MAX_PARSED_LENGTH:
        return " ".join(text.replace("\0", "").split())
    words = []
    for token in _parser.parse(text):
        if token.type in {"fence", "code_block"}:
            words.append(token.content)
        for child in token.children or ():
            if child.type in {"text", "code_inline", "image"} and child.content != EXTERNAL_MARK:
                words.append(child.content)
            elif child.type in {"softbreak", "hardbreak"}:
                words.append(" ")
        words.append(" " if token.block and token.nesting <= 0 else "")
    return " ".join("".join(words).split())
