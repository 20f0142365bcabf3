"""Form fields of events: times of day, fees and numbers of people, as people type them."""

import unicodedata
from datetime import time

from django import forms
from django.core.exceptions import ValidationError

from events.importing import clocks, values
from events.importing.problems import Unreadable
from events.times import clock
from publishing.typed_fields import TypedField, YenField, folded

MOST_PEOPLE = 1_000_000
HIGHEST_FEE = 10_000_000
_FREE = {"無料", "参加無料", "入場無料", "0", "0円", "なし", "無し", "ただ", "タダ"}
_UNKNOWN = {"未定", "不明", "未確認"}
# What clocks say so well that nothing needs to be added.
_TOLD_IN_FULL = {clocks.IS_MIDNIGHT, clocks.IS_NOON_OR_MIDNIGHT}
_SHORT = {"class": "input--short", "autocomplete": "off"}


class TimeField(TypedField):
    """A time of day: 「13:30」, 「13時半」, 「午後1時30分」, 「1330」, in any width."""

    widget = forms.TextInput(attrs=_SHORT)

    def to_python(self, value):
        if isinstance(value, time):
            return value
        if not (value or "").strip():
            return None
        try:
            at, remark = clocks.read_time(value)
        except Unreadable as error:
            sentence = str(error) if str(error) in _TOLD_IN_FULL else self._how_to_write()
            raise ValidationError(sentence) from error
        if remark:
            raise ValidationError(self._how_to_write())
        return at

    def _how_to_write(self):
        return f"{self.label}を読み取れません。「13:30」「午後1時30分」のように、時刻を1つ入力してください。"

    def prepare_value(self, value):
        return clock(value) if isinstance(value, time) else value


class FeeField(YenField):
    """What it costs to take part: 0 is free, None is not yet known."""

    def to_python(self, value):
        text = folded(value)
        if text in _FREE:
            return 0
        if text in _UNKNOWN:
            return None
        try:
            amount = super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                f"{self.label}は「無料」「500円」のように入力してください。人によって違うときは、下の説明に書いてください。"
            ) from error
        if amount and amount > HIGHEST_FEE:
            raise ValidationError(f"{self.label}が大きすぎます。{HIGHEST_FEE:,}円以下で入力してください。")
        return amount

    def prepare_value(self, value):
        return "無料" if value == 0 and isinstance(value, int) else super().prepare_value(value)


class PeopleField(TypedField):
    """A number of people: 「30」, 「30人」, 「先着30名」."""

    widget = forms.TextInput(attrs={**_SHORT, "inputmode": "numeric"})

    def to_python(self, value):
        if isinstance(value, int):
            return value
        if not (value or "").strip():
            return None
        try:
            people = values.number(value)
        except Unreadable as error:
            raise ValidationError(f"{self.label}は「30」「30人」のように、数を1つ入力してください。") from error
        if not 0 < people <= MOST_PEOPLE:
            raise ValidationError(f"{self.label}は1人以上、{MOST_PEOPLE:,}人以下で入力してください。")
        return people


class MailField(forms.EmailField):
    """A mail address, in any width."""

    default_error_messages = {
        "invalid": "メールアドレスの形になっていません。「name@example.jp」のように、1つだけ入力してください。"
    }

    def to_python(self, value):
        return super().to_python(unicodedata.normalize("NFKC", value or ""))
