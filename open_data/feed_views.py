"""Any list as Atom, JSON Feed or a table."""

from collections.abc import Iterator

from django.http import HttpResponse

from open_data import feeds
from open_data.answers import misread, not_found, public_data, too_many
from open_data.columns import as_cell
from open_data.lists import LISTS, Asked
from policies.spreadsheets import csv_stream


@public_data
def feed(request, name, form):
    if name not in LISTS:
        return not_found("この名前の一覧はありません。")
    asked = Asked.of(name, request.GET)
    if asked.address.misread:
        return misread(asked.address.misread)
    version = asked.list.version(asked.address)
    return version.answer(request, lambda: _MAKERS[form](request, asked, version))


def _atom(request, asked, version):
    content = feeds.atom(asked, feeds.rows_of(asked), version.changed_at)
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _json(request, asked, version):
    return HttpResponse(feeds.json_feed(asked, feeds.rows_of(asked)), content_type="application/feed+json")


def _csv(request, asked, version):
    refusal = too_many(request, "tables")
    if refusal is not None:
        return refusal
    # Without a body nobody needs the rows.
    rows = iter(()) if request.method == "HEAD" else table(asked)
    return csv_stream(rows, asked.file_name())


_MAKERS = {"atom": _atom, "json": _json, "csv": _csv}


def table(asked: Asked) -> Iterator[list[str]]:
    """The header and all hits; some are in the memory at a time."""
    dataset = asked.list.dataset
    yield [column.heading for column in dataset.columns]
    for item in dataset.items(asked.list.all(asked.address)):
        yield [as_cell(column.of(item)) for column in dataset.columns]
