"""What is written every night: each kind of open data as a table and as JSON lines, and events in the national form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from events import exporting
from events.models import Event
from open_data.columns import as_cell
from open_data.dataset import Dataset, Row
from open_data.datasets import DATASETS

# People's names and numbers are not for collections; they stand on the events' pages.
LEFT_EMPTY = ("連絡先名称", "連絡先電話番号", "連絡先内線番号")

# A row of a table, and the same for JSON lines where there are some.
Rows = Iterator[tuple[list[str], Row | None]]


@dataclass(frozen=True)
class Publication:
    """Files of one content. ``rows`` gives the header first."""

    name: str
    title: str
    about: str
    forms: tuple[str, ...]
    rows: Callable[[], Rows]
    data_model: str = ""
    dataset: Dataset | None = None

    @property
    def file_names(self) -> dict[str, str]:
        return {form: f"{self.name}.{form}" for form in self.forms}


def _publication(dataset: Dataset) -> Publication:
    def rows() -> Rows:
        yield [column.heading for column in dataset.columns], None
        for item in dataset.all_items():
            row = dataset.row(item)
            yield [as_cell(value) for value in row.values()], row

    return Publication(dataset.name, dataset.title, dataset.about, ("csv", "jsonl"), rows, dataset.data_model, dataset)


def _standard_events() -> Rows:
    pks = Event.objects.published().order_by("start_date", "pk").values_list("pk", flat=True)
    tables = exporting.rows(pks.iterator())
    header = next(tables)
    empty = [header.index(name) for name in LEFT_EMPTY]
    yield header, None
    for cells in tables:
        for index in empty:
            cells[index] = ""
        yield cells, None


STANDARD_EVENTS = Publication(
    "events_standard",
    "イベント（推奨データセットの形）",
    "国の推奨データセット「イベント一覧」の見出しの表。連絡先の欄は空けてあります",
    ("csv",),
    _standard_events,
    "推奨データセット イベント一覧",
)
PUBLICATIONS = (*map(_publication, DATASETS), STANDARD_EVENTS)
BY_FILE_NAME = {name: one for one in PUBLICATIONS for name in one.file_names.values()}
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
