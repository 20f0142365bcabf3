"""Cross-cutting content of the site: inquiries, announcements, related links."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from taggit.models import Tag


class Inquiry(models.Model):
    """A message from the contact page; the receipt number is what its sender was told."""

    receipt_number = models.CharField("受付番号", max_length=20, unique=True, editable=False)
    key = models.UUIDField("送信の識別子", unique=True, editable=False)
    name = models.CharField("お名前", max_length=50)
    email = models.EmailField("メールアドレス")
    subject = models.CharField("件名", max_length=100)
    body = models.TextField("内容")
    received_at = models.DateTimeField("受付日時", auto_now_add=True)
    answered_at = models.DateTimeField("対応日時", null=True, blank=True)
    memo = models.TextField("対応メモ", blank=True)

    class Meta:
        verbose_name = "お問い合わせ"
        verbose_name_plural = "お問い合わせ"
        ordering = ["-received_at", "-pk"]

    def __str__(self):
        return f"{self.receipt_number} {self.subject}"


class AnnouncementQuerySet(models.QuerySet):
    def published(self, today):
        """Announcements whose day has come, newest first."""
        return self.filter(published_on__lte=today).order_by("-published_on", "-pk")


class Announcement(models.Model):
    """お知らせ of the secretariat; a future date keeps it back until that day."""

    title = models.CharField("題名", max_length=100)
    body = models.TextField("本文", help_text="Markdownで書けます")
    published_on = models.DateField("掲載日")
    is_important = models.BooleanField("重要", default=False, help_text="トップページの上部に出します")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        ordering = ["-published_on", "-pk"]

    def __str__(self):
        return self.title


class RelatedLink(models.Model):
    title = models.CharField("名称", max_length=100)
    url = models.URLField("アドレス", unique=True)
    description = models.CharField("説明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("順番", default=0)

    class Meta:
        verbose_name = "関連リンク"
        verbose_name_plural = "関連リンク"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class LoadedContent(models.Model):
    """What `load_initial_content` and `load_sample_content` have put in: they never load a key twice.

    The key belongs to the content in the command's data, not to the row it became: what the
    secretariat renames, edits or removes afterwards stays as the secretariat wants it.
    """

    key = models.CharField(max_length=100, unique=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    item = GenericForeignKey()
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "初期内容の記録"
        verbose_name_plural = "初期内容の記録"
        ordering = ["pk"]

    def __str__(self):
        return self.key


class ContentTag(Tag):
    """The free tags under a Japanese name for the admin."""

    class Meta:
        proxy = True
        verbose_name = "タグ"
        verbose_name_plural = "タグ"
