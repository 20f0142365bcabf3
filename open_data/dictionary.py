"""The data dictionary: what each column of each file means, from the declarations of the columns."""

from collections.abc import Iterator

from open_data.columns import Column
from open_data.datasets import DATASETS

HEADER = ("データ", "ファイル", "順番", "項目名", "キー", "説明", "型", "必須", "例", "コード表")


def rows() -> Iterator[tuple]:
    yield HEADER
    for dataset in DATASETS:
        for number, column in enumerate(dataset.columns, start=1):
            yield (
                *(dataset.title, f"{dataset.name}.csv", number, column.heading, column.key, column.about),
                *(column.type.value, "必須" if column.is_required else "", column.example, _codes(column)),
            )


def _codes(column: Column) -> str:
    return ";".join(f"{code}={meaning}" for code, meaning in (column.codes or {}).items())
