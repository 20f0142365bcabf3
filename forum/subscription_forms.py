"""Forms about mails of the board: what to follow, how often, and what else to receive."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.roles import Role
from forum.models import Frequency, Subscriber
from forum.subscriptions import MOST_SUBSCRIPTIONS, add, set_frequency
from publishing.forms import speak_plainly
from taxonomy import registry

TOO_MANY = f"受け取れる分野と地域の組み合わせは{MOST_SUBSCRIPTIONS}個までです。いらないものを外してください。"
UNKNOWN = "一覧から選んでください。"


def _themes():
    return [("", "すべての分野"), *((slug, theme.name) for slug, theme in registry.themes().items())]


def _prefectures():
    return [("", "すべての地域"), *((region.code, region.name) for region in registry.prefectures())]


class FollowFields(forms.Form):
    """One 分野×地域; nothing chosen stands for all."""

    theme = forms.ChoiceField(label="分野", choices=_themes, required=False, error_messages={"invalid_choice": UNKNOWN})
    region = forms.ChoiceField(
        label="地域（都道府県）", choices=_prefectures, required=False, error_messages={"invalid_choice": UNKNOWN}
    )


class SubscribeForm(FollowFields):
    """For somebody without an account."""

    frequency = forms.ChoiceField(
        label="受け取る回数",
        choices=[choice for choice in Frequency.choices if choice[0] != Frequency.NEVER],
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": UNKNOWN, "required": "受け取る回数を選んでください。"},
    )
    email = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "メールアドレスの形で入力してください。例：hanako@example.jp"},
    )
    field_order = ("email", "theme", "region", "frequency")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields["email"], "email")
        self.fields["email"].widget.attrs.pop("maxlength", None)


class SettingsForm(FollowFields):
    """Everything somebody may set, and one more thing to follow; what is not ticked is followed no longer.

    ``person`` is None for a mail address without an account, which gets digests only.
    """

    frequency = forms.ChoiceField(
        label="まとめのメールの回数",
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": UNKNOWN, "required": "回数を選んでください。"},
    )
    follows = forms.MultipleChoiceField(
        label="受け取っている分野と地域",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="外したものは、「保存する」を押すと届かなくなります。",
        error_messages={"invalid_choice": "この分野と地域は、もう受け取っていません。ページを開き直してください。"},
    )
    replies_at_once = forms.BooleanField(
        label="書いた話題や見守っている話題に返信があったら、すぐにメールで受け取る（1時間に3通まで）", required=False
    )
    may_be_asked = forms.BooleanField(
        label="自分の団体の事例に近い相談に答えがないとき、答えを頼むメールを受け取る（1か月に2通まで）", required=False
    )
    wants_follow_ups = forms.BooleanField(
        label="自分の相談のその後をたずねるメールを受け取る（1つの相談に1通）", required=False
    )
    wants_unanswered = forms.BooleanField(
        label="担当する都道府県の、答えのない相談のメールを受け取る（1日に1通まで）", required=False
    )
    SWITCHES = ("replies_at_once", "may_be_asked", "wants_follow_ups", "wants_unanswered")

    def __init__(self, data=None, *, subscriber: Subscriber, person=None):
        self.subscriber, self.person = subscriber, person
        known = list(subscriber.subscriptions.select_related("theme", "region")) if subscriber.pk else []
        initial = {name: getattr(subscriber, name) for name in ("frequency", *self.SWITCHES)}
        super().__init__(data, initial={**initial, "follows": [str(one.pk) for one in known]})
        self.fields["follows"].choices = [(str(one.pk), str(one)) for one in known]
        self.known = known
        for name in self.SWITCHES:
            if not self._concerns(name):
                del self.fields[name]

    def _concerns(self, name) -> bool:
        if self.person is None:
            return False
        return name != "wants_unanswered" or Role.PREFECTURAL in self.person.roles

    @property
    def adds(self) -> bool:
        """Whether one more thing is to be followed: its button was pressed, or something chosen before saving."""
        return "add" in self.data or bool(self.cleaned_data["theme"] or self.cleaned_data["region"])

    def clean(self):
        typed = super().clean()
        if {"theme", "region", "follows"} <= typed.keys() and self.adds:
            kept = len(typed["follows"]) if typed["follows"] else 0
            if kept >= MOST_SUBSCRIPTIONS:
                raise ValidationError(TOO_MANY)
        return typed

    def save(self, subscriber: Subscriber) -> None:
        """Write everything to the locked ``subscriber``. Raises TooMany."""
        typed = self.cleaned_data
        set_frequency(subscriber, typed["frequency"])
        switches = [name for name in self.SWITCHES if name in self.fields]
        for name in switches:
            setattr(subscriber, name, typed[name])
        if typed.get("may_be_asked") and "may_be_asked" in self.changed_data:
            subscriber.ask_again_from = None
        subscriber.save(update_fields=[*switches, "ask_again_from"])
        gone = [one.pk for one in self.known if str(one.pk) not in typed["follows"]]
        subscriber.subscriptions.filter(pk__in=gone).delete()
        if self.adds:
            add(
                subscriber,
                registry.themes().get(typed["theme"]),
                registry.regions().get(typed["region"]) if typed["region"] else None,
            )
