"""What belongs to a case: pictures, videos, links."""

from django.db import models
from django.db.models import Q

from publishing.images import PictureField
from publishing.recording import record


class CaseImageQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(is_removed=False)


@record
class CaseImage(models.Model):
    """A picture of a case. Only WebP renditions without metadata are kept."""

    case = models.ForeignKey("CaseStudy", models.CASCADE, related_name="images", verbose_name="事例")
    image = PictureField("画像", upload_to="cases/", width_field="width", height_field="height", max_length=120)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField("代替テキスト", max_length=200, help_text="画像が見えない人に伝わる説明")
    caption = models.CharField("説明", max_length=200, blank=True)
    license = models.CharField("利用条件", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("順番", default=0, help_text="0の画像が一覧に出ます")

    # Kept until the edit that removed it is confirmed, so that it can be rolled back.
    is_removed = models.BooleanField("取り外した", default=False, db_default=False, editable=False)

    objects = CaseImageQuerySet.as_manager()

    CONTENT_FIELDS = ("alt", "caption", "license", "position")
    CARD_FIELDS = ("image", "width", "height", "alt")
    PAGE_FIELDS = (*CARD_FIELDS, "caption", "license")

    class Meta:
        verbose_name = "画像"
        verbose_name_plural = "画像"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(alt=""), name="cases_caseimage_alt_is_not_empty"),
        ]

    def __str__(self):
        return self.alt


@record
class CaseVideo(models.Model):
    case = models.ForeignKey("CaseStudy", models.CASCADE, related_name="videos", verbose_name="事例")
    title = models.CharField("題名", max_length=100)
    url = models.URLField("動画のアドレス")
    license = models.CharField("利用条件", max_length=100, blank=True)

    CONTENT_FIELDS = ("title", "url", "license")

    class Meta:
        verbose_name = "動画"
        verbose_name_plural = "動画"
        ordering = ["pk"]

    def __str__(self):
        return self.title


@record
class CaseLink(models.Model):
    case = models.ForeignKey("CaseStudy", models.CASCADE, related_name="links", verbose_name="事例")
    title = models.CharField("題名", max_length=100)
    url = models.URLField("アドレス")

    CONTENT_FIELDS = ("title", "url")

    class Meta:
        verbose_name = "関連リンク"
        verbose_name_plural = "関連リンク"
        ordering = ["pk"]

    def __str__(self):
        return self.title
