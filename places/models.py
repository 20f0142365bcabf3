"""What prefectures say about their own platforms, and whom to call in a place."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from publishing.freshness import is_stale
from publishing.recording import record
from taxonomy.models import Region, RegionKind


class Function(models.TextChoices):
    """The six functions that the handbook (都道府県プラットフォーム構築の手引き) names."""

    TRAINING = "training", "研修"
    CASES = "cases", "事例集"
    ACTORS = "actors", "主体リスト"
    GUIDEBOOK = "guidebook", "事業立ち上げガイドブック"
    ACCOMPANYING = "accompanying", "伴走支援"
    EVENTS = "events", "イベント開催"


# What the handbook calls them.
IN_FULL = {
    Function.TRAINING: "自治体職員・生活支援コーディネーターなどに向けた研修",
    Function.CASES: "多様な主体の取り組みの事例集",
    Function.ACTORS: "多様な主体のリスト",
    Function.GUIDEBOOK: "多様な主体との事業立ち上げのガイドブック",
    Function.ACCOMPANYING: "市町村の取り組みを促す支援",
    Function.EVENTS: "市町村の生活支援体制と多様な主体をつなぐイベントの開催",
}


class State(models.TextChoices):
    EXISTS = "exists", "あり"
    PREPARING = "preparing", "準備中"
    NONE = "none", "なし"
    UNKNOWN = "unknown", "未確認"


class _Confirmed(models.Model):
    """What somebody vouches for with a day."""

    confirmed_on = models.DateField("最終確認日", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="確認した人",
    )
    updated_at = models.DateTimeField("更新日時", auto_now=True)

    class Meta:
        abstract = True

    @property
    def is_stale(self) -> bool:
        """Whether the confirmation is so old that readers are told."""
        return is_stale(self.confirmed_on)


@record
class PlatformFunction(_Confirmed):
    """What a prefecture says about one function of its platform. Without a row nobody has said anything."""

    prefecture = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="platform_functions",
        limit_choices_to={"kind": RegionKind.PREFECTURE},
        verbose_name="都道府県",
    )
    function = models.CharField("機能", max_length=12, choices=Function.choices)
    state = models.CharField("状態", max_length=10, choices=State.choices, default=State.UNKNOWN)
    url = models.URLField("ページのアドレス", blank=True)
    note = models.CharField("補足", max_length=200, blank=True)

    class Meta:
        verbose_name = "都道府県プラットフォームの機能"
        verbose_name_plural = "都道府県プラットフォームの機能"
        ordering = ["prefecture", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["prefecture", "function"], name="places_platformfunction_is_unique"),
            models.CheckConstraint(
                condition=Exact(Length("prefecture"), 2) & ~Q(prefecture="00"),
                name="places_platformfunction_of_a_prefecture",
                violation_error_message="都道府県を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(state=State.UNKNOWN, confirmed_on__isnull=True)
                | (~Q(state=State.UNKNOWN) & Q(confirmed_on__isnull=False)),
                name="places_platformfunction_known_is_confirmed",
            ),
        ]

    def __str__(self):
        return f"{self.prefecture}：{self.get_function_display()}"


@record
class Contact(_Confirmed):
    """Whom to call about everyday-life support in a prefecture or municipality."""

    region = models.OneToOneField(Region, models.PROTECT, related_name="contact", verbose_name="地域")
    office = models.CharField("窓口の名前", max_length=100)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    url = models.URLField("ページのアドレス", blank=True)

    class Meta:
        verbose_name = "地域の相談先"
        verbose_name_plural = "地域の相談先"
        ordering = ["region"]
        constraints = [
            models.CheckConstraint(condition=~Q(region="00"), name="places_contact_is_not_of_the_nation"),
            models.CheckConstraint(condition=~Q(office=""), name="places_contact_has_an_office"),
            models.CheckConstraint(
                condition=~Q(phone="", email="", url=""),
                name="places_contact_can_be_reached",
                violation_error_message="電話番号、メールアドレス、ページのアドレスのどれかを入力してください。",
            ),
            models.CheckConstraint(condition=Q(confirmed_on__isnull=False), name="places_contact_is_confirmed"),
        ]

    def __str__(self):
        return f"{self.region}：{self.office}"


@dataclass(frozen=True)
class FunctionLine:
    """One function as pages show it; without a ``row`` its state is 未確認."""

    function: Function
    row: PlatformFunction | None

    @property
    def name(self) -> str:
        return self.function.label

    @property
    def in_full(self) -> str:
        return IN_FULL[self.function]

    @property
    def state(self) -> State:
        return State(self.row.state) if self.row else State.UNKNOWN

    @property
    def is_known(self) -> bool:
        return self.state != State.UNKNOWN


def functions_of(prefecture: Region) -> list[FunctionLine]:
    """All six functions of a prefecture's platform, in the handbook's order."""
    rows = {row.function: row for row in PlatformFunction.objects.filter(prefecture=prefecture)}
    return [FunctionLine(function, rows.get(function)) for function in Function]


def contacts_of(codes: list[str]) -> list[Contact]:
    """The contacts of several regions, in the order of their codes as given."""
    found = {
        contact.region_id: contact for contact in Contact.objects.filter(region__in=codes).select_related("region")
    }
    return [found[code] for code in codes if code in found]
