"""What people follow: of what they want to hear by mail, and how often."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from cases.models import CaseStudy
from events.models import Event, EventChange
from mailing.models import OutgoingMail
from organizations.models import Organization
from taxonomy.models import Region, Theme

LONGEST_ADDRESS, LONGEST_NAME = 2_000, 60


class Frequency(models.TextChoices):
    WEEKLY = "weekly", "週に1回（月曜日の朝）"
    MONTHLY = "monthly", "月に1回（1日の朝）"
    DAILY = "daily", "毎日（朝）"
    NEVER = "never", "受け取らない"


class SubscriberQuerySet(models.QuerySet):
    def reachable(self):
        return self.filter(Q(person=None) | Q(person__is_active=True))

    def with_digest(self):
        """Those who want a digest of something."""
        wanted = Subscription.objects.in_digests().filter(subscriber=OuterRef("pk"))
        return self.reachable().filter(Exists(wanted))


class Subscriber(models.Model):
    """Who gets which mails: somebody with an account, or a mail address that was confirmed.

    Somebody without such a row gets what the defaults say.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="forum_subscriber",
        verbose_name="利用者",
    )
    email = models.EmailField("メールアドレス", blank=True)
    # How often comes what is followed next: as the person has last chosen.
    frequency = models.CharField(
        "次に加えるものの回数",
        max_length=10,
        choices=Frequency.choices,
        default=Frequency.WEEKLY,
        db_default=Frequency.WEEKLY,
    )
    replies_at_once = models.BooleanField("返信をすぐにメールで受け取る", default=True)
    may_be_asked = models.BooleanField("答えを頼むメールを受け取る", default=True)
    ask_again_from = models.DateField("この日まで頼まない", null=True, blank=True)
    wants_follow_ups = models.BooleanField("その後をたずねるメールを受け取る", default=True)
    # Of prefectural staff.
    wants_unanswered = models.BooleanField("答えのない話題のメールを受け取る", default=True)
    event_changes_at_once = models.BooleanField(
        "イベントの変更・中止をすぐにメールで受け取る", default=True, db_default=True
    )
    created_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "メールを受け取る人"
        verbose_name_plural = "メールを受け取る人"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(email=""), name="forum_subscriber_is_a_person_or_an_address"
            ),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="forum_subscriber_address_is_unique"),
        ]

    def __str__(self):
        return str(self.person) if self.person_id else self.email

    @property
    def address(self) -> str:
        return self.person.email if self.person_id else self.email


class What(models.TextChoices):
    PLACE = "place", "分野と地域"
    ORGANIZATION = "organization", "団体"
    CASE = "case", "事例"
    EVENT = "event", "イベント"
    LIST = "list", "保存した一覧"


# The fields that say of what exactly; those of the other kinds are empty.
_MEANT = {
    What.PLACE: ("theme", "region"),
    What.ORGANIZATION: ("organization",),
    What.CASE: ("case",),
    What.EVENT: ("event",),
    What.LIST: ("address",),
}
_EMPTY = {
    "theme": Q(theme__isnull=True),
    "region": Q(region__isnull=True),
    "organization": Q(organization__isnull=True),
    "case": Q(case__isnull=True),
    "event": Q(event__isnull=True),
    "address": Q(address=""),
}


def _fits(what) -> Q:
    condition = Q(what=what)
    for name, is_empty in _EMPTY.items():
        if name not in _MEANT[what]:
            condition &= is_empty
        elif what != What.PLACE:  # where nothing stands for all
            condition &= ~is_empty
    return condition


class SubscriptionQuerySet(models.QuerySet):
    def in_digests(self):
        """What the digest tells of; about events people hear at once, when something changes."""
        return self.exclude(frequency=Frequency.NEVER).exclude(what=What.EVENT)

    def for_list(self):
        return self.select_related("theme", "region", "organization", "case", "event").order_by("pk")


class Subscription(models.Model):
    """One thing of which somebody wants to hear: a 分野×地域 (None stands for all), an organization, a case, an event,
    or what is new in a list."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions", verbose_name="受け取る人")
    what = models.CharField(
        "種類", max_length=12, choices=What.choices, default=What.PLACE, db_default=What.PLACE, editable=False
    )
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="分野")
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="地域")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="団体"
    )
    case = models.ForeignKey(CaseStudy, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="事例")
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="イベント")
    # Path and conditions of a list as `forum.saved_lists` writes them, and what the person calls it.
    address = models.CharField("一覧のアドレス", max_length=LONGEST_ADDRESS, blank=True, default="", db_default="")
    name = models.CharField("名前", max_length=LONGEST_NAME, blank=True, default="", db_default="")
    frequency = models.CharField(
        "回数", max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY, db_default=Frequency.WEEKLY
    )
    # Up to when there is nothing left to tell: the end of the last window that was sent, or the beginning.
    sent_until = models.DateTimeField("ここまで送った", default=timezone.now, db_default=Now())
    created_at = models.DateTimeField("登録日時", default=timezone.now, db_default=Now())
    # When the person last looked at what is new.
    looked_at = models.DateTimeField("見た日時", default=timezone.now, db_default=Now())

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "フォロー"
        verbose_name_plural = "フォロー"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["organization"], condition=Q(organization__isnull=False), name="forum_follows_organization"
            ),
            models.Index(fields=["event"], condition=Q(event__isnull=False), name="forum_follows_event"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_fits(What.PLACE)
                | _fits(What.ORGANIZATION)
                | _fits(What.CASE)
                | _fits(What.EVENT)
                | _fits(What.LIST),
                name="forum_subscription_is_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "what", "theme", "region", "organization", "case", "event", "address"],
                nulls_distinct=False,
                name="forum_subscription_is_of_it_once",
            ),
        ]

    def __str__(self):
        if self.what == What.PLACE:
            return said(self.theme, self.region)
        if self.what == What.LIST:
            return self.name or self.address
        return str(self.followed)

    @property
    def followed(self):
        """The organization, case or event; None for the other kinds."""
        return self.organization or self.case or self.event

    @property
    def has_digest(self) -> bool:
        return self.what != What.EVENT


def said(theme: Theme | None, region: Region | None) -> str:
    """「移動（交通）・長野県」."""
    return f"{theme.name if theme else 'すべての分野'}・{region.full_name if region else 'すべての地域'}"


class DigestItem(models.Model):
    """What a digest has told a subscriber: told more often than something else that holds it, too, it comes once.

    Kept as long as a window may reach back.
    """

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="digest_items", verbose_name="受け取る人")
    # "post", or the kind of the search index.
    kind = models.CharField("種類", max_length=20)
    object_id = models.PositiveBigIntegerField("番号")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = "まとめで知らせたもの"
        verbose_name_plural = "まとめで知らせたもの"
        ordering = ["pk"]
        indexes = [models.Index(fields=["at"], name="forum_digest_items_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "kind", "object_id"], name="forum_digest_item_is_unique")
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class EventNews(models.Model):
    """A change of a public event of which a subscriber is mailed at once."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="event_news", verbose_name="受け取る人")
    change = models.ForeignKey(EventChange, models.CASCADE, related_name="+", verbose_name="変更")
    mail_due = models.BooleanField("メールで送る", default=True)
    mailed_at = models.DateTimeField("メールの日時", null=True, blank=True)
    mail = models.ForeignKey(OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "イベントの変更のお知らせ"
        verbose_name_plural = "イベントの変更のお知らせ"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subscriber", "id"], condition=Q(mail_due=True), name="forum_event_news_to_mail"),
            models.Index(fields=["subscriber", "mailed_at"], name="forum_event_news_mailed"),
        ]
        constraints = [models.UniqueConstraint(fields=["subscriber", "change"], name="forum_event_news_is_told_once")]

    def __str__(self):
        return f"{self.subscriber}：{self.change}"
