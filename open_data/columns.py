"""What a row of open data is made of: each column is declared once, for tables, JSON, the API and the dictionary."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils import timezone

Value = str | int | float | bool | list[str] | list[int] | None

# How several values stand in one cell, as the government's data models (GIF) want it.
BETWEEN_VALUES = ";"
_UNSPEAKABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Type(Enum):
    """The types of values, by what the dictionary calls them."""

    TEXT = "文字列"
    NUMBER = "整数"
    DECIMAL = "小数"
    YES_OR_NO = "真偽（true・false）"
    DAY = "日付（YYYY-MM-DD）"
    CLOCK = "時刻（HH:MM）"
    MOMENT = "日時（ISO 8601）"
    ADDRESS = "URL"
    TEXTS = "文字列（複数は「;」区切り）"
    NUMBERS = "整数（複数は「;」区切り）"


@dataclass(frozen=True)
class Column:
    """``key`` names it in JSON and in the API, ``heading`` in tables.

    ``value`` takes the object as `Dataset.objects` fetched it. ``codes`` maps the codes of ``value`` to what they
    mean. What ``is_long`` is left out where many objects are told at once.
    """

    key: str
    heading: str
    about: str
    value: Callable[[Any], Any] = field(repr=False)
    type: Type = Type.TEXT
    example: str = ""
    is_required: bool = False
    codes: dict[str, str] | None = field(default=None, hash=False, repr=False)
    is_long: bool = False

    def of(self, item) -> Value:
        """The value as JSON has it; None for what is not known, but a required text is always a text."""
        value = as_json(self.value(item))
        return "" if value is None and self.is_required and self.type is Type.TEXT else value


def as_json(value) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _UNSPEAKABLE.sub("", str(value))
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, UUID):
        return str(value)
    return [as_json(each) for each in value]


def as_cell(value: Value) -> str:
    """The text of a cell; "" for what is not known, so that it never is taken for zero."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return BETWEEN_VALUES.join(as_cell(each).replace(BETWEEN_VALUES, "；") for each in value)
    return str(value)
