"""The forms of moderators, and those in which people report a post or answer a step."""

import re
import unicodedata
import uuid
from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from forum.models import Board, Topic
from forum.moderation_moving import MOST_SPLIT
from forum.moderation_people import LONGEST_SUSPENSION
from forum.permissions import Visibility
from forum.rules import Rule
from publishing.form_fields import KeyField
from publishing.forms import speak_plainly
from publishing.typed_fields import DayField
from taxonomy.models import Theme

# From the board with the most readers to the one with the fewest.
OPENNESS = [Visibility.PUBLIC, Visibility.MEMBERS, Visibility.COORDINATORS]
OPENS = "限られた人に向けて書かれた投稿が、より多くの人に読まれるようになります。よければ、印を付けてください。"
_NUMBERS = re.compile(r"([0-9]{1,6})(?:[-~〜ー–—]([0-9]{1,6}))?")
_ADDRESS = re.compile(r"(?:^|/forum/)([0-9]{1,9})(?:/|$|\?|#)")


def _text(label, longest, *, rows=3, **options):
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **options)


class PlainForm(forms.Form):
    """Limits are told in words; line breaks are one character."""

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        for name, form_field in self.fields.items():
            form_field.widget.attrs.pop("maxlength", None)
            if type(form_field) is forms.CharField:
                speak_plainly(form_field, name)

    def clean(self):
        typed = super().clean()
        return {name: text.replace("\r\n", "\n") if isinstance(text, str) else text for name, text in typed.items()}


class StepForm(PlainForm):
    note = _text("書いた人へのことば", 500, required=False, help_text="メールに入ります。500字まで。")


class ButtonForm(PlainForm):
    """Nothing to fill in."""


class RuleForm(StepForm):
    """A step against somebody."""

    rule = forms.ChoiceField(
        label="理由となるルール",
        choices=[("", "選んでください"), *Rule.choices],
        error_messages={
            "required": "どのルールに反するのかを選んでください。書いた人に知らせます。",
            "invalid_choice": "ルールを、一覧から選んでください。",
        },
    )
    field_order = ["rule", "note"]


class WarnForm(RuleForm):
    key = KeyField(initial=uuid.uuid4)


class NoteForm(PlainForm):
    note = _text(
        "注記",
        300,
        required=False,
        help_text="投稿の下に、事務局の注記として全員に見えます。300字まで。空にすると、いまの注記を外します。",
    )


class SuspendForm(RuleForm):
    until = DayField(
        label="この日まで（この日を含みます）",
        help_text="最長で1年です。過ぎると、自動で書き込めるようになります。",
        error_messages={"required": "いつまで止めるのか、日付を入力してください。"},
    )
    field_order = ["rule", "until", "note"]

    def clean_until(self):
        day, today = self.cleaned_data["until"], timezone.localdate()
        if day < today:
            raise ValidationError("今日か、これから先の日付を入力してください。")
        if day >= today + LONGEST_SUSPENSION:
            raise ValidationError("止められるのは、最長で1年です。1年以内の日付を入力してください。")
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class MoveForm(StepForm):
    board = forms.ModelChoiceField(
        Board.objects.none(),
        label="移す先の掲示板",
        empty_label="選んでください",
        error_messages={
            "required": "移す先の掲示板を選んでください。",
            "invalid_choice": "移す先の掲示板を、一覧から選んでください。",
        },
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="加える分野",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="「分野ごとの交流」のように分野で分ける掲示板へ移すときは、1つ以上が要ります。",
        error_messages={
            "invalid_choice": "分野を、一覧から選んでください。",
            "invalid_pk_value": "分野を、一覧から選んでください。",
        },
    )
    is_opening = forms.BooleanField(
        label="これまで読めなかった人にも読めるようになることを、確かめました",
        required=False,
    )
    field_order = ["board", "themes", "is_opening", "note"]

    def __init__(self, data=None, *, topic, **kwargs):
        super().__init__(data, **kwargs)
        self.topic = topic
        self.fields["board"].queryset = Board.objects.exclude(pk=topic.board_id)

    def clean(self):
        typed = super().clean()
        board, is_confirmed = typed.get("board"), typed.pop("is_opening", False)
        if board and not is_confirmed and _openness(board) < _openness(self.topic.board):
            told = (
                "限られた人に向けて書かれた投稿が、より多くの人に読まれるようになります。よければ、印を付けてください。"
            )
            self.add_error("is_opening", told)
        themes = [*self.topic.themes.all(), *typed.get("themes", ())]
        if board and board.is_by_theme and not themes and "themes" not in self.errors:
            self.add_error("themes", "この掲示板へ移すには、分野を1つ以上選んでください。")
        return typed


def _openness(board) -> int:
    return OPENNESS.index(board.visibility)


class MergeForm(StepForm):
    into = forms.CharField(
        label="まとめる先の話題",
        max_length=200,
        help_text="話題の番号か、話題のページのアドレスを入力してください。例：12",
        error_messages={"required": "まとめる先の話題の番号かアドレスを入力してください。"},
        widget=forms.TextInput(attrs={"class": "input--short", "autocomplete": "off"}),
    )
    field_order = ["into", "note"]

    def clean_into(self):
        found = _ADDRESS.search(unicodedata.normalize("NFKC", self.cleaned_data["into"]).strip())
        topic = Topic.objects.filter(pk=int(found[1])).first() if found else None
        if topic is None:
            raise ValidationError("その話題が見つかりません。話題のページのアドレスを写してください。")
        return topic


class SplitForm(StepForm):
    numbers = forms.CharField(
        label="分ける投稿の番号",
        max_length=500,
        help_text="例：3、5〜8",
        error_messages={"required": "分ける投稿の番号を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label="新しい話題の題名",
        max_length=Topic._meta.get_field("title").max_length,
        error_messages={"required": "新しい話題の題名を入力してください。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["numbers", "title", "note"]

    def clean_numbers(self):
        numbers = set()
        parts = re.split(r"[\s,、。・]+", unicodedata.normalize("NFKC", self.cleaned_data["numbers"]).strip("、, "))
        for part in filter(None, parts):
            found = _NUMBERS.fullmatch(part.removesuffix("番"))
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
            if last < first:
                raise ValidationError("番号を読み取れません。「3、5〜8」のように入力してください。")
            if last - first >= MOST_SPLIT or len(numbers) > MOST_SPLIT:
                raise ValidationError(f"一度に分けられるのは、{MOST_SPLIT}件までです。")
            numbers.update(range(first, last + 1))
        return sorted(numbers)


class AnswerForm(PlainForm):
    answer = _text("返事", 1000, rows=6, help_text="書けるのは一度だけです。1,000字まで。")


class SettleForm(PlainForm):
    reply = _text("返事への回答", 500, rows=4, help_text="メールに入ります。500字まで。")


class ReportForm(PlainForm):
    rule = forms.ChoiceField(
        label="どのルールに反していると思いますか",
        choices=Rule.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "反していると思うルールを1つ選んでください。",
            "invalid_choice": "ルールを、一覧から選んでください。",
        },
    )
    reason = _text(
        "どんなところが気になりましたか",
        500,
        required=False,
        help_text="書いた人には見えません。500字まで。",
    )
