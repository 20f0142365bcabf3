"""Fields of organizations that take what people type and keep it in one form."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator

from organizations.models import validate_corporate_number
from organizations.names import bare_corporate_number, katakana, validate_kana
from taxonomy import postal, registry
from taxonomy.models import Region
from taxonomy.picking import picked_code

# The same sentence whatever became of the other entry: drafts of others are nobody's business.
NUMBER_IS_TAKEN = (
    "この法人番号の団体は、すでに登録されています。団体の方からメンバーへの招待を受けてください。"
    "どなたが登録したか分からないときは、事務局へお問い合わせください。"
)

NO_ADDRESS = "ウェブサイトのアドレスを入力してください。例：https://www.example.jp/"


class KanaField(forms.CharField):
    """A reading in hiragana, katakana or half-width katakana."""

    default_validators = [validate_kana]

    def to_python(self, value):
        return katakana(super().to_python(value))


class CorporateNumberField(forms.CharField):
    default_validators = [validate_corporate_number]

    def __init__(self, **options):
        options.setdefault("error_messages", {"unique": NUMBER_IS_TAKEN})
        super().__init__(empty_value=None, **options)

    def to_python(self, value):
        return bare_corporate_number(super().to_python(value) or "") or None


class PostalCodeField(forms.CharField):
    """Kept as 123-4567; anything else is left as it was typed and refused."""

    default_validators = [RegexValidator(r"^\d{3}-\d{4}$", "郵便番号は7桁の数字で入力してください。例：123-4567")]

    def to_python(self, value):
        text = super().to_python(value)
        return postal.normalised(text) or text


class PhoneField(forms.CharField):
    default_validators = [
        RegexValidator(r"^\+?[0-9][0-9\-() ]{5,18}$", "電話番号は数字で入力してください。例：03-1234-5678")
    ]

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value))
        return text.translate({ord(dash): "-" for dash in "‐‑‒–—―−─ー"})


class WebsiteField(forms.URLField):
    default_error_messages = {"invalid": NO_ADDRESS}
    default_validators = [URLValidator(schemes=["http", "https"], message=NO_ADDRESS)]

    def __init__(self, **options):
        super().__init__(assume_scheme="https", **options)


class RegionsField(forms.ModelMultipleChoiceField):
    """Several regions: those chosen so far as checkboxes, and a picker that adds one; see `RegionChoice`."""

    default_error_messages = {"invalid_choice": "地域が見つかりません。選び直してください。"}

    def __init__(self, **options):
        super().__init__(Region.objects.all(), **options)
        self.error_messages["invalid_choice"] = self.default_error_messages["invalid_choice"]


def picked_region(data) -> Region | None:
    """What stands in the region picker: its municipality, else its prefecture; None when nothing is picked.

    Raises ValidationError for a code that does not exist.
    """
    code = picked_code(data)
    if not code:
        return None
    region = registry.region(code)
    if region is None:
        raise ValidationError("地域が見つかりません。選び直してください。")
    return region
