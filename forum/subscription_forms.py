"""Forms about mails: what to follow, how often, and what else to receive."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from accounts.roles import Role
from forum.following import Target
from forum.forms import say_something
from forum.models import Frequency, Subscriber, Subscription
from forum.models.subscriptions import LONGEST_NAME
from forum.subscriptions import MOST_SUBSCRIPTIONS, add, reader_of, rename, set_frequency
from publishing.forms import speak_plainly
from taxonomy import registry

TOO_MANY = f"フォローできるのは{MOST_SUBSCRIPTIONS}個までです。いらないものをやめてから、加えてください。"
UNKNOWN = "一覧から選んでください。"
NAME_TOO_LONG = f"名前は{LONGEST_NAME}文字までにしてください。"
SOMETIMES = [choice for choice in Frequency.choices if choice[0] != Frequency.NEVER]


def _themes():
    return [("", "すべての分野"), *((slug, theme.name) for slug, theme in registry.themes().items())]


def _prefectures():
    return [("", "すべての地域"), *((region.code, region.name) for region in registry.prefectures())]


def how_often(choices=SOMETIMES, **options) -> forms.ChoiceField:
    errors = {"invalid_choice": UNKNOWN, "required": "受け取る回数を選んでください。"}
    return forms.ChoiceField(label="受け取る回数", choices=choices, error_messages=errors, **options)


def name_field(**options) -> forms.CharField:
    """What somebody calls a saved list."""
    errors = {"max_length": NAME_TOO_LONG}
    field = forms.CharField(label="名前", max_length=LONGEST_NAME, strip=True, error_messages=errors, **options)
    # Told in words instead of cutting off what is typed.
    field.widget.attrs.pop("maxlength", None)
    return field


class FollowFields(forms.Form):
    """One 分野×地域; nothing chosen stands for all."""

    theme = forms.ChoiceField(label="分野", choices=_themes, required=False, error_messages={"invalid_choice": UNKNOWN})
    region = forms.ChoiceField(
        label="地域（都道府県）", choices=_prefectures, required=False, error_messages={"invalid_choice": UNKNOWN}
    )


class FollowForm(forms.Form):
    """What may be said about something that is followed by a button: how often, and the name of a list."""

    frequency = how_often(Frequency.choices, required=False)
    name = name_field(required=False, validators=[say_something])


class SubscribeForm(FollowFields):
    """For somebody without an account; a ``target`` that the address names needs no choice of field and place."""

    frequency = how_often(initial=Frequency.WEEKLY, widget=forms.RadioSelect)
    email = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "メールアドレスの形で入力してください。例：hanako@example.jp"},
    )
    field_order = ("email", "theme", "region", "frequency")

    def __init__(self, *args, target: Target | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.target = target
        if target:
            del self.fields["theme"], self.fields["region"]
        if target and not target.has_digest:
            del self.fields["frequency"]
        speak_plainly(self.fields["email"], "email")
        self.fields["email"].widget.attrs.pop("maxlength", None)

    @property
    def what(self) -> dict[str, str]:
        """What is to be followed, by the parameters of `following.read`."""
        if self.target:
            return self.target.parameters
        return {name: self.cleaned_data[name] for name in ("theme", "region") if self.cleaned_data[name]}

    @property
    def how_often(self) -> str:
        return self.cleaned_data.get("frequency", "")


@dataclass(frozen=True)
class Row:
    """One thing that is followed, with its fields."""

    subscription: Subscription
    target: Target
    frequency: forms.BoundField | None
    name: forms.BoundField | None

    @property
    def is_gone(self) -> bool:
        """Whether nobody can read it any more who follows it."""
        followed = self.subscription.followed
        return not self.target.url or (followed is not None and not followed.is_published)


class SettingsForm(FollowFields):
    """Everything somebody may set, and one more field and place to follow.

    ``person`` is None for a mail address without an account, which gets no mails about the person's own posts.
    """

    new_frequency = how_often(required=False)
    replies_at_once = forms.BooleanField(
        label="書いた話題や見守っている話題に返信があったら、すぐにメールで受け取る（1時間に3通まで）", required=False
    )
    event_changes_at_once = forms.BooleanField(
        label="フォローしているイベントや団体のイベントの変更・中止を、すぐにメールで受け取る（1時間に3通まで）",
        required=False,
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
    SWITCHES = ("replies_at_once", "event_changes_at_once", "may_be_asked", "wants_follow_ups", "wants_unanswered")

    def __init__(self, data=None, *, subscriber: Subscriber, person=None):
        self.subscriber, self.person = subscriber, person
        self.known = list(subscriber.subscriptions.for_list()) if subscriber.pk else []
        initial = {name: getattr(subscriber, name) for name in self.SWITCHES}
        super().__init__(data, initial=initial | {"new_frequency": subscriber.frequency})
        for name in self.SWITCHES:
            if not self._concerns(name):
                del self.fields[name]
        for one in self.known:
            self._add_fields_of(one)

    def _concerns(self, name) -> bool:
        if self.person is None:
            return name == "event_changes_at_once"
        return name != "wants_unanswered" or Role.PREFECTURAL in self.person.roles

    def _add_fields_of(self, one):
        # What was added in another window meanwhile has no field in the form that is sent.
        if one.has_digest:
            self.fields[f"frequency_{one.pk}"] = how_often(Frequency.choices, required=False, initial=one.frequency)
        if one.name:
            self.fields[f"name_{one.pk}"] = name_field(required=False, initial=one.name)

    @property
    def rows(self) -> list[Row]:
        reader = reader_of(self.subscriber)
        return [
            Row(
                one,
                Target.of(one, reader),
                self[f"frequency_{one.pk}"] if one.has_digest else None,
                self[f"name_{one.pk}"] if one.name else None,
            )
            for one in self.known
        ]

    @property
    def adds(self) -> bool:
        """Whether one more thing is to be followed: its button was pressed, or something chosen before saving."""
        return "add" in self.data or bool(self.cleaned_data["theme"] or self.cleaned_data["region"])

    def clean(self):
        typed = super().clean()
        if {"theme", "region"} <= typed.keys() and self.adds and len(self.known) >= MOST_SUBSCRIPTIONS:
            raise ValidationError(TOO_MANY)
        return typed

    def save(self, subscriber: Subscriber) -> None:
        """Write everything to the locked ``subscriber``. Raises TooMany."""
        typed = self.cleaned_data
        switches = [name for name in self.SWITCHES if name in self.fields]
        for name in switches:
            setattr(subscriber, name, typed[name])
        if typed.get("may_be_asked") and "may_be_asked" in self.changed_data:
            subscriber.ask_again_from = None
        subscriber.save(update_fields=[*switches, "ask_again_from"])
        for one in subscriber.subscriptions.filter(pk__in=[one.pk for one in self.known]):
            self._save(one)
        if self.adds:
            region = registry.regions().get(typed["region"]) if typed["region"] else None
            add(subscriber, registry.themes().get(typed["theme"]), region, typed["new_frequency"])

    def _save(self, one):
        frequency, name = (self.cleaned_data.get(f"{field}_{one.pk}") for field in ("frequency", "name"))
        if frequency and frequency != one.frequency:
            set_frequency(one, frequency)
        if name and name != one.name:
            rename(one, name)
