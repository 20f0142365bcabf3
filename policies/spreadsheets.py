"""Files that spreadsheets open."""

import csv

from django.http import HttpResponse

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_BEGINS_WITH = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(value) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run as a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_BEGINS_WITH) else text


def csv_response(rows, filename: str) -> HttpResponse:
    """``rows`` as a file to save; the byte order mark tells spreadsheets that it is UTF-8."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "X-Content-Type-Options": "nosniff"},
    )
    response.write("\ufeff")
    csv.writer(response).writerows([defused(cell) for cell in row] for row in rows)
    return response
