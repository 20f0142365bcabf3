"""What every published thing shares, the trail of its status, its reviews, attachments and working copies."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from publishing.file_names import download_name, size_text
from publishing.freshness import ASK_AFTER, SUNK_BY, is_stale
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


@dataclass(frozen=True)
class Duplicate:
    """An item that may be the same as another, and what they have in common."""

    item: "Publishable"
    reasons: tuple[str, ...]


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

    def lasting(self):
        """What goes on and may get out of date; kinds that know an end leave out what has ended."""
        return self

    def confirmed_by(self, day):
        """Public and lasting items that nobody has confirmed since ``day``."""
        return self.published().lasting().filter(confirmed_at__lte=day)

    def askable(self, day, today):
        """Those of `confirmed_by` whose people have not been asked within a year."""
        asked_long_ago = Q(freshness_asked_on__isnull=True) | Q(freshness_asked_on__lte=today - ASK_AFTER)
        return self.confirmed_by(day).filter(asked_long_ago).order_by("confirmed_at", "pk")

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
    # Named here so that they go with the item, should it ever be deleted.
    confirmed_contents = GenericRelation("publishing.ConfirmedContent", object_id_field="object_id")
    freshness_questions = GenericRelation("publishing.FreshnessQuestion", object_id_field="object_id")

    # The word for it in addresses and in the queue: "case".
    item_kind: str
    # The fields whose content the public sees and reviewers compare, in the order of the page.
    CONTENT_FIELDS: tuple[str, ...] = ()
    # Reverse relations whose rows belong to the content; each model there has CONTENT_FIELDS, too.
    CONTENT_ROWS: tuple[str, ...] = ("attachments",)
    # More reverse relations of which the history tells, though they are not content.
    RECORDED_ROWS: tuple[str, ...] = ()

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
        return self.is_published and not self.has_ended and is_stale(self.confirmed_at)

    @property
    def has_ended(self) -> bool:
        """Whether it tells of something that is over, so that nothing about it can get out of date."""
        return False

    @property
    def listed_at(self):
        """Its place in lists by date: what is stale stands behind everything that is not."""
        return self.published_at - SUNK_BY if self.is_stale else self.published_at

    @property
    def can_self_publish(self) -> bool:
        """Whether the organization behind it publishes without prior review."""
        raise NotImplementedError

    def responsible_people(self):
        """The active members of the organization behind it, as a queryset of users: who gets its mails."""
        raise NotImplementedError

    def people_to_ask(self):
        """Who is asked once a year whether it is still right, as a queryset of users."""
        return self.organization_behind().people_to_ask()

    def organization_behind(self):
        """The organization that is responsible for it; itself for an organization."""
        raise NotImplementedError

    def missing_for_submission(self) -> list[str]:
        """The names of what has to be filled in before it can be submitted."""
        return []

    def possible_duplicates(self) -> list["Duplicate"]:
        """Items that may be the same as this one, in any state, likeliest first; a reviewer looks at them."""
        return []

    def may_be_closed_by(self, user) -> bool:
        """Whether somebody who may edit it may also end its publication."""
        return True

    def mark_ended(self) -> str:
        """What 「終わりました」 means for it: changes fields, unsaved; returns an action of the workflow or ""."""
        return "close"

    @property
    def page_attachments(self) -> list["Attachment"]:
        """The documents in their order; for items fetched with `for_detail`."""
        return [Attachment(**row) for row in self.attachment_list]

    def attachment_titles(self) -> list[str]:
        """For the search index; needs no query where `attachments` are prefetched."""
        return [attachment.title for attachment in self.attachments.all() if not attachment.is_removed]

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


class Answer(models.TextChoices):
    CONTINUES = "continues", "続いています"
    CHANGED = "changed", "変わりました"
    ENDED = "ended", "終わりました"


class FreshnessQuestionQuerySet(models.QuerySet):
    def to_mail(self):
        """Not mailed yet, longest unconfirmed first."""
        return self.filter(mailed_on__isnull=True).order_by("confirmed_at", "content_type", "object_id", "pk")

    def to_remind(self, day):
        """Mailed by ``day``, not reminded of, and answered by nobody who was asked in the same round."""
        answered = FreshnessQuestion.objects.filter(
            content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), asked_on=OuterRef("asked_on")
        ).exclude(answer="")
        return self.filter(mailed_on__lte=day, reminded_on__isnull=True).exclude(Exists(answered)).order_by("pk")

    def round_of(self, question):
        """What everybody was asked about the same item at the same time, the last answer first."""
        same = self.filter(
            content_type=question.content_type_id, object_id=question.object_id, asked_on=question.asked_on
        )
        return same.order_by(F("answered_at").desc(nulls_last=True), "pk")


class FreshnessQuestion(Belonging):
    """One person was asked whether one item is still right: when, and what the person said.

    The links of the mail name this row, so that they need no sign-in.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="freshness_questions", verbose_name="尋ねた人"
    )
    asked_on = models.DateField("確認をお願いした日")
    # What stood on the page then; it orders the mail.
    confirmed_at = models.DateField("そのときの最終確認日")
    mailed_on = models.DateField("メールを送った日", null=True)
    reminded_on = models.DateField("再度お願いした日", null=True)
    answer = models.CharField("返事", max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("返事の日時", null=True)
    note = models.TextField("変わったところ", blank=True, max_length=1000)

    objects = FreshnessQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "年に一度の確認"
        verbose_name_plural = "年に一度の確認"
        ordering = ["-asked_on", "-pk"]
        indexes = [
            models.Index(fields=["person"], condition=Q(mailed_on=None), name="publishing_question_to_mail"),
            models.Index(fields=["mailed_on"], condition=Q(reminded_on=None), name="publishing_question_to_remind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "asked_on", "person"], name="publishing_question_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="publishing_question_answer_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.item}（{self.asked_on}）"


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

    def rows_of(self, model):
        """What pages show of the documents of each item in an outer query of ``model``, as one of its columns."""
        shown = self.shown().filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id=OuterRef("pk"),
        )
        columns = {field: field for field in Attachment.PAGE_FIELDS}
        return ArraySubquery(shown.order_by("position", "pk").values(json=JSONObject(**columns)))


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
    PAGE_FIELDS = ("pk", *CONTENT_FIELDS)
    # To reviewers, too, it is told as on the pages, not field by field.
    IS_TOLD_BY_ITS_NAME = True

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
        """As it is called on every page: 利用案内（PDF：1.2MB）."""
        return f"{self.title}（{self.get_kind_display()}：{self.size_text}）"

    def get_absolute_url(self):
        return reverse("publishing:attachment", args=[self.pk, download_name(self.title, self.kind)])

    @property
    def size_text(self) -> str:
        return size_text(self.size)
