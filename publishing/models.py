"""What every published thing shares, the trail of its status, its reviews, attachments and working copies."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from publishing.freshness import is_stale
from publishing.recording import record
from publishing.storage import attachment_path, attachment_storage


class Status(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "申請中"
    SCHEDULED = "scheduled", "公開予約"
    PUBLISHED = "published", "公開"
    RETURNED = "returned", "差戻し"
    CLOSED = "closed", "公開終了"
    DISCARDED = "discarded", "破棄"


class PublishableQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def editable_by(self, user):
        """What the person may edit as a member of the organization behind it."""
        raise NotImplementedError

    def visible_to(self, user):
        """Published items for everyone, their own for members, everything for reviewers."""
        if user.is_anonymous:
            return self.published()
        if user.has_perm("publishing.review"):
            return self
        own = self.model._default_manager.editable_by(user).values("pk")
        return self.filter(Q(status=Status.PUBLISHED) | Q(pk__in=own))

    def due(self, now):
        """Scheduled items whose time has come."""
        return self.filter(status=Status.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


class Publishable(models.Model):
    """下書き → 申請中 → 公開 or 差戻し → … → 公開終了; see `publishing.workflow` and `publishing.actions`."""

    status = models.CharField("状態", max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField("公開日時", null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(
        "公開予定日時", null=True, blank=True, help_text="空欄なら、審査が済みしだい公開します"
    )
    confirmed_at = models.DateField("最終確認日", null=True, blank=True, help_text="掲載内容がいまも正しいと確かめた日")
    # The day of the mail that asks whether it is still right; None while there is nothing to ask.
    freshness_asked_on = models.DateField("確認をお願いした日", null=True, blank=True, editable=False)
    # Grows with every edit: who saves an older one is shown what changed.
    version = models.PositiveIntegerField("版", default=1, db_default=1, editable=False)
    receipt_number = models.CharField("受付番号", max_length=20, null=True, blank=True, unique=True, editable=False)
    # From the form that made it: sent twice, it makes one.
    creation_key = models.UUIDField("作成の識別子", null=True, blank=True, unique=True, editable=False)
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
    reviews = GenericRelation("publishing.Review", object_id_field="object_id")
    attachments = GenericRelation("publishing.Attachment", object_id_field="object_id")

    # The word for it in addresses and in the queue: "case".
    item_kind: str
    # The fields whose content the public sees and reviewers compare, in the order of the page.
    CONTENT_FIELDS: tuple[str, ...] = ()
    # Reverse relations whose rows belong to the content; each model there has CONTENT_FIELDS, too.
    CONTENT_ROWS: tuple[str, ...] = ("attachments",)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(publish_at__isnull=False),
                name="%(app_label)s_%(class)s_scheduled_has_date",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_stale(self) -> bool:
        """Whether nobody has confirmed it for so long that readers should know."""
        return self.is_published and is_stale(self.confirmed_at)

    @property
    def can_self_publish(self) -> bool:
        """Whether the organization behind it publishes without prior review."""
        raise NotImplementedError

    def responsible_people(self):
        """The active members of the organization behind it, as a queryset of users: who gets its mails."""
        raise NotImplementedError

    def mark_ended(self) -> str:
        """What 「終わりました」 means for it: changes fields, unsaved; returns an action of the workflow or ""."""
        return "close"

    def source_lines(self) -> list[str]:
        """The sources (出典), one Markdown text each."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    def after_change(self) -> None:
        """Called inside the transaction that changed status or content; mixins extend it."""


class Belonging(models.Model):
    """Base of rows about one item of any kind, and of the index that finds them."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name="種類")
    object_id = models.PositiveBigIntegerField("番号")
    item = GenericForeignKey()

    class Meta:
        abstract = True


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


class WorkingCopy(models.Model):
    """What a person has typed into a form and not saved yet, so that nothing is lost.

    Half-written sentences of a public item must not be public, so this is not the item itself.
    ``form`` names the form and the item ("case:12:full", "organization:new"); ``data`` maps field names to
    lists of texts, as the browser sent them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="利用者")
    form = models.CharField("フォーム", max_length=60)
    data = models.JSONField("入力")
    # Of the item when the typing began.
    version = models.PositiveIntegerField("版", null=True)
    updated_at = models.DateTimeField("保存日時", auto_now=True)

    class Meta:
        verbose_name = "書きかけ"
        verbose_name_plural = "書きかけ"
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="publishing_workingcopy_is_one_per_form")]
        indexes = [models.Index(fields=["updated_at"], name="publishing_workingcopy_age")]

    def __str__(self):
        return self.form


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    WORD = "word", "Word"
    EXCEL = "excel", "Excel"
    POWERPOINT = "powerpoint", "PowerPoint"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"


class AttachmentQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(is_removed=False)


@record
class Attachment(Belonging):
    """A document of an item. Its kind was found from its content, never from its name."""

    file = models.FileField(
        "ファイル", upload_to=attachment_path, storage=attachment_storage, max_length=120, editable=False
    )
    title = models.CharField("資料名", max_length=100)
    kind = models.CharField("形式", max_length=10, choices=FileKind.choices, editable=False)
    size = models.PositiveBigIntegerField("大きさ（バイト）", editable=False)
    position = models.PositiveSmallIntegerField("順番", default=0)
    # Kept until the edit that removed it is confirmed, so that it can be rolled back.
    is_removed = models.BooleanField("取り外した", default=False, db_default=False, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="追加した人",
    )
    added_at = models.DateTimeField("追加日時", auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    CONTENT_FIELDS = ("title", "kind", "size")

    class Meta:
        verbose_name = "資料"
        verbose_name_plural = "資料"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="publishing_attachment_of_item")]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="publishing_attachment_file_is_one"),
            models.CheckConstraint(condition=~Q(title=""), name="publishing_attachment_has_a_title"),
        ]

    def __str__(self):
        return self.title
