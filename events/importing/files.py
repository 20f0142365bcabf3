"""An uploaded table as rows of cells: CSV in the encodings that Japanese offices write, and Excel."""

import csv
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO

from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from publishing import office_files, virus_scan
from publishing.models import FileKind

MAX_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
# An Excel file holds text that shrinks well; the longest real table of 5,000 rows is far below.
MOST_UNPACKED = 60 * 1024 * 1024
# Formatted but empty rows go on to row 1,048,576.
MOST_EMPTY_ROWS = 1_000

Cell = str | int | float | bool | date | datetime | time | timedelta | None

IS_EMPTY = "ファイルの中身が空です。表を作って保存してから、もう一度選んでください。"
TOO_LARGE = "ファイルが大きすぎます。5MBまでです。行をいくつかのファイルに分けてください。"
TOO_MANY_ROWS = f"行が多すぎます。1つのファイルは{MOST_ROWS:,}行までです。いくつかのファイルに分けてください。"
TOO_MANY_COLUMNS = f"列が多すぎます。{MOST_COLUMNS}列までです。イベントの一覧の表かどうか、確かめてください。"
IS_NO_TABLE = "この形式のファイルは読み取れません。CSV（.csv）か、Excel（.xlsx）で保存した表を選んでください。"
IS_UNREADABLE_TEXT = (
    "文字を読み取れませんでした。Excelで開き、「名前を付けて保存」で「CSV UTF-8」か「Excelブック（.xlsx）」を選んで、"
    "保存し直してください。"
)
IS_BROKEN_TABLE = "Excelの表を読み取れませんでした。Excelで開き、「名前を付けて保存」で保存し直してください。"
ENDED_EARLY = "空の行が続いたため、{number}行目までを読みました。"

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"MZ", b"\x7fELF", b"RIFF")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|table)\b", re.IGNORECASE)
# How Excel writes a line break of Windows into its file.
_ESCAPED_RETURN = re.compile("_x000[dD]_")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")


@dataclass(frozen=True)
class Table:
    """The rows that are not empty, each with its number in the file, the header among them."""

    rows: list[tuple[int, list[Cell]]]
    notes: tuple[str, ...] = ()


def read(upload) -> Table:
    """The table in ``upload``; raises ValidationError with a sentence for whoever chose the file."""
    if upload.size > MAX_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    upload.seek(0)
    head = upload.read(8)
    upload.seek(0)
    if not head:
        raise ValidationError(IS_EMPTY, code="empty")
    virus_scan.check(upload)
    if head.startswith(office_files.OLD_SIGNATURE):
        raise ValidationError(office_files.old_sentence(upload), code="old_office")
    if head.startswith(office_files.SIGNATURE):
        return _excel(upload)
    if head.startswith(_NO_TEXT):
        raise ValidationError(IS_NO_TABLE, code="no_table")
    return _text_table(upload.read(MAX_BYTES))


def _text_table(data: bytes) -> Table:
    text = _decoded(data)
    if "\0" in text or _MARKUP.match(text):
        raise ValidationError(IS_NO_TABLE, code="no_table")
    try:
        return _table(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise ValidationError(IS_NO_TABLE, code="no_table") from error


def _decoded(data: bytes) -> str:
    """What the bytes say: marked as UTF-8 or UTF-16, else UTF-8 if they can be, else what Windows writes in Japan."""
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(IS_UNREADABLE_TEXT, code="encoding")


def _delimiter(text: str) -> str:
    """Tabs where the beginning has more of them than commas: Excel's 「Unicodeテキスト」."""
    beginning = text[:4_000]
    return "\t" if beginning.count("\t") > beginning.count(",") else ","


def _excel(upload) -> Table:
    if office_files.kind_of(upload) != FileKind.EXCEL:
        raise ValidationError(IS_NO_TABLE, code="no_table")
    with zipfile.ZipFile(upload) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise ValidationError(office_files.IS_TOO_LARGE_UNPACKED, code="bomb")
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and checks that are not read
            return _table(_rows_of_workbook(upload))
    except ValidationError:
        raise
    except Exception as error:  # a damaged workbook makes the package raise almost anything
        raise ValidationError(IS_BROKEN_TABLE, code="broken") from error


def _rows_of_workbook(upload) -> Iterator[tuple[Cell, ...]]:
    """The cells of the first sheet that is shown. Formulas give what Excel last worked out: nothing runs here."""
    workbook = load_workbook(upload, read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        for sheet in shown[:1]:
            sheet.reset_dimensions()  # files may lie about how large they are
            yield from sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
    finally:
        workbook.close()


def _table(rows: Iterable[Iterable[Cell]]) -> Table:
    kept, empty, notes, number = [], 0, (), 0
    for number, row in enumerate(rows, start=1):
        cells = [clean(cell) for cell in row]
        if not any(cell not in (None, "") for cell in cells):
            empty += 1
            if empty == MOST_EMPTY_ROWS:
                notes = (ENDED_EARLY.format(number=number),)
                break
            continue
        while cells[-1] in (None, ""):
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise ValidationError(TOO_MANY_COLUMNS, code="too_many_columns")
        empty = 0
        kept.append((number, cells))
        # With some lines above the header.
        if len(kept) > MOST_ROWS + 20:
            raise ValidationError(TOO_MANY_ROWS, code="too_many_rows")
    if not kept:
        raise ValidationError(IS_EMPTY, code="empty")
    return Table(kept, notes)


def clean(cell: Cell) -> Cell:
    """Text without what nobody sees and the database or a page could not hold; line breaks and tabs stay."""
    if not isinstance(cell, str):
        return cell
    if cell.isprintable():
        return cell.strip()
    text = _LINE_ENDS.sub("\n", _ESCAPED_RETURN.sub("", cell))
    return "".join(letter for letter in text if letter in "\n\t" or _is_text(letter)).strip()


def _is_text(letter: str) -> bool:
    # Letters that nobody has assigned, halves of letters, control characters, marks that turn the direction of
    # writing or have no width; what joins pictures to one stays.
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn", "Cf") or letter == "\u200d"
