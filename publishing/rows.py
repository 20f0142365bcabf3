"""Short rows inside the form of an item: links, amounts, questions. They work without JavaScript.

There is no management form: the rows are those whose numbers stand in what was typed.
"""

import re
from dataclasses import dataclass

from django import forms
from django.forms.utils import ErrorDict

from publishing.forms import Conflict, speak_plainly


class RowForm(forms.Form):
    """One row. Empty it is left out; half filled it says what is missing."""

    pk = forms.CharField(required=False, widget=forms.HiddenInput)
    NEEDED: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField):
                speak_plainly(field, name)
                if isinstance(field.widget, forms.Textarea):
                    field.widget.attrs["rows"] = 4

    def clean_pk(self):
        """The key of the row; a strange one is none, so that the row is written as a new one."""
        pk = self.cleaned_data["pk"]
        return int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None

    def clean(self):
        cleaned = super().clean()
        if not self.is_empty:
            for name in self.NEEDED:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"{self.fields[name].label}を入力してください。")
        return cleaned

    @property
    def visible(self):
        return [self[name] for name in self.fields if name != "pk"]

    @property
    def values(self) -> dict:
        """What was typed, without the key of the row."""
        typed = {name: self.cleaned_data.get(name) for name in self.fields if name != "pk"}
        # Browsers send line breaks as two characters; see `publishing.forms.ItemForm.clean`.
        return {name: v.replace("\r\n", "\n") if isinstance(v, str) else v for name, v in typed.items()}

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) or name in self.errors for name in self.fields if name != "pk")


@dataclass(frozen=True)
class RowKind:
    """The rows of one reverse relation: the form of a row, the heading, the button that adds one, the limit."""

    form_class: type[RowForm]
    title: str
    more_label: str
    most: int = 20
    # Whether the labels of the fields tell by themselves what the rows are.
    labels_suffice: bool = False


class Rows:
    """The rows of the reverse relation ``name`` of an item, with one empty row to go on.

    ``source`` is the item whose rows are shown at first: the item itself, or the one it is a copy of.
    """

    def __init__(self, name, kind: RowKind, source, *, data=None, is_resumed=False, is_copy=False):
        self.name, self.kind = name, kind
        self.form_class, self.title, self.more_label = kind.form_class, kind.title, kind.more_label
        self.is_bound = data is not None
        saved = list(getattr(source, name).all()) if source and source.pk else []
        self.initial = [self._initial(row, is_copy) for row in saved]
        self.forms = self._bound(data, is_resumed) if self.is_bound else self._unbound()

    def _initial(self, row, is_copy):
        values = {name: getattr(row, name) for name in self.form_class.base_fields}
        return {**values, "pk": None if is_copy else row.pk}

    def _unbound(self):
        rows = [*self.initial, {}][: self.kind.most]
        return [self._form(number, initial=row) for number, row in enumerate(rows)]

    def _bound(self, data, is_resumed):
        numbers = {int(found[1]) for key in data if (found := re.match(rf"{self.name}-([0-9]{{1,2}})-", key))}
        bound = [self._form(number, data=data) for number in sorted(numbers)[: self.kind.most]]
        for form in bound:
            if is_resumed:
                form._errors, form.cleaned_data = ErrorDict(), {}
        return bound or [self._form(0)]

    def _form(self, number, **options):
        return self.form_class(prefix=f"{self.name}-{number}", **options)

    def add_row(self) -> None:
        if self.can_grow:
            self.forms.append(self._form(int(self.forms[-1].prefix.rpartition("-")[2]) + 1))

    @property
    def can_grow(self) -> bool:
        return len(self.forms) < self.kind.most

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms if form.is_bound]  # every row says what is wrong with it
        return all(valid)

    @property
    def typed(self) -> list[tuple[int | None, dict]]:
        """The key and the values of each row that is not empty."""
        return [(form.cleaned_data["pk"], form.values) for form in self.forms if form.is_bound and not form.is_empty]

    def text(self) -> str:
        """The rows as people read them."""
        rows = [values for _, values in self.typed] if self.is_bound else self.initial
        fields = self.form_class.base_fields
        return "\n".join(
            "／".join(str(fields[name].prepare_value(value)) for name, value in row.items() if name != "pk" and value)
            for row in rows
        )

    def write_to(self, item) -> None:
        """Save the rows as those of ``item``; what did not change is not touched.

        A row that is not of this item, or no longer, is written as a new one.
        """
        manager = getattr(item, self.name)
        present = {row.pk: row for row in manager.all()}
        kept = set()
        for position, (pk, values) in enumerate(self.typed):
            row = present.get(pk) if pk not in kept else None
            if hasattr(manager.model, "position"):
                values = {**values, "position": position}
            if row is None:
                row = manager.create(**values)
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                row.save()
            kept.add(row.pk)
        for pk, row in present.items():
            if pk not in kept:
                row.delete()

    def problems(self) -> list[tuple[str, str]]:
        """Every mistake as the id of its control and a sentence, in the order of the rows."""
        return [
            (field.id_for_label, f"{self.where(number, field)}：{error}")
            for number, form in enumerate(self.forms, start=1)
            if form.is_bound
            for field in form
            for error in field.errors
        ]

    def where(self, number: int, field) -> str:
        """What a sentence calls one field of one row."""
        if self.kind.labels_suffice:
            return f"{field.label}（{number}行目）"
        return f"{self.title}の{number}行目、{field.label}"

    @property
    def has_something(self) -> bool:
        return any(form.errors or any(field.value() for field in form.visible) for form in self.forms)


class FormWithRows:
    """Mixin of forms of items that have `rows` beside their fields; stands before `ItemForm`.

    ``ROWS`` names the kinds of rows by the name of their reverse relation. Whoever has further ``__init__``
    sets what `source_of_rows` needs before calling this one's.
    """

    ROWS: dict[str, RowKind] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = self._rows(self.data if self.is_bound else None)

    def source_of_rows(self):
        """The item whose rows are shown at first, and whether they are copied from it."""
        return self.instance, False

    def _rows(self, data, *, is_resumed=False) -> dict[str, Rows]:
        source, is_copy = self.source_of_rows()
        return {
            name: Rows(name, kind, source, data=data, is_resumed=is_resumed, is_copy=is_copy)
            for name, kind in self.ROWS.items()
        }

    def resume(self, data) -> None:
        super().resume(data)
        self.rows = self._rows(self.data, is_resumed=True)

    def is_valid(self):
        return all([super().is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def problems(self) -> list[tuple[str, str]]:
        """Every mistake as the id of its control and a sentence, in the order of the form."""
        found = [("", error) for error in self.non_field_errors()]
        for field in self:
            found += [(field.id_for_label or field.auto_id, f"{field.label}：{error}") for error in field.errors]
        return found + [problem for rows in self.rows.values() for problem in rows.problems()]

    def write_to(self, item):
        super().write_to(item)
        for rows in self.rows.values():
            rows.write_to(item)

    def show_conflict(self, current):
        super().show_conflict(current)
        for name, rows in self.rows.items():
            theirs = Rows(name, rows.kind, current).text()
            if theirs != rows.text():
                self.conflicts.append(Conflict(rows.title, theirs, rows.text()))
