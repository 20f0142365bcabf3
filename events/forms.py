"""The form in which members of organizations write an event: when, where and what first, the rest in parts."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from events.choices import Access, Application, Audience, Format
from events.copying import copied, offer
from events.fields import FeeField, MailField, PeopleField, TimeField
from events.form_parts import PARTS, Part, has_something
from events.models import Event, EventSeries
from events.when_form import WhenForm
from organizations.models import Organization
from organizations.picking import Pick, pick_organizations, undecided
from publishing.content import field_label
from publishing.form_fields import KeyField, WebAddressField
from publishing.form_places import FormWithPlaces
from publishing.forms import JapaneseTagField, comments_on
from publishing.models import Status
from publishing.rows import FormWithRows
from publishing.typed_fields import Checkboxes, DayField, MomentField, Radios
from taxonomy.models import Region, Theme

MOST_PLACES = 50
# Ways to take part for which a region says nothing.
WITHOUT_A_PLACE = (Format.ONLINE, Format.ARCHIVE)
NOT_FOUND = "選んだ団体が見つかりません。公開が終わっているかもしれません。選び直してください。"
CLOSES_BEFORE_IT_OPENS = "申込の締切日が、申込の開始日より前になっています。どちらかを直してください。"
CLOSES_AFTER_IT_ENDS = "申込の締切日が、イベントの終わる日より後になっています。どちらかを直してください。"
CLOSING_TIME_HAS_NO_DAY = "申込の締切日も入力してください。"
NEEDS_NO_APPLICATION = (
    "申込の開始日か締切日が入っています。「申込が必要」か「申込優先」を選ぶか、日付を空欄にしてください。"
)
IS_HALF_A_POSITION = "緯度と経度は、両方を入力するか、両方を空欄にしてください。"


def organizations_of(user):
    """Those that the person may post events for: the ones that are still there."""
    gone = (Status.CLOSED, Status.DISCARDED)
    own = Organization.objects.permitted_to(user, "events.add_event")
    return own.exclude(status__in=gone).order_by("name", "pk")


def _not_found(what):
    sentence = f"選んだ{what}が見つかりません。選び直してください。"
    return {"invalid_choice": sentence, "invalid_pk_value": sentence}


def _several(label, choices):
    error = {"invalid_choice": f"{label}は、並んでいるものから選んでください。"}
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=Checkboxes, error_messages=error
    )


def _one(label, choices, initial):
    sentence = f"{label}を、並んでいるものから選んでください。"
    errors = {"required": sentence, "invalid_choice": sentence}
    return forms.ChoiceField(label=label, choices=choices, initial=initial, widget=Radios, error_messages=errors)


class EventForm(FormWithPlaces, FormWithRows, WhenForm):
    """``previous`` is the event that a new one is a copy of. The state has a form of its own, `events.state_form`."""

    key = KeyField(required=False, initial=uuid.uuid4)
    format = _one("開催の方法", Format.choices, Format.VENUE)
    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label="地域",
        error_messages={
            "required": "地域を1つ以上加えてください。オンラインだけのときは、方法で「オンライン」を選んでください。",
            **_not_found("地域"),
        },
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label="分野", required=False, widget=Checkboxes, error_messages=_not_found("分野")
    )
    audience = _several("対象", Audience.choices)
    accessibility = _several("参加しやすさのための用意", Access.choices)
    application = _one("申込", Application.choices, Application.NOT_NEEDED)
    fee = FeeField(label="参加費", required=False, help_text="例：無料、500円。まだ決まっていないときは空欄")
    capacity = PeopleField(label="定員", required=False, help_text="例：30人")
    application_opens_on = DayField(label="申込の開始日", required=False)
    application_closes_on = DayField(label="申込の締切日", required=False, help_text="この日まで受け付けます")
    application_closes_at = TimeField(label="申込の締切時刻", required=False, help_text="例：17:00。決めないときは空欄")
    application_url = WebAddressField(label="申込ページのアドレス", required=False, max_length=500)
    application_email = MailField(label="申込のメールアドレス", required=False)
    contact_email = MailField(label="問い合わせ先のメールアドレス", required=False)
    url = WebAddressField(label="イベントのウェブページのアドレス", required=False, max_length=500)
    tags = JapaneseTagField(label="タグ", required=False, help_text="「、」で区切ります。例：移動支援、担い手")
    series_title = forms.CharField(
        label="シリーズの名前",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "series-titles", "autocomplete": "off"}),
        help_text="毎月の茶話会など、続きもののときに。同じ名前のイベントどうしが、お互いのページに並びます",
    )
    publish_at = MomentField(
        label="公開する日時",
        required=False,
        help_text="空欄なら、審査が済みしだい、または公開の操作をしたときに公開します",
    )

    class Meta:
        model = Event
        fields = [
            *("organization", "title", "start_date", "start_time", "end_date", "end_time", "only_month_known"),
            *("schedule_note", "format", "venue", "address", "regions", "summary"),
            *(name for part in PARTS for name in part.fields if name != "series_title"),
            "publish_at",
        ]
        labels = {"venue": "会場の名前", "sources": "出典", "co_organizers_note": "そのほかの主催・共催・後援"}
        help_texts = {
            "title": "例：移動支援を考える集い",
            "summary": "何をするのか、だれに来てほしいのかを300字までで。一覧にも出る文です。",
            "venue": "例：中央公民館 2階ホール。まだ決まっていないときは空欄",
            "address": "例：長野県飯山市大字飯山1110-1",
            "schedule_note": "例：受付は13時から。雨のときは翌日",
            "co_organizers_note": "登録のない団体は、ここに書いてください。例：後援 飯山市",
            "sources": "1行に1件ずつ。",
            "latitude": "分かるときだけ。例：36.851500",
            "longitude": "例：138.365400",
        }
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 6}) for name in ("content", "report", "minutes")},
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("summary", "application_note", "access", "online_note", "remarks", "sources")
            },
        }

    def __init__(self, data=None, *args, user, previous=None, initial=None, **kwargs):
        offered = offer(previous, timezone.localdate()) if previous else None
        begun = copied(previous, self._meta.fields, offered) if previous else {}
        self.offered = offered.sentence if offered else ""
        super().__init__(data, *args, user=user, initial={**begun, **(initial or {})}, **kwargs)
        self.use_required_attribute = False
        # Before what was typed is written into the event.
        self.is_over = bool(self.instance.pk) and self.instance.has_ended
        if self.instance.series:
            self.initial["series_title"] = self.instance.series.title
        if self.instance.pk and self.instance.status not in (Status.DRAFT, Status.RETURNED, Status.CLOSED):
            del self.fields["publish_at"]
        self._narrow_organization()
        self._narrow_co_organizers()
        self._ask_for_places()

    def _narrow_organization(self):
        own = organizations_of(self.user)
        if self.instance.pk:
            # The organization may have left, or the person may only edit.
            own = Organization.objects.filter(Q(pk__in=own.values("pk")) | Q(pk=self.instance.organization_id))
        field = self.fields["organization"]
        field.queryset = own.order_by("name", "pk")
        if not self.instance.pk and len(only := own[:2]) == 1:
            self.initial.setdefault("organization", only[0].pk)
            self.initial.setdefault("regions", list(only[0].regions.values_list("pk", flat=True)))
        field.empty_label = "選んでください"
        field.error_messages |= {
            "required": "主催する団体を選んでください。",
            "invalid_choice": "この団体は選べません。ご自分の団体から選んでください。",
        }

    def _narrow_co_organizers(self):
        """Offer what is public, and what was chosen while it was."""
        field = self.fields["co_organizers"]
        known = self.instance.co_organizers.values("pk") if self.instance.pk else []
        field.queryset = Organization.objects.filter(Q(status=Status.PUBLISHED) | Q(pk__in=known))
        field.error_messages |= {"invalid_choice": NOT_FOUND, "invalid_pk_value": NOT_FOUND}

    def _ask_for_places(self):
        self.fields["regions"].required = self["format"].value() not in WITHOUT_A_PLACE

    def resume(self, data):
        super().resume(data)
        self._ask_for_places()

    def clean_regions(self):
        regions = self.cleaned_data["regions"]
        if len(regions) > MOST_PLACES:
            raise ValidationError(f"地域は{MOST_PLACES}か所までです。都道府県や「全国共通」でまとめてください。")
        return regions

    def clean(self):
        typed = super().clean()
        self._check_application(typed)
        self._check_co_organizers(typed)
        position = {name for name in ("latitude", "longitude") if typed.get(name) is not None}
        if len(position) == 1 and not {"latitude", "longitude"} & self.errors.keys():
            self.add_error("longitude" if "latitude" in position else "latitude", IS_HALF_A_POSITION)
        return typed

    def _check_application(self, typed):
        opens, closes, ends = (
            typed.get(name) for name in ("application_opens_on", "application_closes_on", "end_date")
        )
        if typed.get("application") == Application.NOT_NEEDED and (opens or closes):
            self.add_error("application", NEEDS_NO_APPLICATION)
        if opens and closes and closes < opens:
            self.add_error("application_closes_on", CLOSES_BEFORE_IT_OPENS)
        elif closes and ends and ends < closes:
            self.add_error("application_closes_on", CLOSES_AFTER_IT_ENDS)
        if typed.get("application_closes_at") and not closes and "application_closes_on" not in self.errors:
            self.add_error("application_closes_on", CLOSING_TIME_HAS_NO_DAY)

    def _check_co_organizers(self, typed):
        if "co_organizers" not in self.errors and self.pick.is_undecided:
            self.add_error("co_organizers", undecided(self.pick))
        elif typed.get("organization") in (typed.get("co_organizers") or []):
            self.add_error("co_organizers", "「主催する団体」と同じ団体は選べません。")

    def write_to(self, item):
        """With its series, which is made when no event of the organization had one of that name."""
        typed = self.cleaned_data
        title, organization = typed["series_title"], typed["organization"]
        item.series = EventSeries.objects.get_or_create(organization=organization, title=title)[0] if title else None
        super().write_to(item)

    # What the template shows.

    @property
    def pick(self) -> Pick:
        chosen = [getattr(each, "pk", each) for each in self["co_organizers"].value() or []]
        text = self.data.get("co_organizers_text", "") if self.is_bound else ""
        return pick_organizations("co_organizers", chosen, text, self.fields["co_organizers"].queryset)

    @property
    def series_titles(self) -> list[str]:
        """Those that the person's organizations have already."""
        own = EventSeries.objects.filter(organization__in=self.fields["organization"].queryset.order_by().values("pk"))
        return list(own.order_by("title").values_list("title", flat=True).distinct()[:100])

    @property
    def parts(self) -> list[Part]:
        """The parts that unfold; what belongs to the time after the event is open when that has come."""
        return [Part(kind, self, self._is_open(kind)) for kind in PARTS]

    def _is_open(self, kind) -> bool:
        if kind.is_for_afterwards and self.is_over:
            return True
        is_sought = "co_organizers" in kind.fields and bool(self.pick.text)
        return is_sought or any(has_something(self[name]) for name in kind.fields)

    @property
    def has_publish_at(self) -> bool:
        return "publish_at" in self.fields and has_something(self["publish_at"])

    def other_comments(self) -> list[tuple[str, str]]:
        """What a reviewer wrote about what this form does not have: the state, recordings, files."""
        if not self.instance.pk or self.instance.status != Status.RETURNED:
            return []
        comments = comments_on(self.instance)
        return [(field_label(self.instance, name), text) for name, text in comments.items() if name not in self.fields]
