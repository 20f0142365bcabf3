"""The form renderer of the site and the contact form."""

import unicodedata
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.renderers import TemplatesSetting

from publishing.form_fields import KeyField

SUBJECT_LIMIT = 100
BODY_LIMIT = 4000
# Control characters and the two Unicode line breaks, which would also break a mail's header.
NOT_TEXT = {"Cc", "Zl", "Zp"}


class PortalFormRenderer(TemplatesSetting):
    """Renders every field with `templates/components/field.html`."""

    field_template_name = "components/field.html"


class PoliteCharField(forms.CharField):
    """Text whose problems are told in plain words and whose length browsers do not cut off silently.

    A `maxlength` attribute would drop the end of a pasted text without a word, so the
    limit is checked here only.
    """

    def __init__(self, *, limit, what, several_lines=False, **options):
        self.limit, self.what, self.several_lines = limit, what, several_lines
        options.setdefault("error_messages", {"required": f"{what}を入力してください。"})
        super().__init__(**options)
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value):
        super().validate(value)
        if len(value) > self.limit:
            raise ValidationError(
                f"{self.what}は{self.limit:,}文字以内で入力してください（いまは{len(value):,}文字です）。"
            )
        allowed = "\n\t" if self.several_lines else ""
        if any(unicodedata.category(letter) in NOT_TEXT and letter not in allowed for letter in value):
            raise ValidationError(f"{self.what}に使えない文字（制御文字）が入っています。入力し直してください。")


def suggested_subject(text):
    """What a link may write into the subject beforehand: one line, not too long."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in NOT_TEXT)[:SUBJECT_LIMIT]


class ContactForm(forms.Form):
    key = KeyField(initial=uuid.uuid4)
    name = PoliteCharField(
        label="お名前", what="お名前", limit=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="メールアドレス",
        help_text="回答をお送りするアドレスです。例：taro@example.jp",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "メールアドレスを入力してください。",
            "invalid": "メールアドレスの形で入力してください。例：taro@example.jp",
            "max_length": "メールアドレスは254文字以内で入力してください。",
            "null_characters_not_allowed": "メールアドレスに使えない文字が入っています。",
        },
    )
    subject = PoliteCharField(label="件名", what="件名", limit=SUBJECT_LIMIT)
    body = PoliteCharField(
        label="お問い合わせの内容",
        what="お問い合わせの内容",
        limit=BODY_LIMIT,
        several_lines=True,
        help_text=f"{BODY_LIMIT:,}文字以内でご記入ください。ページについてのご質問には、そのページの題名を書き添えてください。",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
