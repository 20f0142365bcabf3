"""Short rows of a title and an address inside the form of a case: videos and links."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from publishing.forms import speak_plainly

MOST_ROWS = 10
NOT_A_WEB_ADDRESS = "https:// または http:// で始まるアドレスを入力してください。"


class WebAddressField(forms.URLField):
    """An address of the web: typed without a scheme it is https, any other scheme is refused."""

    def __init__(self, **options):
        widget = forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"})
        super().__init__(assume_scheme="https", widget=widget, error_messages={"invalid": NOT_A_WEB_ADDRESS}, **options)

    def to_python(self, value):
        # "javascript:alert(1)" would become "https://javascript:alert(1)", a harmless but senseless address.
        scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):(?!\d)", str(value or ""), re.IGNORECASE)
        if scheme and scheme[1].lower() not in {"http", "https"}:
            raise ValidationError(NOT_A_WEB_ADDRESS, code="invalid")
        return super().to_python(value)


class RowForm(forms.Form):
    """One row. Empty it is left out; half filled it says what is missing."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(max_length=100, required=False)
    url = WebAddressField(max_length=200, required=False)

    def __init__(self, *args, labels, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("maxlength", None)
            speak_plainly(self.fields[name], name)

    def clean(self):
        cleaned = super().clean()
        for name, other in (("title", "url"), ("url", "title")):
            if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, f"{self.fields[name].label}を入力してください。")
        return cleaned

    @property
    def is_empty(self) -> bool:
        return not (self.cleaned_data.get("title") or self.cleaned_data.get("url"))


class Rows:
    """The rows of one reverse relation of a case ("links"), with one empty row to go on."""

    def __init__(self, name, item, *, data=None, is_resumed=False, labels, more_label):
        self.name, self.item, self.labels, self.more_label = name, item, labels, more_label
        self.is_bound = data is not None
        self.saved = list(getattr(item, name).all()) if item.pk else []
        self.forms = self._bound(data, is_resumed) if self.is_bound else self._unbound()

    def _unbound(self):
        initial = [{"pk": row.pk, "title": row.title, "url": row.url} for row in self.saved]
        return [self._form(number, initial=row) for number, row in enumerate([*initial, {}][:MOST_ROWS])]

    def _bound(self, data, is_resumed):
        numbers = {int(found[1]) for key in data if (found := re.match(rf"{self.name}-(\d{{1,2}})-", key))}
        bound = [self._form(number, data=data) for number in sorted(numbers)[:MOST_ROWS]]
        for form in bound:
            if is_resumed:
                form._errors, form.cleaned_data = ErrorDict(), {}
        return bound or [self._form(0)]

    def _form(self, number, **options):
        return RowForm(prefix=f"{self.name}-{number}", labels=self.labels, use_required_attribute=False, **options)

    def add_row(self) -> None:
        """One more empty row, as far as there may be more."""
        if self.can_grow:
            last = self.forms[-1].prefix.rpartition("-")[2] if self.forms else -1
            self.forms.append(self._form(int(last) + 1))

    @property
    def can_grow(self) -> bool:
        return len(self.forms) < MOST_ROWS

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms if form.is_bound]  # every row says what is wrong with it
        return all(valid)

    @property
    def has_something(self) -> bool:
        return any(form.errors or form["title"].value() or form["url"].value() for form in self.forms)

    @property
    def typed(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms if form.is_bound and not form.is_empty]

    def text(self) -> str:
        """The rows as people read them."""
        rows = self.typed if self.is_bound else [form.initial for form in self.forms if form.initial]
        return "\n".join(f"{row['title']}／{row['url']}" for row in rows)

    def write_to(self, item) -> None:
        """Save the rows as those of ``item``, a fresh one; what did not change is not touched.

        A row that is not of this case, or no longer, is written as a new one.
        """
        manager = getattr(item, self.name)
        present = {row.pk: row for row in manager.all()}
        kept = set()
        for typed in self.typed:
            row = present.get(typed["pk"]) or manager.model(case=item)
            if (row.title, row.url) != (typed["title"], typed["url"]) or row.pk is None:
                row.title, row.url = typed["title"], typed["url"]
                row.save()
            kept.add(row.pk)
        for pk, row in present.items():
            if pk not in kept:
                row.delete()
