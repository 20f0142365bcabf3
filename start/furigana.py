"""Furigana for headings: readings from the analyser, those of the secretariat and of official names before them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from search.analysis import word_edges, words_with_readings
from start.models import Reading
from taxonomy import registry
from taxonomy.models import Region

READINGS_KEY = "start:readings"
READINGS_ARE_KEPT = 60
TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KANJI = re.compile("[々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")


def readings() -> dict[str, str]:
    """The secretariat's corrections; an edited row takes effect everywhere within a minute."""
    known = cache.get(READINGS_KEY)
    if known is None:
        known = dict(Reading.objects.values_list("written", "kana"))
        cache.set(READINGS_KEY, known, READINGS_ARE_KEPT)
    return known


def forget_readings() -> None:
    """Make an edited reading take effect in this process at once."""
    cache.delete(READINGS_KEY)


def official_readings(region: Region | None) -> dict[str, str]:
    """The names of a region and of what it lies in, as they are officially read."""
    path = registry.region_path(region.code) if region else ()
    around = (registry.regions()[code] for code in path)
    return {one.name: one.kana.translate(TO_HIRAGANA) for one in around}


@dataclass(frozen=True)
class Furigana:
    """Writes texts as HTML with the reading above their kanji; ``known`` readings win, the longest word first.

    Without ``known``, not even empty ones, nobody asked for furigana and texts are only escaped.
    """

    known: Mapping[str, str] | None = None

    def write(self, text: str) -> SafeString:
        html = escape(text) if self.known is None else "".join(_of_word(*word) for word in self._words(text))
        return mark_safe(html)  # noqa: S308 (each part is escaped)

    @cached_property
    def _pattern(self) -> re.Pattern | None:
        longest_first = sorted(filter(None, self.known), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def _words(self, text: str):
        """The words of ``text`` with their readings in hiragana."""
        done = 0
        for start, end in self._places(text):
            yield from _read(text[done:start])
            yield text[start:end], self.known[text[start:end]]
            done = end
        yield from _read(text[done:])

    def _places(self, text: str):
        """Where known words stand; not inside other words, so that 光市 is not found in 観光市場."""
        if self._pattern is None or not self._pattern.search(text):
            return
        edges, start = word_edges(text), 0
        while match := self._pattern.search(text, start):
            is_word = match.start() in edges and match.end() in edges
            if is_word:
                yield match.span()
            start = match.end() if is_word else match.start() + 1


def _read(text: str):
    return ((word, kana.translate(TO_HIRAGANA)) for word, kana in words_with_readings(text)) if text else ()


@lru_cache(maxsize=5_000)
def _of_word(word: str, kana: str) -> str:
    """買い物, かいもの: the reading stands above 買 and 物, not above い."""
    if not _KANJI.search(word) or not kana:
        return escape(word)
    pieces = re.split(f"({_KANJI.pattern})", word)
    # Pieces with an odd number are kanji; the kana between them stand in the reading as they are.
    pattern = "".join("(.+?)" if odd % 2 else re.escape(_sound(piece)) for odd, piece in enumerate(pieces))
    found = re.fullmatch(pattern, kana)
    if found is None:
        return _ruby(word, kana)
    sounds = iter(found.groups())
    return "".join(_ruby(piece, next(sounds)) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces))


def _sound(kana: str) -> str:
    return kana.translate(TO_HIRAGANA)


def _ruby(word: str, kana: str) -> str:
    return f"<ruby>{escape(word)}<rp>（</rp><rt>{escape(kana)}</rt><rp>）</rp></ruby>"
