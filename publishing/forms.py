"""What the forms of publishable things share: versions, reviewers' comments, typed text that is never lost."""

import unicodedata
from dataclasses import dataclass

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.forms.models import construct_instance
from django.forms.utils import ErrorDict
from taggit.forms import TagField

from accounts.profile_form import has_control_characters
from publishing.content import readable
from publishing.models import Decision, ReviewComment

LONGEST_TEXT = 10_000
# Of the hundred letters of a tag's column some are for telling its address from others.
LONGEST_TAG, MOST_TAGS = 50, 20


class JapaneseTagField(TagField):
    """Tags separated by 、 as Japanese is written; full and half width mean the same."""

    def clean(self, value):
        text = unicodedata.normalize("NFKC", value or "")
        tags = super().clean(text.replace("、", ",").replace("，", ","))
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(f"タグは{MOST_TAGS}個まで、1つ{LONGEST_TAG}文字以内で入力してください。")
        return tags


@dataclass(frozen=True)
class Conflict:
    """One field that somebody else changed while this form was open."""

    label: str
    current: str
    typed: str


class ItemForm(forms.ModelForm):
    """Base of the forms in which members edit an item.

    ``user`` is who fills it in: subclasses narrow their choices to what that person may use. The hidden
    ``version`` says on top of which edit the form was opened. `write_to` is what `publishing.actions.save_changes`
    and `create` call. Limits are told in words: a ``maxlength`` attribute would cut off pasted text silently.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.conflicts: list[Conflict] = []
        self.initial["version"] = self.instance.version
        for name, field in self.fields.items():
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField):
                speak_plainly(field, name, self._validators_of_model(name))
        self._attach_comments()

    def _validators_of_model(self, name):
        """Those of a long text, which its form field knows nothing of."""
        columns = {column.name: column for column in self._meta.model._meta.concrete_fields}
        return columns[name].validators if name in columns else []

    def _attach_comments(self):
        """Give fields what a reviewer wrote about them when the item was returned."""
        comments = comments_on(self.instance) if self.instance.pk and self.instance.status == "returned" else {}
        for name, field in self.fields.items():
            field.reviewer_comment = comments.get(name, "")

    def resume(self, data) -> None:
        """Show what was typed before (a QueryDict) without judging it: half a form is no mistake yet."""
        self.data, self.is_bound = data, True
        self._errors, self.cleaned_data = ErrorDict(), {}

    def clean(self):
        """Browsers send line breaks as two characters: saved so, an untouched text would count as changed."""
        typed = super().clean()
        for name, value in typed.items():
            if isinstance(value, str):
                typed[name] = value.replace("\r\n", "\n")
        return typed

    def clean_version(self):
        return self.cleaned_data["version"] or None

    def write_to(self, item) -> None:
        """Save what was typed into ``item``, a fresh row: `construct_instance` as ModelForm itself does."""
        construct_instance(self, item, self._meta.fields, self._meta.exclude)
        self.instance = item
        item.save()
        self._save_m2m()

    def show_conflict(self, current) -> None:
        """After ChangedMeanwhile: what was saved meanwhile beside what was typed; saving again is then on purpose."""
        theirs = type(self)(instance=current, user=self.user)
        self.conflicts = [
            Conflict(
                str(self.fields[name].label), _said(self, name, theirs.initial.get(name)), _said(self, name, typed)
            )
            for name, typed in self.cleaned_data.items()
            if name in theirs.initial
            and name != "version"
            and _said(self, name, theirs.initial[name]) != _said(self, name, typed)
        ]
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)


def _said(form, name, value) -> str:
    """A value of a form's field, cleaned or initial, as people read it."""
    try:
        field = form._meta.model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value or "")
    if field.many_to_many:
        objects = value or []
        pks = [str(getattr(each, "pk", each)) for each in objects]
        if name == "tags":
            return "、".join(sorted(str(getattr(each, "name", each)) for each in objects))
        return readable(field, sorted(pks))
    return readable(field, getattr(value, "pk", value))


def comments_on(item) -> dict[str, str]:
    """The comments of the last review that returned the item, by field."""
    review = item.reviews.filter(decision=Decision.RETURNED).order_by("-decided_at", "-pk").first()
    return dict(ReviewComment.objects.filter(review=review).values_list("field", "text")) if review else {}


def speak_plainly(field, name, more_validators=(), longest=LONGEST_TEXT):
    """Limits and characters of a text field in plain words."""
    label = field.label or name
    told = [v.limit_value for v in (*field.validators, *more_validators) if isinstance(v, MaxLengthValidator)]
    limit = min([longest, *told])
    several_lines = isinstance(field.widget, forms.Textarea)
    field.error_messages["required"] = f"{label}を入力してください。"

    def check(value):
        if len(value) > limit:
            raise ValidationError(f"{label}は{limit:,}文字以内で入力してください（いまは{len(value):,}文字です）。")
        if has_control_characters(value, allowed="\n\r\t" if several_lines else ""):
            raise ValidationError(f"{label}に使えない文字（制御文字）が入っています。入力し直してください。")

    # NUL characters are refused by the middleware, limits by the sentence above.
    replaced = (ProhibitNullCharactersValidator, MaxLengthValidator)
    field.validators = [*(v for v in field.validators if not isinstance(v, replaced)), check]
