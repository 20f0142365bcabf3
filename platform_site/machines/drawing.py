"""Draws the pictures of `machines.social` and the icon for home screens with the colours of the style sheet."""

import csv
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageColor, ImageDraw, ImageFont

from platform_site.machines.social import HEIGHT, HOME, WIDTH, Kind

BLUE, PALE_BLUE, LIGHT_BLUE, YELLOW = "#0017c1", "#e8f1fe", "#9db7f9", "#ffd43d"
GREEN, ORANGE, WHITE, DARK, GRAY = "#259d63", "#c74700", "#ffffff", "#1a1a1a", "#4d4d4d"
MIDDLE_BLUE = "#3460fb"
# What touches what: between two colours stand the shades of a smooth edge.
EDGES = (
    *((PALE_BLUE, each) for each in (DARK, GRAY, BLUE, MIDDLE_BLUE, LIGHT_BLUE, YELLOW, GREEN, ORANGE)),
    *((BLUE, each) for each in (WHITE, YELLOW, LIGHT_BLUE, MIDDLE_BLUE, GREEN, ORANGE)),
    (WHITE, YELLOW),
)
SHADES = 4
# Drawn larger and made smaller at the end, so that edges are smooth.
SCALE = 2
MARGIN = 80
ICON = (860, 130, 1120, 390)
REGIONS = settings.BASE_DIR / "taxonomy/data/regions.csv"


class Pen:
    """Draws in a box of 100 × 100 that lies anywhere in a picture."""

    def __init__(self, draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]):
        self.draw, (self.left, self.top, right, _) = draw, box
        self.unit = (right - self.left) / 100

    def _points(self, *numbers: float) -> list[tuple[float, float]]:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [(self.left + x * self.unit, self.top + y * self.unit) for x, y in pairs]

    def block(self, left, top, right, bottom, fill, radius=0):
        self.draw.rounded_rectangle(self._points(left, top, right, bottom), radius * self.unit, fill)

    def disc(self, x, y, radius, fill):
        self.draw.ellipse(self._points(x - radius, y - radius, x + radius, y + radius), fill)

    def shape(self, fill, *numbers):
        self.draw.polygon(self._points(*numbers), fill)

    def line(self, fill, width, *numbers):
        points = self._points(*numbers)
        self.draw.line(points, fill, round(width * self.unit), joint="curve")
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            self.disc(x, y, width / 2, fill)


def mark(pen: Pen) -> None:
    """The site's mark, as static/img/mark.svg: a roof over three people."""
    pen.block(0, 0, 100, 100, BLUE, radius=21)
    pen.line(WHITE, 8.3, 16.7, 50, 50, 20.8, 83.3, 50)
    pen.disc(29.2, 68.8, 10.4, WHITE)
    pen.disc(70.8, 68.8, 10.4, WHITE)
    pen.disc(50, 60.4, 12.5, YELLOW)


def _sheet(pen):
    pen.block(14, 4, 86, 96, BLUE, radius=6)
    pen.block(26, 18, 58, 42, YELLOW, radius=3)
    for y in (54, 66, 78):
        pen.block(26, y, 74, y + 5, WHITE, radius=2)


def _people(pen):
    for x, y, colour in ((22, 34, GREEN), (78, 34, ORANGE), (50, 28, BLUE)):
        pen.disc(x, y, 14, colour)
        pen.block(x - 20, y + 18, x + 20, y + 74, colour, radius=18)


def _coin(pen):
    pen.disc(50, 50, 46, BLUE)
    pen.disc(50, 50, 38, YELLOW)
    pen.line(BLUE, 8, 32, 24, 50, 50, 68, 24)
    pen.line(BLUE, 8, 50, 50, 50, 78)
    pen.line(BLUE, 6, 35, 54, 65, 54)
    pen.line(BLUE, 6, 35, 66, 65, 66)


def _calendar(pen):
    pen.block(8, 14, 92, 94, BLUE, radius=8)
    pen.block(16, 36, 84, 86, WHITE, radius=3)
    for x in (28, 72):
        pen.block(x - 4, 4, x + 4, 24, DARK, radius=4)
    for row, y in enumerate((44, 60, 74)):
        for column, x in enumerate((24, 40, 56, 72)):
            pen.block(x - 4, y - 4, x + 5, y + 5, YELLOW if (row, column) == (1, 2) else LIGHT_BLUE, radius=2)


def _bubbles(pen):
    pen.block(4, 8, 74, 56, BLUE, radius=12)
    pen.shape(BLUE, 18, 50, 18, 72, 40, 54)
    pen.block(34, 44, 98, 84, GREEN, radius=12)
    pen.shape(GREEN, 66, 80, 84, 98, 86, 80)
    for x in (22, 39, 56):
        pen.disc(x, 28, 5, WHITE)


def _map(pen):
    """The prefectures, as the tile map of the site places them."""
    with REGIONS.open(encoding="utf-8") as file:
        tiles = [(int(r["tile_column"]), int(r["tile_row"])) for r in csv.DictReader(file) if r["tile_row"]]
    size = 100 / (1 + max(max(tile) for tile in tiles))
    for number, (column, row) in enumerate(sorted(tiles)):
        colour = YELLOW if number % 11 == 5 else BLUE
        pen.block(column * size, row * size, (column + 0.84) * size, (row + 0.84) * size, colour, radius=0.8)


def _steps(pen):
    for number, colour in enumerate((LIGHT_BLUE, MIDDLE_BLUE, BLUE)):
        pen.block(6 + number * 30, 72 - number * 22, 94, 94, colour, radius=2)
    pen.block(78, 0, 81, 30, DARK)
    pen.shape(YELLOW, 81, 1, 99, 9, 81, 17)


ICONS: dict[str, Callable[[Pen], None]] = {
    HOME: mark,
    "cases": _sheet,
    "organizations": _people,
    "policies": _coin,
    "events": _calendar,
    "forum": _bubbles,
    "regions": _map,
    "start": _steps,
}


def social_picture(section: str, kind: Kind, font: Path) -> Image.Image:
    """1200 × 630: the site's name, what the section is, and its sign."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PALE_BLUE)
    draw = ImageDraw.Draw(image)

    def text(x, y, words, size, colour):
        face = ImageFont.truetype(str(font), size * SCALE)
        draw.multiline_text((x * SCALE, y * SCALE), words, colour, face, spacing=0.35 * size * SCALE)

    draw.rectangle(_scaled(0, HEIGHT - 130, WIDTH, HEIGHT), BLUE)
    mark(Pen(draw, _scaled(MARGIN, HEIGHT - 105, MARGIN + 80, HEIGHT - 25)))
    text(MARGIN + 110, HEIGHT - 92, settings.SITE_NAME, 38, WHITE)
    lines = kind.title.count("\n") + 1
    size = 60 if lines > 1 else min(120, 740 // len(kind.title))
    top = 150 if lines > 1 else 270 - size
    text(MARGIN, top, kind.title, size, DARK)
    text(MARGIN, 360, kind.sentence, 36, GRAY)
    ICONS[section](Pen(draw, _scaled(*ICON)))
    return _finished(image, (WIDTH, HEIGHT))


def touch_icon() -> Image.Image:
    """The mark on a full square: telephones round the corners themselves."""
    image = Image.new("RGB", (720, 720), BLUE)
    mark(Pen(ImageDraw.Draw(image), (36, 36, 684, 684)))
    return _finished(image, (180, 180))


def _finished(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in its size, in few colours, so that its file is small."""
    steps = [step / SHADES for step in range(SHADES + 1)]
    ends = [(ImageColor.getrgb(one), ImageColor.getrgb(other)) for one, other in EDGES]
    shades = {_between(*pair, part) for pair in ends for part in steps}
    palette = Image.new("P", (1, 1))
    palette.putpalette([number for shade in sorted(shades) for number in shade])
    return image.resize(size, Image.Resampling.LANCZOS).quantize(palette=palette, dither=Image.Dither.NONE)


def _between(one, other, part: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))


def _scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * SCALE for number in numbers)
