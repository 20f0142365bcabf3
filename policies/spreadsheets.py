"""Files that spreadsheets open."""

import csv
from collections.abc import Iterable, Iterator

from django.http import HttpResponse, StreamingHttpResponse

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_BEGINS_WITH = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(value) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run as a formula."""
    text = str(value)
    # One more where there are some already, so that whoever reads it back can take exactly one away.
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_BEGINS_WITH) else text


def csv_response(rows, filename: str) -> HttpResponse:
    """``rows`` as a file to save; the byte order mark tells spreadsheets that it is UTF-8."""
    return HttpResponse("".join(_lines(rows)), **_as_file(filename))


def csv_stream(rows: Iterable, filename: str) -> StreamingHttpResponse:
    """Like `csv_response` for any number of rows: each is sent as soon as it is there."""
    return StreamingHttpResponse(_lines(rows), **_as_file(filename))


def _as_file(filename: str) -> dict:
    return {
        "content_type": "text/csv; charset=utf-8",
        "headers": {
            "Content-Disposition": f'attachment; filename="{filename}"',
            "X-Content-Type-Options": "nosniff",
        },
    }


class _Passing:
    """Gives back what is written to it, so that the writer's lines can be sent one by one."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable) -> Iterator[str]:
    yield "\ufeff"
    writer = csv.writer(_Passing())
    for row in rows:
        yield writer.writerow([defused(cell) for cell in row])
