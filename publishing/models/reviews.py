"""The trail of the status, and the stays of items in the reviewers' queue."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from publishing.models.belonging import Belonging
from publishing.models.items import Status


class StatusChange(Belonging):
    """One line of the audit trail: who moved what from where to where, when and why."""

    action = models.CharField("操作", max_length=20)
    from_status = models.CharField("前の状態", max_length=10, choices=Status.choices)
    to_status = models.CharField("後の状態", max_length=10, choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="操作した人"
    )
    note = models.TextField("理由", blank=True)
    at = models.DateTimeField("日時", auto_now_add=True)

    class Meta:
        verbose_name = "状態の記録"
        verbose_name_plural = "状態の記録"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="publishing_change_of_item")]
        permissions = [("review", "掲載内容を審査できる")]

    def __str__(self):
        return f"{self.get_from_status_display()}→{self.get_to_status_display()}"


class ReviewReason(models.TextChoices):
    NEW = "new", "新しい申請"
    CHANGE = "change", "公開中の変更"


class Decision(models.TextChoices):
    PUBLISHED = "published", "公開した"
    SCHEDULED = "scheduled", "公開を予約した"
    RETURNED = "returned", "差し戻した"
    CONFIRMED = "confirmed", "変更を確認した"
    ROLLED_BACK = "rolled_back", "変更を元に戻した"
    WITHDRAWN = "withdrawn", "取り下げられた"


class ReviewQuerySet(models.QuerySet):
    def open(self):
        """The queue, oldest first."""
        return self.filter(decided_at__isnull=True).order_by("entered_at", "pk")

    def decided(self):
        return self.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")


class Review(Belonging):
    """One stay of an item in the reviewers' queue, from its entry to the decision.

    Title, prefectures and size repeat what the item says, so that the queue is one table to list
    and filter; they follow each edit while the review is open.
    """

    reason = models.CharField("申請の種類", max_length=10, choices=ReviewReason.choices)
    title = models.CharField("題名", max_length=100)
    prefectures = ArrayField(models.CharField(max_length=2), default=list, verbose_name="都道府県")
    # Few characters changed, nothing added or removed: may be confirmed with others at once.
    is_small = models.BooleanField("小さな変更", default=False)
    entered_at = models.DateTimeField("申請日時")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="申請した人"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="担当"
    )
    claimed_at = models.DateTimeField("担当した日時", null=True)
    decision = models.CharField("結果", max_length=12, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField("決定日時", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="決めた人"
    )
    # How long the item waited, in working days; None while it waits.
    waited_days = models.PositiveSmallIntegerField("待った日数", null=True)
    note = models.TextField("理由", blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "審査"
        verbose_name_plural = "審査"
        ordering = ["entered_at", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="publishing_review_of_item"),
            models.Index(fields=["entered_at", "id"], condition=Q(decided_at=None), name="publishing_review_queue"),
            models.Index(fields=["decided_at"], name="publishing_review_decided"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(decided_at__isnull=True),
                name="publishing_review_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decision="", waited_days__isnull=True)
                | (Q(decided_at__isnull=False, waited_days__isnull=False) & ~Q(decision="")),
                name="publishing_review_decision_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True)
                | Q(claimed_at__isnull=False, claimed_by__isnull=False)
                | Q(decided_at__isnull=False),
                name="publishing_review_claim_has_a_person",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


class ReviewComment(models.Model):
    """What a reviewer wrote about one field of a returned item; ``field`` is the name in the model."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="comments", verbose_name="審査")
    field = models.CharField("項目", max_length=50)
    text = models.TextField("コメント", max_length=1000)

    class Meta:
        verbose_name = "項目へのコメント"
        verbose_name_plural = "項目へのコメント"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "field"], name="publishing_reviewcomment_is_one_per_field"),
            models.CheckConstraint(condition=~Q(text=""), name="publishing_reviewcomment_has_text"),
        ]

    def __str__(self):
        return self.text


class CannedReason(models.Model):
    """A sentence that reviewers often write when they return something; the secretariat edits them."""

    title = models.CharField("見出し", max_length=50, unique=True)
    text = models.TextField("文面", max_length=1000)
    position = models.PositiveSmallIntegerField("順番", default=0)

    class Meta:
        verbose_name = "差戻しの定型文"
        verbose_name_plural = "差戻しの定型文"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class ConfirmedContent(Belonging):
    """The content of a public item as a reviewer last saw it; what edits are compared to and rolled back to."""

    content = models.JSONField("内容")
    at = models.DateTimeField("確認日時")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="確認した人"
    )

    class Meta:
        verbose_name = "確認済みの内容"
        verbose_name_plural = "確認済みの内容"
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="publishing_confirmedcontent_is_one")
        ]

    def __str__(self):
        return f"{self.content_type_id} {self.object_id}"
