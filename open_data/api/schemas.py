"""The shapes of the API's answers, made from the columns of open data."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, create_model

from open_data.columns import Column, Type
from open_data.dataset import Dataset

_TYPES: dict[Type, Any] = {
    Type.TEXT: str,
    Type.NUMBER: int,
    Type.DECIMAL: float,
    Type.YES_OR_NO: bool,
    Type.DAY: date,
    Type.CLOCK: str,
    Type.MOMENT: datetime,
    Type.ADDRESS: str,
    Type.TEXTS: list[str],
    Type.NUMBERS: list[int],
}


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: Annotated[str, Field(description="何が起きたか")]
    status: int
    detail: Annotated[str, Field(description="くわしい説明")]


@cache
def item_of(dataset: Dataset, *, is_short: bool) -> type[Schema]:
    """One object, without its long texts where many are told at once."""
    columns = dataset.short_columns if is_short else dataset.columns
    name = "".join(part.capitalize() for part in dataset.name.split("_")) + ("Item" if is_short else "Detail")
    return create_model(name, __base__=Schema, **{column.key: _field(column) for column in columns})


def _field(column: Column) -> tuple:
    description = f"{column.heading}：{column.about}"
    if column.codes:
        description += "。" + "、".join(f"{code}={meaning}" for code, meaning in column.codes.items())
    kind = _TYPES[column.type]
    is_always_there = column.is_required or column.type in (Type.TEXTS, Type.NUMBERS)
    return (kind if is_always_there else kind | None), Field(..., description=description)


@cache
def page_of(dataset: Dataset) -> type[Schema]:
    """A page of a list."""
    item = item_of(dataset, is_short=True)
    return create_model(
        f"{item.__name__.removesuffix('Item')}Page",
        __base__=Schema,
        total=(int, Field(..., description="条件に合う件数")),
        page=(int, Field(..., description="このページの番号")),
        per_page=(int, Field(..., description="1ページの件数")),
        next=(str | None, Field(..., description="次のページのアドレス。最後のページではnull")),
        items=(list[item], Field(..., description="このページの内容")),
    )
