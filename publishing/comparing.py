"""Where two texts differ, in pieces as small as a reader can follow."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A sentence with what ends it; and within sentences, words as far as the script shows them.
SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]+|[^。！？\n]+$")
WORD = re.compile(r"[A-Za-z0-9]+|[ァ-ヶー]+|[一-龠々〆]+|.", re.DOTALL)
# Comparing takes up to the product of both lengths: above this, passages count as replaced whole.
MOST_SENTENCES = 1500
MOST_WORDS = 400
# What stays the same for one or two letters between changes is chance.
CHANCE = 2
# Of a long passage that stays, both ends are enough.
LONG = 240
END = 80


@dataclass(frozen=True)
class Piece:
    """Part of a text: ``kind`` is "kept", "deleted" or "inserted"."""

    kind: str
    text: str

    @property
    def shown(self) -> str:
        """The text with line breaks that came or went made visible."""
        return self.text if self.kind == "kept" else self.text.replace("\n", "↵\n")

    @property
    def left_out(self) -> int:
        """How many letters in the middle need not be shown."""
        return len(self.text) - 2 * END if self.kind == "kept" and len(self.text) > LONG else 0

    @property
    def beginning(self) -> str:
        return self.text[:END]

    @property
    def end(self) -> str:
        return self.text[-END:]


def compare(before: str, after: str) -> list[Piece]:
    """The pieces that make ``before`` (kept and deleted) and ``after`` (kept and inserted)."""
    start, end = _common_ends(before, after)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    pieces = [Piece("kept", before[:start])]
    for is_same, olds, news in _aligned(SENTENCE.findall(old), SENTENCE.findall(new), MOST_SENTENCES):
        pieces += [Piece("kept", "".join(olds))] if is_same else _compare_sentences(olds, news)
    pieces.append(Piece("kept", before[len(before) - end :]))
    return _joined(pieces)


def compare_lists(before: str, after: str, separator: str) -> list[Piece]:
    """Like `compare`, for enumerations: an item came or went, or stayed."""
    old, new = (re.findall(rf"[^{separator}]+{separator}?", text) for text in (before, after))
    pieces = []
    for is_same, olds, news in _aligned(old, new, MOST_SENTENCES):
        pieces += [Piece("kept", "".join(olds))] if is_same else _replaced("".join(olds), "".join(news))
    return _joined(pieces)


def replaced(before: str, after: str) -> list[Piece]:
    """One value in the place of another, such as a choice: its letters mean nothing."""
    return _joined(_replaced(before, after))


def counts(pieces: list[Piece]) -> tuple[int, int]:
    """How many letters were deleted and inserted."""
    return tuple(sum(len(piece.text) for piece in pieces if piece.kind == kind) for kind in ("deleted", "inserted"))


def _common_ends(before: str, after: str) -> tuple[int, int]:
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next((i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]), shorter - start)
    return start, end


def _aligned(old: list[str], new: list[str], most: int):
    """(is the same, old parts, new parts) for each passage; everything in one when there is too much of it."""
    if max(len(old), len(new)) > most:
        yield False, old, new
        return
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        yield tag == "equal", old[old_start:old_end], new[new_start:new_end]


def _compare_sentences(olds: list[str], news: list[str]) -> list[Piece]:
    """As many on both sides are mostly the same sentences, each touched up."""
    if len(olds) != len(news):
        return _compare_words("".join(olds), "".join(news))
    return [piece for old, new in zip(olds, news, strict=True) for piece in _compare_words(old, new)]


def _compare_words(old: str, new: str) -> list[Piece]:
    pieces = []
    for is_same, olds, news in _aligned(WORD.findall(old), WORD.findall(new), MOST_WORDS):
        old_part, new_part = "".join(olds), "".join(news)
        # At the ends of the passage, what stays the same is no chance but its neighbour.
        if is_same and (len(old_part) > CHANCE or not pieces):
            pieces.append(Piece("kept", old_part))
        else:
            pieces += _replaced(old_part, new_part)
    return pieces


def _replaced(old: str, new: str) -> list[Piece]:
    return [Piece("deleted", old), Piece("inserted", new)]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without empty pieces; between two that are kept, all that goes stands before all that comes."""
    joined, gone, come = [], "", ""
    for piece in [*pieces, None]:
        if piece is not None and piece.kind == "deleted":
            gone += piece.text
        elif piece is not None and piece.kind == "inserted":
            come += piece.text
        elif piece is None or piece.text:
            joined += [each for each in _replaced(gone, come) if each.text]
            gone = come = ""
            if piece is not None:
                joined.append(piece)
    return _kept_together(joined)


def _kept_together(pieces: list[Piece]) -> list[Piece]:
    together = []
    for piece in pieces:
        if together and together[-1].kind == piece.kind == "kept":
            together[-1] = Piece("kept", together[-1].text + piece.text)
        else:
            together.append(piece)
    return together
