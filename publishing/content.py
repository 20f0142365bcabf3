"""The content of an item as plain data: to remember it, compare it, and put it back."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from taggit.managers import TaggableManager

from publishing.models import Publishable
from taxonomy.wareki import long_date

# How many letters an edit may change and still count as small.
SMALL_EDIT = 40


@dataclass(frozen=True)
class FieldChange:
    """What one edit did to one field: both values as people read them."""

    name: str
    label: str
    before: str
    after: str
    # Several paragraphs rather than a word or a choice.
    is_long: bool = False


def content_of(item: Publishable) -> dict:
    """Everything of ``item`` that the public sees, by field name, as JSON can hold it."""
    content = {name: _value(item, name) for name in item.CONTENT_FIELDS}
    for name in item.CONTENT_ROWS:
        content[name] = [_row(row) for row in _rows(item, name)]
    return content


def _is_prefetched(item, name) -> bool:
    return name in getattr(item, "_prefetched_objects_cache", ())


def _rows(item: Publishable, name: str):
    if _is_prefetched(item, name):
        return [row for row in getattr(item, name).all() if not getattr(row, "is_removed", False)]
    return shown_rows(item, name)


def shown_rows(item: Publishable, name: str):
    """The rows of a reverse relation that belong to the content now, in their order."""
    rows = getattr(item, name)
    is_kept_when_removed = any(field.name == "is_removed" for field in rows.model._meta.fields)
    return rows.filter(is_removed=False) if is_kept_when_removed else rows.all()


def _value(item, name):
    field = item._meta.get_field(name)
    if isinstance(field, TaggableManager):
        return sorted(tag.name for tag in getattr(item, name).all())
    if field.many_to_many and _is_prefetched(item, name):
        return sorted(str(other.pk) for other in getattr(item, name).all())
    if field.many_to_many:
        return sorted(str(pk) for pk in getattr(item, name).values_list("pk", flat=True))
    value = getattr(item, field.attname)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _row(row) -> dict:
    return {"pk": row.pk, **{name: _value(row, name) for name in row.CONTENT_FIELDS}}


def differences(item: Publishable, before: dict, after: dict) -> list[FieldChange]:
    """What differs between two contents of ``item``, in the order of the page."""
    changes = []
    for name in (*item.CONTENT_FIELDS, *item.CONTENT_ROWS):
        # A field that came with a later release is not a change.
        if name in before and name in after and before[name] != after[name]:
            changes.append(_change(item, name, before[name], after[name]))
    return changes


def field_label(item: Publishable, name: str) -> str:
    """What people call a field, or the rows, of the content; 「全体」 for what is neither (any more)."""
    if name in item.CONTENT_ROWS:
        return str(getattr(item, name).model._meta.verbose_name)
    try:
        return str(item._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return "全体"


def _change(item, name, before, after) -> FieldChange:
    label = field_label(item, name)
    if name in item.CONTENT_ROWS:
        model = getattr(item, name).model
        return FieldChange(name, label, _rows_text(model, before), _rows_text(model, after), is_long=True)
    field = item._meta.get_field(name)
    return FieldChange(
        name, label, readable(field, before), readable(field, after), isinstance(field, models.TextField)
    )


def _rows_text(model, rows: list[dict]) -> str:
    return "\n".join(row_text(model, row) for row in rows)


def row_text(model, row: dict) -> str:
    """One row of the content, as `content_of` gives it, as a line to read."""
    if getattr(model, "IS_TOLD_BY_ITS_NAME", False):
        return str(model(**row))
    parts = [
        readable(model._meta.get_field(name), row.get(name)) for name in model.CONTENT_FIELDS if name != "position"
    ]
    return "／".join(part for part in parts if part)


def readable(field, value) -> str:
    """A value of ``field``, as `content_of` or a record gives it, as people read it.

    A model says by ``READABLE`` what its numbers mean: a function for the name of each such field.
    """
    if value in (None, "", []):
        return ""
    if told := getattr(field.model, "READABLE", {}).get(field.name):
        return told(value)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(field, TaggableManager):
        return "、".join(value)
    if field.many_to_many:
        names = {str(other.pk): str(other) for other in field.related_model._default_manager.filter(pk__in=value)}
        return "、".join(names.get(pk, "（削除された項目）") for pk in value)
    if field.many_to_one:
        return str(field.related_model._default_manager.filter(pk=value).first() or "（削除された項目）")
    if isinstance(field, models.DateField | models.TimeField):
        return _moment(field.to_python(value))
    if isinstance(field, ArrayField):
        return "、".join(readable(field.base_field, each) for each in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _moment(value: date | datetime | time) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{_moment(local.date())} {_moment(local.time())}"
    return f"{value.hour}:{value:%M}" if isinstance(value, time) else long_date(value)


def is_small(changes: list[FieldChange]) -> bool:
    """Whether an edit only touches up texts: a few letters, no link, no row, nothing emptied or new."""
    if any(not (change.before and change.after) or "://" in change.after for change in changes):
        return False
    return sum(_changed_letters(change) for change in changes) <= SMALL_EDIT


def _changed_letters(change: FieldChange) -> int:
    """How many letters lie between what both values have in common at their ends."""
    before, after = change.before, change.after
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return max(len(before), len(after)) - start - end


def restore(item: Publishable, content: dict) -> None:
    """Put ``content`` back into ``item`` and save it; inside a transaction of the caller.

    Rows that were removed since are shown again, those added since are taken away.
    """
    many, columns = [], []
    for name in item.CONTENT_FIELDS:
        if name not in content:
            continue
        field = item._meta.get_field(name)
        if isinstance(field, TaggableManager) or field.many_to_many:
            many.append(name)
        else:
            setattr(item, field.attname, field.to_python(content[name]) if not field.is_relation else content[name])
            columns.append(name)
    item.save(update_fields=[*columns, "updated_at"])
    for name in many:
        getattr(item, name).set(content[name])
    for name in item.CONTENT_ROWS:
        if name in content:
            _restore_rows(item, name, content[name])


def _restore_rows(item, name, rows: list[dict]) -> None:
    manager = getattr(item, name)
    model, kept = manager.model, {row["pk"] for row in rows}
    has_flag = any(field.name == "is_removed" for field in model._meta.fields)
    added = manager.exclude(pk__in=kept)
    if has_flag:
        added.update(is_removed=True)
    else:
        added.delete()
    present = {row.pk: row for row in manager.filter(pk__in=kept)}
    for position, values in enumerate(rows):
        fields = {name: value for name, value in values.items() if name != "pk"}
        row = present.get(values["pk"])
        if row is None and has_flag:
            continue  # the file is gone for good
        if row is None:
            manager.create(**fields)
            continue
        for field, value in fields.items():
            setattr(row, field, value)
        if has_flag:
            row.is_removed, row.position = False, position
        row.save()
