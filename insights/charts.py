"""Plain charts as SVG, made of numbers and nothing else.

All lengths are whole numbers of which sixteen are as long as one letter of the page is high: the text of a chart is as
large as that of the page, also where a reader enlarges it. Colours are those of the text, so that print and forced
colours keep them; series differ in their strokes and marks, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Number = int | float | None
UNKNOWN = "—"

EM = 16
PLOT = 160
ABOVE = 32
# Two lines of text below the columns.
BELOW = 48
DIGIT = 10
NARROWEST = 48
# What stands below the first column is wider than it.
BESIDE = EM
BAR = 28
MOST_TICKS = 5
DASHES = ("", "6 5", "2 5")


@dataclass(frozen=True)
class Label:
    """What stands below a column; ``below`` is its second line."""

    text: str
    below: str = ""


@dataclass(frozen=True)
class Series:
    name: str
    # None stands for what is not known, and is drawn as nothing.
    values: tuple[Number, ...]


def bars(name: str, title: str, description: str, labels: Sequence[Label], values: Sequence[Number]) -> SafeString:
    """One bar for each label with its value above, "" where there is none; ``name`` is unique on the page."""
    if not any(values):
        return mark_safe("")
    column = max(NARROWEST, DIGIT * max((len(said(value)) for value in values), default=0) + EM // 2)
    scale = _Scale(values)
    parts = [_line(BESIDE, ABOVE + PLOT, BESIDE + column * len(labels), ABOVE + PLOT)]
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        left, height = BESIDE + column * number, scale.height(value)
        middle = left + column // 2
        top = ABOVE + PLOT - height
        if height:
            x = left + (column - BAR) // 2
            parts.append(f'<rect x="{x}" y="{top}" width="{BAR}" height="{height}" fill="currentColor"/>')
        parts += [_text(middle, top - 6, said(value)), *_label(middle, label)]
    return _svg(name, title, description, column * len(labels) + 2 * BESIDE, parts)


def lines(name: str, title: str, description: str, labels: Sequence[Label], several: Sequence[Series]) -> SafeString:
    """One line for each series over the same labels, with a scale at the left and their names above; "" of nothing."""
    if all(value is None for series in several for value in series.values):
        return mark_safe("")
    scale = _Scale([value for series in several for value in series.values])
    ticks = scale.ticks()
    left = DIGIT * max(len(said(tick)) for tick in ticks) + EM
    width = left + NARROWEST * len(labels)
    parts = []
    for tick in ticks:
        y = ABOVE + PLOT - scale.height(tick)
        parts += [_line(left, y, width, y, faint=tick > 0), _text(left - 6, y + 5, said(tick), anchor="end")]
    for number, series in enumerate(several):
        parts += _line_of(series, number, left, scale)
    for number, label in enumerate(labels):
        parts += _label(left + NARROWEST * number + NARROWEST // 2, label)
    return _svg(name, title, description, max(width, _width_of_key(several)), [*_key(several), *parts])


def said(value: Number) -> str:
    """1,234 or 2.5; what is not known is not 0."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


class _Scale:
    """How high a value is drawn; the largest fills the plot."""

    def __init__(self, values: Iterable[Number]):
        largest = max((value for value in values if value is not None), default=0)
        self.step = self._step(largest)
        self.top = max(self.step, -(-largest // self.step) * self.step)

    @staticmethod
    def _step(largest) -> int:
        """1, 2, 5, 10, 20, … so that few lines are needed for the largest value."""
        return next(step for step in _steps() if step * MOST_TICKS >= largest)

    def height(self, value: Number) -> int:
        """At least a hair for what is more than nothing."""
        if not value:
            return 0
        return max(2, round(PLOT * value / self.top))

    def ticks(self) -> list[int]:
        return list(range(0, int(self.top) + 1, self.step))


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _line_of(series: Series, number: int, left: int, scale: _Scale) -> Iterator[str]:
    points = [
        None if value is None else (left + NARROWEST * place + NARROWEST // 2, ABOVE + PLOT - scale.height(value))
        for place, value in enumerate(series.values)
    ]
    for begin, end in pairwise(points):
        if begin and end:
            yield _line(*begin, *end, number=number)
    yield from (_mark(*point, number) for point in points if point)


def _mark(x: int, y: int, number: int) -> str:
    if number == 0:
        return f'<circle cx="{x}" cy="{y}" r="5" fill="currentColor"/>'
    return f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" fill="none" stroke="currentColor" stroke-width="2"/>'


def _key(several: Sequence[Series]) -> Iterator[str]:
    """The names of the series in a row, each behind a piece of its line."""
    x = 0
    for number, series in enumerate(several):
        yield _line(x, 10, x + 36, 10, number=number)
        yield _mark(x + 18, 10, number)
        yield _text(x + 42, 16, series.name, anchor="start")
        x += _width_of_name(series)


def _width_of_key(several: Sequence[Series]) -> int:
    return sum(map(_width_of_name, several))


def _width_of_name(series: Series) -> int:
    return 42 + (EM + 1) * len(series.name) + EM


def _label(x: int, label: Label) -> Iterator[str]:
    yield _text(x, ABOVE + PLOT + 20, label.text)
    if label.below:
        yield _text(x, ABOVE + PLOT + 40, label.below)


def _line(x1: int, y1: int, x2: int, y2: int, *, faint: bool = False, number: int | None = None) -> str:
    dash = f' stroke-dasharray="{DASHES[number]}"' if number and DASHES[number] else ""
    look = 'stroke-opacity=".3"' if faint else f'stroke-width="{1 if number is None else 3}"{dash}'
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" {look}/>'


def _text(x: int, y: int, text: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(name: str, title: str, description: str, width: int, parts: Iterable[str]) -> SafeString:
    height = ABOVE + PLOT + BELOW
    width = max(width, NARROWEST)
    head = (
        f'<svg class="chart" role="img" aria-labelledby="{escape(name)}-title {escape(name)}-desc" '
        f'viewBox="0 0 {width} {height}" width="{width / EM}em" height="{height / EM}em">'
        f'<title id="{escape(name)}-title">{escape(title)}</title>'
        f'<desc id="{escape(name)}-desc">{escape(description)}</desc>'
    )
    return mark_safe(f'{head}<g font-size="{EM}">{"".join(parts)}</g></svg>')  # noqa: S308 (escaped above)
