"""The full form of a case: every text, in parts of which some unfold."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from cases.fields import FutureMomentField, StartedYearField
from cases.forms import CHANGED_HELP, NOT_FOUND, CaseForm
from cases.models import CaseStudy
from cases.rows import ROWS
from events.models import Event
from organizations.models import Organization
from organizations.picking import Pick, undecided
from policies.models import Policy
from publishing.forms import JapaneseTagField
from publishing.models import Status

MOST_TAGS, LONGEST_TAG = 10, 30


@dataclass(frozen=True)
class Section:
    """A part of the form that unfolds; open from the start when there is something in it."""

    title: str
    fields: list
    is_open: bool


class FullCaseForm(CaseForm):
    """Everything that is text. Pictures and documents have a page of their own, see `cases.pictures`."""

    tags = JapaneseTagField(
        label="タグ", required=False, help_text="「、」で区切ります。10個まで。例：移動販売、公民館"
    )
    started_year = StartedYearField(label="開始した年")
    publish_at = FutureMomentField(
        label="公開する日時",
        required=False,
        help_text="決めておくと、審査が済んだあと、この日時に公開します。空欄なら、審査が済みしだい公開します。",
    )

    ROWS = ROWS
    # Fields whose value is found by words, see `cases.picking`.
    PICKED = ("origin", "partner_organizations", "policies", "events")
    FIRST = ("title", "summary", "stage", "started_year")
    TEXTS = ("reason", "content", "first_step", "funding", "obstacles", "result", "tips")
    FURTHER = (
        (
            "もっとくわしく書く",
            ("subtitle", "tags", "purpose", "partners", "used_programs", "evaluation", "sustainability"),
        ),
        ("問い合わせ先・出典", ("contact", "sources")),
    )

    class Meta:
        model = CaseStudy
        fields = [*CaseStudy.CONTENT_FIELDS, "publish_at"]
        labels = {"sources": "出典", "tips": "まねする人へのこつ"}
        help_texts = {
            "title": "例：ごみ出しと買い物を、町内会の当番で手伝う",
            "summary": "だれが、だれに、何をしたかを300字までで。一覧にも出る文です。",
            "stage": "",
            "reason": "困っていた人の声や、気づいたことなど。",
            "content": "いつ、どこで、だれが、どのように。回数や人数も。",
            "first_step": "最初に声をかけた相手、最初の集まりなど。",
            "partners": "一緒に動いてくれた人や団体。登録のない団体は、ここに書いてください。",
            "funding": "かかった費用と、その出どころ。",
            "used_programs": "補助金や、介護保険の総合事業など。",
            "obstacles": "うまくいかなかったことも、次の人の助けになります。",
            "tips": "やってみて分かったこと、気をつけるとよいこと。",
            "changed": CHANGED_HELP,
            "contact": "掲載してよい連絡先を書いてください。空欄なら、事務局への問い合わせを案内します。",
            "sources": "1行に1件ずつ。",
        }
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 6}) for name, _ in CaseStudy.SECTIONS},
            **{name: forms.Textarea(attrs={"rows": 4}) for name in ("summary", "changed", "contact", "sources")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [("", "分からない・選ばない"), *self.fields["stage"].choices[1:]]
        self._narrow("partner_organizations", Organization)
        self._narrow("policies", Policy)
        self._narrow("events", Event)
        if self.instance.pk and self.instance.status in {Status.PUBLISHED, Status.CLOSED}:
            del self.fields["publish_at"]
        elif self.instance.status == Status.SCHEDULED:
            self.fields["publish_at"].required = True
            self.fields["publish_at"].error_messages["required"] = "公開する日時を選んでください。"

    def _narrow(self, name, model):
        """Offer what is public, and what was chosen while it was."""
        field = self.fields[name]
        known = getattr(self.instance, name).values("pk") if self.instance.pk else []
        field.queryset = model.objects.filter(Q(status=Status.PUBLISHED) | Q(pk__in=known))
        field.error_messages |= {"invalid_choice": NOT_FOUND, "invalid_pk_value": NOT_FOUND}

    def clean_tags(self):
        tags = self.cleaned_data["tags"]
        if len(tags) > MOST_TAGS:
            raise ValidationError(f"タグは{MOST_TAGS}個までです（いまは{len(tags)}個です）。")
        if longest := next((tag for tag in tags if len(tag) > LONGEST_TAG), None):
            raise ValidationError(
                f"タグは1つ{LONGEST_TAG}文字までです。「{longest[:LONGEST_TAG]}…」を短くしてください。"
            )
        return tags

    def clean(self):
        cleaned = super().clean()
        for name in self.PICKED:
            if name not in self.errors and self.pick(name).is_undecided:
                self.add_error(name, undecided(self.pick(name)))
        if cleaned.get("organization") in (cleaned.get("partner_organizations") or []):
            self.add_error("partner_organizations", "「取り組んだ団体」と同じ団体は選べません。")
        return cleaned

    @property
    def partners_pick(self) -> Pick:
        return self.pick("partner_organizations")

    @property
    def policies_pick(self) -> Pick:
        return self.pick("policies")

    @property
    def events_pick(self) -> Pick:
        return self.pick("events")

    @property
    def first_fields(self) -> list:
        return [self[name] for name in self.FIRST]

    @property
    def text_fields(self) -> list:
        return [self[name] for name in self.TEXTS]

    @property
    def further(self) -> list[Section]:
        return [
            Section(title, fields := [self[name] for name in names], any(map(_has_something, fields)))
            for title, names in self.FURTHER
        ]

    @property
    def has_picks(self) -> bool:
        return _has_something(self["changed"]) or any(
            _has_something(self[name]) or self.pick(name).text for name in self.PICKED
        )

    @property
    def has_rows(self) -> bool:
        return any(rows.has_something for rows in self.rows.values())

    @property
    def has_publish_at(self) -> bool:
        return "publish_at" in self.fields and _has_something(self["publish_at"])


def _has_something(field) -> bool:
    value = field.value()
    if isinstance(value, list | tuple) and all(part in ("", None) for part in value):
        value = None
    return bool(value or field.errors or field.field.reviewer_comment)
