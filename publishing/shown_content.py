"""The content of an item as reviewers and writers read it: field by field, and what an edit changed."""

from dataclasses import dataclass, field

from django.db import models
from taggit.managers import TaggableManager

from publishing.comparing import Piece, compare, compare_lists, counts, replaced
from publishing.content import content_of, differences, field_label, readable, row_text, shown_rows
from publishing.images import PictureField
from publishing.models import Publishable

SEPARATOR = "、"
LONG_ENOUGH = 120
ROW_STATES = {"kept": "そのまま", "added": "追加", "removed": "取り外し", "changed": "変更", "moved": "並び順"}


@dataclass(frozen=True)
class ShownRow:
    """One picture, link or document, with what became of it."""

    state: str
    text: str
    pieces: list[Piece] = field(default_factory=list)
    # The stored row; None when it is gone.
    row: models.Model | None = None

    @property
    def state_name(self) -> str:
        return ROW_STATES[self.state]

    @property
    def picture(self):
        """The file of a picture, else None."""
        for column in self.row._meta.fields if self.row else ():
            if isinstance(column, PictureField):
                return getattr(self.row, column.name) or None
        return None

    @property
    def address(self) -> str:
        """Where a document, link or video leads; "" for what leads nowhere or was taken off."""
        if self.row is None or self.state == "removed":
            return ""
        return self.row.get_absolute_url() if hasattr(self.row, "get_absolute_url") else getattr(self.row, "url", "")


@dataclass(frozen=True)
class ShownField:
    name: str
    label: str
    text: str = ""
    rows: list[ShownRow] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.rows


@dataclass(frozen=True)
class ShownChange:
    """What an edit did to one field, or to one kind of rows."""

    name: str
    label: str
    before: str
    after: str
    pieces: list[Piece] = field(default_factory=list)
    rows: list[ShownRow] = field(default_factory=list)
    # The change in words, where there are better ones than those of `summary`.
    told: str = ""

    @property
    def is_better_read_apart(self) -> bool:
        """Whether it is so long that both texts, each as one, are a help."""
        return bool(self.before and self.after) and len(self.before) + len(self.after) > LONG_ENOUGH

    @property
    def summary(self) -> str:
        """The change in words, for those who do not see colours and lines."""
        if self.told:
            return self.told
        if self.rows:
            states = [row.state for row in self.rows]
            told = [f"{name}{states.count(state)}件" for state, name in ROW_STATES.items() if state in states]
            return "、".join(told)
        if not self.before:
            return "新しく書かれました"
        if not self.after:
            return "空欄になりました"
        deleted, inserted = counts(self.pieces)
        return "、".join(
            told for number, told in ((deleted, f"{deleted:,}字を削除"), (inserted, f"{inserted:,}字を追加")) if number
        )


def shown_fields(item: Publishable) -> list[ShownField]:
    """Everything of the content, in the order of the page; empty fields too."""
    fields = [
        ShownField(name, field_label(item, name), readable(item._meta.get_field(name), value))
        for name, value in content_of(item).items()
        if name in item.CONTENT_FIELDS
    ]
    return fields + [
        ShownField(name, field_label(item, name), rows=[_shown_row(row) for row in shown_rows(item, name)])
        for name in item.CONTENT_ROWS
    ]


def _shown_row(row) -> ShownRow:
    values = {name: getattr(row, row._meta.get_field(name).attname) for name in row.CONTENT_FIELDS}
    return ShownRow("kept", row_text(type(row), values), row=row)


def shown_changes(item: Publishable, before: dict, after: dict) -> list[ShownChange]:
    """What differs between two contents of ``item``, as `publishing.content.content_of` gives them."""
    changes = []
    for change in differences(item, before, after):
        if change.name in item.CONTENT_ROWS:
            rows = _compare_rows(item, change.name, before[change.name], after[change.name])
            changes.append(ShownChange(change.name, change.label, change.before, change.after, rows=rows))
        else:
            pieces = compare_values(item._meta.get_field(change.name), change.before, change.after)
            changes.append(ShownChange(change.name, change.label, change.before, change.after, pieces))
    return changes


def compare_values(column, before: str, after: str) -> list[Piece]:
    """Two values of a field as people read them, compared in the way that suits the field."""
    if isinstance(column, TaggableManager) or column.many_to_many:
        return compare_lists(before, after, SEPARATOR)
    if isinstance(column, models.CharField | models.TextField) and not column.choices:
        return compare(before, after)
    return replaced(before, after)


def _compare_rows(item, name, before: list[dict], after: list[dict]) -> list[ShownRow]:
    """Rows that went, were changed or came; those that stayed need not be read again."""
    manager = getattr(item, name)
    old, new = ({row["pk"]: row for row in rows} for rows in (before, after))
    stored = manager.model._default_manager.in_bulk([*old, *new])
    shown = []
    for pk in dict.fromkeys([*old, *new]):
        if old.get(pk) == new.get(pk):
            continue
        texts = [row_text(manager.model, rows[pk]) if pk in rows else "" for rows in (old, new)]
        state = "added" if pk not in old else "removed" if pk not in new else "changed"
        if state == "changed" and texts[0] == texts[1]:
            state = "moved"
        shown.append(ShownRow(state, texts[1] or texts[0], compare(*texts), stored.get(pk)))
    return shown
