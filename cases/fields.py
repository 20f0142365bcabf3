"""Form fields of the case forms: years and moments that are chosen, places that are added, keys."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST_YEAR = 1900
# The planned year of what is about to begin.
YEARS_AHEAD = 3
USUAL_HOUR = 9


class YearSelect(forms.Select):
    """Years by their Japanese names; the values are western."""

    option_template_name = "cases/_year_option.html"


def started_years():
    newest = timezone.localdate().year + YEARS_AHEAD
    return [("", "分からない・選ばない"), *((year, year) for year in range(newest, FIRST_YEAR - 1, -1))]


class StartedYearField(forms.TypedChoiceField):
    """The year something began, chosen rather than typed."""

    widget = YearSelect

    def __init__(self, **options):
        errors = {"invalid_choice": "開始した年を一覧から選んでください。"}
        super().__init__(
            choices=started_years, coerce=int, empty_value=None, required=False, error_messages=errors, **options
        )


def _coming_years():
    this_year = timezone.localdate().year
    return [("", "年"), *((year, year) for year in range(this_year, this_year + 3))]


def _numbers(numbers, unit):
    return [("", unit), *((number, f"{number}{unit}") for number in numbers)]


class MomentWidget(forms.MultiWidget):
    """Year, month, day and hour as four lists: nothing to type, no calendar to aim at."""

    template_name = "cases/_moment.html"
    use_fieldset = True

    def __init__(self):
        parts = {
            "year": YearSelect(choices=_coming_years, attrs={"aria-label": "年"}),
            "month": forms.Select(choices=_numbers(range(1, 13), "月"), attrs={"aria-label": "月"}),
            "day": forms.Select(choices=_numbers(range(1, 32), "日"), attrs={"aria-label": "日"}),
            "hour": forms.Select(choices=_numbers(range(24), "時"), attrs={"aria-label": "時"}),
        }
        super().__init__(parts)

    def decompress(self, value):
        if not value:
            return ["", "", "", ""]
        local = timezone.localtime(value)
        return [local.year, local.month, local.day, local.hour]


class FutureMomentField(forms.Field):
    """A time to come, by the hour in Japan; None when nothing is chosen."""

    widget = MomentWidget

    def to_python(self, value):
        year, month, day, hour = (value or ["", "", "", ""])[:4]
        if not (year or month or day):
            return None
        if not (year and month and day):
            raise ValidationError("年・月・日をすべて選んでください。決めないときは、すべて空欄に戻してください。")
        try:
            moment = datetime(int(year), int(month), int(day), int(hour or USUAL_HOUR))
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("この日付は暦にありません。年月日を選び直してください。") from None
        return timezone.make_aware(moment)

    def validate(self, value):
        super().validate(value)
        if value and value <= timezone.now():
            raise ValidationError("過ぎた日時です。これからの日時を選んでください。")
