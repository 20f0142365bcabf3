"""What moderators do: every step names the rule, is kept, and can be answered by the author."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from forum.models.posts import Post
from forum.models.topics import Topic
from forum.permissions import may_moderate
from forum.rules import Rule

PERSON = settings.AUTH_USER_MODEL


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)


class Report(models.Model):
    """Somebody tells moderators of a post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reports", verbose_name="投稿")
    reporter = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name="知らせた人")
    rule = models.CharField("反していると思うルール", max_length=12, choices=Rule.choices)
    reason = models.TextField("理由", max_length=500, blank=True)
    at = models.DateTimeField("日時", auto_now_add=True)
    closed_at = models.DateTimeField("対応した日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="対応した人"
    )

    # The step of moderators that answered it.
    outcome = models.CharField("結果", max_length=10, blank=True, default="", db_default="")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "通報"
        verbose_name_plural = "通報"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"], condition=Q(closed_at=None), name="forum_report_is_open_once"
            )
        ]

    def __str__(self):
        return f"{self.post}：{self.get_rule_display()}"

    @property
    def page_url(self) -> str:
        """Where the reporter reads on: the post while it is there, else the rules."""
        is_there = self.post.is_visible and self.post.topic.is_visible
        return self.post.get_absolute_url() if is_there else reverse("forum:rules")

    @property
    def said(self) -> str:
        """What became of it, without naming anybody."""
        return OUTCOMES.get(self.outcome, "")


class Step(models.TextChoices):
    RELEASE = "release", "公開した"
    HIDE = "hide", "非表示にした"
    RESTORE = "restore", "もう一度表示した"
    NOTE = "note", "注記した"
    LOCK = "lock", "書き込みを止めた"
    UNLOCK = "unlock", "書き込みを再開した"
    PIN = "pin", "固定した"
    UNPIN = "unpin", "固定を外した"
    MOVE = "move", "掲示板を移した"
    MERGE = "merge", "ほかの話題にまとめた"
    SPLIT = "split", "新しい話題に分けた"
    WARN = "warn", "注意した"
    SUSPEND = "suspend", "書き込みを止めた（人）"
    LIFT = "lift", "書き込みの停止を解いた"
    DISMISS = "dismiss", "問題なしとした"


# What reporters are told of the steps that answer them.
OUTCOMES = {
    Step.HIDE: "表示しないことにしました。",
    Step.NOTE: "事務局の注記を付けました。",
    Step.WARN: "必要な対応をしました。投稿は、表示したままです。",
    Step.DISMISS: "読んで確かめました。ルールに反していないと考え、そのままにしました。",
}
# Steps against somebody: they name a rule and can be answered.
AGAINST = (Step.HIDE, Step.LOCK, Step.WARN, Step.SUSPEND)
# Of no interest to whom they concern.
UNTOLD = (Step.PIN, Step.UNPIN, Step.DISMISS)


class Outcome(models.TextChoices):
    """What became of a step after the person had answered."""

    UPHELD = "upheld", "対応を変えない"
    TAKEN_BACK = "taken_back", "対応を取り消した"


class ModerationStepQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for moderators; for others what was done about themselves."""
        if may_moderate(user):
            return self
        return self.none() if user.is_anonymous else self.filter(person=user).exclude(step__in=UNTOLD)

    def against(self):
        return self.filter(step__in=AGAINST)

    def with_open_answer(self):
        """Whose person has answered and waits to hear what follows, the longest first."""
        return self.filter(answered_at__isnull=False, settled_at=None).order_by("answered_at", "pk")

    def for_list(self):
        return self.select_related("topic", "post", "person", "by")


class ModerationStep(models.Model):
    """One thing a moderator did. Numbers of these are public, names are not."""

    step = models.CharField("したこと", max_length=10, choices=Step.choices)
    rule = models.CharField("ルール", max_length=12, choices=Rule.choices, blank=True)
    note = models.TextField("説明", max_length=500, blank=True)
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="moderation_steps", verbose_name="話題"
    )
    post = models.ForeignKey(
        Post, models.SET_NULL, null=True, blank=True, related_name="moderation_steps", verbose_name="投稿"
    )
    person = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="moderation_steps", verbose_name="書いた人"
    )
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name="行った人")
    at = models.DateTimeField("日時", auto_now_add=True)
    # What the person says to it, once.
    answer = models.TextField("書いた人の返事", max_length=1000, blank=True)
    answered_at = models.DateTimeField("返事の日時", null=True, blank=True)
    # What moderators say to the answer.
    outcome = models.CharField(
        "返事のあとの対応", max_length=10, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    reply = models.TextField("返事への回答", max_length=500, blank=True, default="", db_default="")
    settled_at = models.DateTimeField("回答の日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="回答した人"
    )
    # From the form: sent twice, it is one step.
    creation_key = models.UUIDField("作成の識別子", null=True, unique=True, editable=False)

    objects = ModerationStepQuerySet.as_manager()

    class Meta:
        verbose_name = "事務局の対応"
        verbose_name_plural = "事務局の対応"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="forum_steps_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step__in=[str(step) for step in AGAINST]) | ~Q(rule=""),
                name="forum_moderationstep_against_somebody_names_the_rule",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="forum_moderationstep_answer_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | (~Q(outcome="") & Q(settled_at__isnull=False, answered_at__isnull=False)),
                name="forum_moderationstep_settles_an_answer",
            ),
        ]

    def __str__(self):
        return f"{self.get_step_display()}（{self.at:%Y-%m-%d}）"

    def get_absolute_url(self):
        return reverse("forum:moderation_step", args=[self.pk])

    @property
    def is_against(self) -> bool:
        return self.step in AGAINST

    @property
    def is_waiting(self) -> bool:
        """Whether the person has answered and nobody has said what follows."""
        return self.answered_at is not None and self.settled_at is None

    def may_be_answered_by(self, user) -> bool:
        return self.is_against and self.answered_at is None and user.is_authenticated and self.person_id == user.pk


class SuspensionQuerySet(models.QuerySet):
    def in_force(self, now):
        return self.filter(since__lte=now, until__gt=now, lifted_at=None).order_by("-until", "-pk")


class Suspension(models.Model):
    """Somebody may not write until a time; reading stays open."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="forum_suspensions", verbose_name="利用者")
    since = models.DateTimeField("開始", auto_now_add=True)
    until = models.DateTimeField("終了")
    lifted_at = models.DateTimeField("解いた日時", null=True, blank=True)
    step = models.OneToOneField(ModerationStep, models.PROTECT, related_name="suspension", verbose_name="対応")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = "書き込みの停止"
        verbose_name_plural = "書き込みの停止"
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="forum_suspension_ends_after_it_begins")
        ]

    def __str__(self):
        return f"{self.person}（{self.until:%Y-%m-%d}まで）"
