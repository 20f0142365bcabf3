"""Documents of items."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse

from publishing.file_names import download_name, size_text
from publishing.json_rows import json_rows
from publishing.models.belonging import Belonging
from publishing.recording import record
from publishing.storage import attachment_path, attachment_storage


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
        return json_rows(shown.order_by("position", "pk"), *Attachment.PAGE_FIELDS)


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
