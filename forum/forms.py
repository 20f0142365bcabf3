"""The forms in which people write on the board. Nothing typed is ever cut off or lost: limits are told in words."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property, lazy

from cases.forms import NOT_FOUND, ThemeChoices
from cases.models import CaseStudy
from cases.picking import PICKS
from events.models import Event
from forum.bylines import byline
from forum.models import Board, Purpose, ShownAs
from organizations.models import Organization
from organizations.picking import Pick, pick_organizations, undecided
from policies.models import Policy
from publishing.form_fields import KeyField
from publishing.form_places import FormWithPlaces
from publishing.forms import speak_plainly
from taxonomy.models import Region, Theme

LONGEST_BODY, LONGEST_TITLE = 20_000, 100
MOST_LINKED = 10
OR_BY_NUMBER = "、番号、ページのアドレスのどれかで探す"
# Letters that nobody sees; those that turn the direction of what follows could show a title other than it is.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_TURNING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ONLY_UNSEEN = re.compile(rf"[\s\u2800{_UNSEEN}]*")


def say_something(text: str) -> None:
    if _ONLY_UNSEEN.fullmatch(text):
        raise ValidationError("文字を入力してください。", code="required")


class WritingForm(forms.Form):
    """What all of them have: ``user``, who writes, and that they can be shown again without being judged."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        self.user = user

    def resume(self, data) -> None:
        """Show what was typed before (a QueryDict) without judging it: half a form is no mistake yet."""
        self.data, self.is_bound = data, True
        self._errors, self.cleaned_data = ErrorDict(), {}


class BodyForm(WritingForm):
    """A text of up to 20,000 letters."""

    body = forms.CharField(label="本文", widget=forms.Textarea(attrs={"rows": 10}), validators=[say_something])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields["body"], "body", longest=LONGEST_BODY)

    def clean_body(self):
        """Browsers send line breaks as two characters."""
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")


class ReplyForm(BodyForm):
    """A new post: the text, and under which name it stands."""

    key = KeyField(required=False, initial=uuid.uuid4)
    shown_as = forms.ChoiceField(
        label="名前の出し方",
        widget=forms.RadioSelect,
        initial=ShownAs.NAME,
        help_text="投稿したあとは変えられません。どちらの場合も、事務局には、だれの投稿かが分かります。",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "名前の出し方を選んでください。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever sends a valid form is not shown them again.
        said = lazy(lambda value, label: f"{label}：{byline(self.user, value)}", str)
        self.fields["shown_as"].choices = [(value, said(value, label)) for value, label in ShownAs.choices]

    @property
    def chosen_byline(self) -> str:
        """As the post would be signed by what is chosen so far."""
        chosen = str(self["shown_as"].value())
        return byline(self.user, chosen if chosen in ShownAs.values else ShownAs.NAME)


def _several(model, label, **options):
    errors = {"invalid_choice": NOT_FOUND, "invalid_pk_value": NOT_FOUND, "invalid_list": NOT_FOUND}
    return forms.ModelMultipleChoiceField(
        model.objects.all(), label=label, required=False, error_messages=errors, **options
    )


class TopicFields(FormWithPlaces, WritingForm):
    """What a topic is about."""

    purpose = forms.ChoiceField(
        label="目的",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "目的を選んでください。", "invalid_choice": "目的を選び直してください。"},
    )
    title = forms.CharField(
        label="題名",
        help_text=f"{LONGEST_TITLE}文字まで。例：移動支援の担い手が集まりません",
        validators=[say_something],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    themes = _several(Theme, "分野", widget=ThemeChoices)
    regions = _several(Region, "地域")
    cases = _several(CaseStudy, "関連する事例")
    policies = _several(Policy, "関連する施策・予算")
    events = _several(Event, "関連するイベント")
    organizations = _several(Organization, "関連する団体")

    PICKED = {
        "cases": "事例の題名",
        "policies": "施策の題名",
        "events": "イベントの名前",
        "organizations": "団体の名前",
    }
    LINKS = ("themes", "regions", *PICKED)
    # Mistakes are told in the order of the page.
    field_order = ["title", "purpose", *LINKS]

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        speak_plainly(self.fields["title"], "title", longest=LONGEST_TITLE)
        for name in self.PICKED:
            field = self.fields[name]
            field.queryset = field.queryset.model.objects.published()

    def clean_title(self):
        return _TURNING.sub("", self.cleaned_data["title"]).strip()

    def chosen_board(self) -> Board | None:
        """The board on which the topic stands, or shall."""
        raise NotImplementedError

    def clean(self):
        cleaned = super().clean()
        for name in ("regions", *self.PICKED):
            if len(cleaned.get(name) or []) > MOST_LINKED:
                self.add_error(name, f"{self.fields[name].label}は{MOST_LINKED}件までです。")
        for name in self.PICKED:
            if name not in self.errors and self.pick(name).is_undecided:
                self.add_error(name, undecided(self.pick(name)))
        board = self.chosen_board()
        if board and board.is_by_theme and not cleaned.get("themes") and "themes" not in self.errors:
            self.add_error("themes", f"「{board.title}」に書くときは、分野を1つ以上選んでください。")
        return cleaned

    @property
    def links(self) -> dict:
        """What the topic names, by the fields of the model."""
        return {name: self.cleaned_data[name] for name in self.LINKS}

    def pick(self, name) -> Pick:
        """What may be chosen for ``name``, one of `PICKED`."""
        chosen = [getattr(each, "pk", each) for each in self[name].value() or []]
        text = self.data.get(f"{name}_text", "") if self.is_bound else ""
        if name == "organizations":
            return pick_organizations(name, chosen, text, self.fields[name].queryset)
        return PICKS[name](chosen, text, *([] if name == "cases" else [self.fields[name].queryset]))

    @property
    def picks(self) -> list:
        """Each field whose value is found by words, with its choices, and what may be typed."""
        return [(self[name], self.pick(name), what + OR_BY_NUMBER) for name, what in self.PICKED.items()]

    @property
    def has_picks(self) -> bool:
        return any(pick.choices or pick.text for _, pick, _ in self.picks) or any(map(self.errors.get, self.PICKED))


class TopicForm(TopicFields, ReplyForm):
    """A new topic with its first post."""

    board = forms.ModelChoiceField(
        Board.objects.none(),
        label="掲示板",
        to_field_name="slug",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "どの掲示板に書くかを選んでください。",
            "invalid_choice": "この掲示板は選べません。選び直してください。",
        },
    )
    field_order = ["board", "purpose", "title", "body", *TopicFields.LINKS, "shown_as"]

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["board"].queryset = Board.objects.writable_by(self.user)
        if not self.is_bound and len(self.boards) == 1:
            self.initial.setdefault("board", self.boards[0].slug)

    def chosen_board(self):
        return self.cleaned_data.get("board")

    @cached_property
    def boards(self) -> list[Board]:
        return list(Board.objects.writable_by(self.user))

    @property
    def board_choices(self) -> list[dict]:
        """The boards with what they are for."""
        chosen = str(self["board"].value() or "")
        return [{"board": board, "is_chosen": board.slug == chosen} for board in self.boards]


class EditTopicForm(TopicFields):
    """What a topic that is there is about; ``topic`` comes with its board."""

    def __init__(self, data=None, *args, topic, **kwargs):
        self.topic = topic
        super().__init__(data, *args, initial=self._initial(), **kwargs)

    def _initial(self) -> dict:
        """What is linked and not public any more is left out: nobody sees it."""
        topic = self.topic
        chosen = {name: list(getattr(topic, name).values_list("pk", flat=True)) for name in ("themes", "regions")}
        for name in self.PICKED:
            chosen[name] = list(getattr(topic, name).published().order_by("pk").values_list("pk", flat=True))
        return {"title": topic.title, "purpose": topic.purpose, **chosen}

    def chosen_board(self):
        return self.topic.board
