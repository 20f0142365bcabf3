"""What every publishable thing has in common, and the audit trail of its status."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "申請中"
    PUBLISHED = "published", "公開"
    RETURNED = "returned", "差戻し"
    CLOSED = "closed", "公開終了"


class PublishableQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def visible_to(self, user):
        """Published items for everyone, everything for reviewers."""
        if user.has_perm("publishing.review"):
            return self
        return self.published()

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


class Publishable(models.Model):
    """下書き → 申請中 → 公開 or 差戻し → … → 公開終了; see `publishing.actions`."""

    status = models.CharField("状態", max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField("公開日時", null=True, blank=True, editable=False)
    confirmed_at = models.DateField("最終確認日", null=True, blank=True, help_text="掲載内容がいまも正しいと確かめた日")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    updated_at = models.DateTimeField("更新日時", auto_now=True)
    is_sample = models.BooleanField(
        "見本", default=False, help_text="画面を確かめるための架空の内容。題名に「見本」と表示されます"
    )
    sources = models.TextField("出典", blank=True, help_text="1行に1件。Markdownのリンクが使えます")

    status_changes = GenericRelation("publishing.StatusChange", object_id_field="object_id")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def source_lines(self) -> list[str]:
        """The sources (出典), one Markdown text each."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    def after_status_change(self) -> None:
        """Called inside the transaction that changed the status; mixins extend it."""


class StatusChange(models.Model):
    """One line of the audit trail: who moved what from where to where, when and why."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name="種類")
    object_id = models.PositiveBigIntegerField("番号")
    item = GenericForeignKey()
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
