"""Marks what was found in titles and excerpts, and cuts excerpts around it."""

import re
import unicodedata
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from search.analysis import Run, fold, runs
from search.query import Forms, Query

# How much of the text before the first hit an excerpt shows.
LEAD = 40
EXCERPT_LENGTH = 140
SHORTEST_LINE = 20

Spans = list[tuple[int, int]]


def _fold_with_offsets(text: str) -> tuple[str, list[int] | None]:
    """The folded text and, where folding moved characters, the original offset of each of its characters."""
    if unicodedata.is_normalized("NFKC", text):
        return text, None
    folded, offsets = [], []
    # A base character and the marks that combine with it fold together.
    for match in re.finditer(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", text, re.DOTALL):
        piece = unicodedata.normalize("NFKC", match[0])
        folded.append(piece)
        offsets += [match.start()] * len(piece)
    return "".join(folded), [*offsets, len(text)]


@lru_cache(maxsize=500)
def _pattern(query: Query) -> re.Pattern:
    return re.compile("|".join(re.escape(spelling) for spelling in query.spellings()), re.IGNORECASE)


def _literal_spans(folded: str, query: Query) -> Spans:
    return [match.span() for match in _pattern(query).finditer(folded)]


def _spans_of_words(folded: str, query: Query) -> Spans:
    """Spans of the query's words in whatever spelling they stand in the text."""
    wanted = {forms for term in query.terms for alternative in term.alternatives for forms in alternative}
    return [span for run in runs(folded) for sought in wanted for span in _spans_in_run(run, sought)]


def _spans_in_run(run: Run, sought: Forms) -> Spans:
    forms = tuple(token.form for token in run)
    width = len(sought)
    starts = (start for start in range(len(forms) - width + 1) if forms[start : start + width] == sought)
    return [(run[start].start, run[start + width - 1].end) for start in starts]


def _merged(spans: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def highlight(text: str, query: Query, *, in_any_spelling: bool = False) -> tuple[SafeString, bool]:
    """``text`` as HTML with what the query found in <mark>, and whether anything was marked.

    Other spellings of the words than those typed (こども for 子供) are sought only
    ``in_any_spelling``: that takes an analysis of the text.
    """
    if query.is_empty:
        return mark_safe(escape(text)), False  # noqa: S308 (escaped here)
    folded, offsets = _fold_with_offsets(text)
    spans = _literal_spans(folded, query) or (_spans_of_words(folded, query) if in_any_spelling else [])
    if not spans:
        return mark_safe(escape(text)), False  # noqa: S308 (escaped here)
    parts, position = [], 0
    for folded_start, folded_end in _merged(spans):
        start, end = (offsets[folded_start], offsets[folded_end]) if offsets else (folded_start, folded_end)
        parts += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return mark_safe("".join([*parts, escape(text[position:])])), True  # noqa: S308 (every part is escaped)


def cut_around(text: str, query: Query) -> str:
    """A piece of ``text`` around the query's first hit, from one of its lines; "" when only short lines have one.

    Short lines are names of themes, places and organizations, which the card shows anyway,
    and the first line is the title.
    """
    for line in fold(text).split("\n")[1:]:
        if len(line) >= SHORTEST_LINE and (spans := _literal_spans(line, query)):
            return _piece(line, max(0, min(spans)[0] - LEAD))
    return ""


def _piece(line: str, start: int) -> str:
    end = start + EXCERPT_LENGTH
    return f"{'…' if start else ''}{line[start:end].strip()}{'…' if end < len(line) else ''}"
