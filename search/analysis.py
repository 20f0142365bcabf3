"""Japanese analysis: the one place that decides which spellings count as the same word.

Text is folded (NFKC), cut by SudachiPy in its shortest units (mode A) and reduced to
normalised forms, so 買物 = 買い物, こども = 子供, ひとり暮らし = 一人暮らし. Particles and
auxiliaries end a run of words, except の, which joins (通いの場); punctuation ends it too.
Words that stand next to each other in a run are also indexed joined together, which finds
居場所 however the context made the analyser cut it, and keeps 福祉協議会 findable inside
社会福祉協議会 without asking PostgreSQL for positions.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from sudachipy import Dictionary, SplitMode

# To be raised when the same text would give other lexemes.
VERSION = 1

# SudachiPy takes at most 49,149 bytes per call; a character has at most four.
LONGEST_PIECE = 10_000
LONGEST_LEXEME = 60

_SENTENCE_END = re.compile(r"[。！？!?\n\r]+")
_DROPPED = frozenset({"補助記号", "空白", "助詞", "助動詞", "記号"})
# Words that carry a sentence but no subject; they would only make every query for them slow.
_EMPTY_WORDS = frozenset(
    ("為る", "居る", "有る", "成る", "出来る", "御", "事", "為", "其れ", "此れ", "其の", "此の", "等", "様")
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: its normalised form and where it stands in the folded text."""

    form: str
    start: int
    end: int


Run = tuple[Token, ...]


_of_thread = threading.local()


@cache
def _dictionary():
    return Dictionary(dict="core")


def _tokenizer():
    """The tokenizer of this thread: one refuses to work for two threads at once, the dictionary is shared."""
    if not hasattr(_of_thread, "tokenizer"):
        _of_thread.tokenizer = _dictionary().tokenizer(SplitMode.A)
    return _of_thread.tokenizer


def warm_up() -> None:
    """Load the dictionary now, so that the first visitor does not wait for it."""
    _tokenizer().tokenize("準備")


def fold(text: str) -> str:
    """NFKC without characters that neither PostgreSQL nor the analyser can take (NUL, lone surrogates)."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
        text = unicodedata.normalize("NFKC", text)
    return text.replace("\x00", " ")


def _pieces(folded: str) -> Iterator[tuple[int, str]]:
    """Sentences with their offsets, none longer than the analyser takes."""
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(folded)), len(folded)]:
        for piece_start in range(start, end, LONGEST_PIECE):
            yield piece_start, folded[piece_start : min(end, piece_start + LONGEST_PIECE)]
        start = end


def _is_word(part_of_speech: tuple[str, ...], form: str) -> bool:
    return part_of_speech[0] not in _DROPPED and form not in _EMPTY_WORDS


def _form(morpheme) -> str:
    # 居 in 居場所 is taken for a noun or for 居る, as the words around it have it; here it is always the former.
    if morpheme.surface() == "居":
        return "居"
    return morpheme.normalized_form().casefold().strip()


@lru_cache(maxsize=20_000)
def _runs_of_sentence(sentence: str) -> tuple[Run, ...]:
    runs, current = [], []
    for morpheme in _tokenizer().tokenize(sentence):
        form = _form(morpheme)
        part_of_speech = morpheme.part_of_speech()
        if form and _is_word(part_of_speech, form):
            current.append(Token(form[:LONGEST_LEXEME], morpheme.begin(), morpheme.end()))
        elif morpheme.surface() != "の" and form != "御" and current:
            runs.append(tuple(current))
            current = []
    if current:
        runs.append(tuple(current))
    return tuple(runs)


def runs(text: str) -> list[Run]:
    """Runs of neighbouring words in ``text``; token offsets refer to ``fold(text)``."""
    found = []
    for offset, sentence in _pieces(fold(text)):
        for run in _runs_of_sentence(sentence):
            moved = (Token(token.form, token.start + offset, token.end + offset) for token in run)
            found.append(tuple(moved) if offset else run)
    return found


def words_with_readings(text: str) -> list[tuple[str, str]]:
    """``text`` cut into whole words, each with how it is read in katakana; together they are the text itself."""
    pieces = (text[start : start + LONGEST_PIECE] for start in range(0, len(text), LONGEST_PIECE))
    return [
        (morpheme.surface(), morpheme.reading_form())
        for piece in pieces
        for morpheme in _tokenizer().tokenize(piece, SplitMode.C)
    ]


def word_edges(text: str) -> set[int]:
    """Where in ``text`` one of its shortest words begins or ends, its own beginning and end included."""
    edges, offset = {0}, 0
    for start in range(0, len(text), LONGEST_PIECE):
        piece = text[start : start + LONGEST_PIECE]
        edges |= {offset + morpheme.end() for morpheme in _tokenizer().tokenize(piece)}
        offset += len(piece)
    return edges


@lru_cache(maxsize=20_000)
def _lexemes_of_sentence(sentence: str) -> tuple[str, ...]:
    found = []
    for run in _runs_of_sentence(sentence):
        forms = [token.form for token in run]
        found += forms
        found += map(str.__add__, forms, forms[1:])
    return tuple(found)


def lexemes(text: str) -> list[str]:
    """Every lexeme of ``text``, as often as it occurs: each word, and each pair of neighbours joined."""
    found = []
    for _, sentence in _pieces(fold(text)):
        found += _lexemes_of_sentence(sentence)
    return found


def adjacent(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The lexemes that must all be present for ``forms`` to stand next to each other."""
    if len(forms) == 1:
        return forms
    return tuple(map(str.__add__, forms, forms[1:]))
