"""Fields that the forms of several kinds of items have."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError

NOT_A_WEB_ADDRESS = "https:// または http:// で始まるアドレスを入力してください。"


class KeyField(forms.Field):
    """The idempotency key. One that is no UUID is replaced: its sender only loses the double-click protection."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return uuid.uuid4()


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
