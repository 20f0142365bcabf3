"""The nightly files, as they were last made."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from publishing.file_names import size_text


class DataFileQuerySet(models.QuerySet):
    def made(self):
        return self.exclude(stored_as="")


class DataFile(models.Model):
    """One file with a lasting address. Each content has a name of its own in the storage, so that a reader who has
    begun to read one never gets the rest of another."""

    name = models.CharField("ファイル", max_length=40, unique=True)
    stored_as = models.CharField("保存先", max_length=120, blank=True)
    rows = models.PositiveIntegerField("行数", null=True)
    size = models.PositiveBigIntegerField("大きさ（バイト）", null=True)
    sha256 = models.CharField("検査値（SHA-256）", max_length=64, blank=True)
    made_at = models.DateTimeField("作成日時", null=True)
    # Since when its content has been the same.
    changed_at = models.DateTimeField("内容が変わった日時", null=True)
    seconds = models.FloatField("作成にかかった秒数", null=True)
    problem = models.CharField("うまくいかなかった理由", max_length=300, blank=True)
    problem_at = models.DateTimeField("うまくいかなかった日時", null=True)

    objects = DataFileQuerySet.as_manager()

    class Meta:
        verbose_name = "オープンデータのファイル"
        verbose_name_plural = "オープンデータのファイル"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stored_as="")
                | Q(
                    rows__isnull=False,
                    size__isnull=False,
                    made_at__isnull=False,
                    changed_at__isnull=False,
                    sha256__regex="^[0-9a-f]{64}$",
                ),
                name="open_data_datafile_made_is_described",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("open_data:file", args=[self.name])

    @property
    def size_text(self) -> str:
        return size_text(self.size)

    @property
    def packed_as(self) -> str:
        """The same content, packed, for readers that unpack it by themselves."""
        return f"{self.stored_as}.gz"
