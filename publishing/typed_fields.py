"""Form fields for amounts, days and moments, as people type them or paste them."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from taxonomy.wareki import western_year

LARGEST_AMOUNT = 10**15
UNITS = {"兆": 10**12, "億": 10**8, "百万": 10**6, "万": 10**4, "千": 10**3, "": 1}
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)(兆|億|百万|万|千|)"
_WESTERN_DAY = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
_JAPANESE_DAY = r"(令和|平成|R|H)(元|[0-9]{1,2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
_PACKED_DAY = r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})"
# 「（土）」, 「(土・祝)」, 「土曜日」 behind a day.
_WEEKDAY = re.compile(r"(?:\([月火水木金土日](?:曜日?)?(?:[・/]?(?:祝日?|休日?))?\)|[月火水木金土日]曜日?)$")
_MOMENT = r"(.{8,12}?)[T ]([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?"


def folded(value) -> str:
    """What was typed in one width, without spaces and commas."""
    return re.sub(r"[\s,、]", "", unicodedata.normalize("NFKC", value or ""))


class TypedField(forms.Field):
    """A field whose text means a value: other words for the same are no change."""

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class YenField(TypedField):
    """An amount in yen; 「8,000千円」 and 「1,800億円」 are understood."""

    widget = forms.TextInput(attrs={"inputmode": "text", "class": "input--short", "autocomplete": "off"})

    def to_python(self, value):
        text = folded(value).removesuffix("円")
        if not text:
            return None
        if text.startswith(("-", "−", "‐")):
            raise ValidationError(f"{self.label}は0より大きい額を入力してください。マイナスの額は使えません。")
        if len(text) > 40 or not re.fullmatch(f"(?:{_NUMBER})+", text):
            raise ValidationError(f"{self.label}は「8,000,000円」「8,000千円」「1,800億円」のように入力してください。")
        amount = sum(Decimal(number) * UNITS[unit] for number, unit in re.findall(_NUMBER, text))
        if amount != int(amount) or amount < 1:
            raise ValidationError(f"{self.label}は1円以上の、端数のない額で入力してください。")
        if amount > LARGEST_AMOUNT:
            raise ValidationError(f"{self.label}が大きすぎます。1,000兆円以下で入力してください。")
        return int(amount)

    def prepare_value(self, value):
        return f"{value:,}円" if isinstance(value, int) else value


class PermilleField(TypedField):
    """A rate in percent with one digit after the point, kept as tenths of a percent."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "input--short", "autocomplete": "off"})

    def to_python(self, value):
        text = folded(value).removesuffix("%").removesuffix("パーセント")
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text):
            raise ValidationError(f"{self.label}は、小数1けたまでの数で入力してください。例：38.5（3分の1なら33.3）")
        permille = int(Decimal(text) * 10)
        if not 0 < permille <= 1000:
            raise ValidationError(f"{self.label}は0より大きく100以下の数で入力してください。")
        return permille

    def prepare_value(self, value):
        return f"{value // 10}.{value % 10}" if isinstance(value, int) else value


def _day_of(text: str) -> date | None:
    """The day in ``text``, in western or Japanese years; None for no day."""
    text = _WEEKDAY.sub("", text)
    if found := re.fullmatch(_WESTERN_DAY, text) or re.fullmatch(_PACKED_DAY, text):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(_JAPANESE_DAY, text.upper()):
        year = western_year(found[1], found[2])
        month, day = int(found[3]), int(found[4])
    else:
        return None
    try:
        return date(year, month, day) if 1989 <= year <= 2100 else None
    except ValueError:
        return None


class DayField(forms.Field):
    """A day, as the browser's calendar gives it or as people write it (令和8年4月1日)."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input--short"})

    def to_python(self, value):
        if not value or isinstance(value, date):
            return value or None
        day = _day_of(folded(value))
        if day is None:
            raise ValidationError(f"{self.label}の日付を読み取れません。「2026年4月1日」のように入力してください。")
        return day


class MomentField(forms.Field):
    """A time to come in Japan, by the minute."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "input--short"})

    def to_python(self, value):
        if not value:
            return None
        found = re.fullmatch(_MOMENT, unicodedata.normalize("NFKC", value).strip())
        day = _day_of(folded(found[1])) if found else None
        if day is None or int(found[2]) > 23 or int(found[3]) > 59:
            raise ValidationError(f"{self.label}を読み取れません。「2026-04-01 09:00」のように入力してください。")
        return timezone.make_aware(datetime(day.year, day.month, day.day, int(found[2]), int(found[3])))

    def prepare_value(self, value):
        return timezone.localtime(value) if isinstance(value, datetime) else value

    def validate(self, value):
        super().validate(value)
        if value and value <= timezone.now():
            raise ValidationError(f"{self.label}が過ぎています。これからの日時を入力してください。")


class Checkboxes(forms.CheckboxSelectMultiple):
    template_name = "publishing/_choices.html"


class Radios(forms.RadioSelect):
    template_name = "publishing/_choices.html"
