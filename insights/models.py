"""How often pages were read: numbers per day and per month, without any trace of who read them."""

from django.db import models
from django.db.models import Q


class Views(models.Model):
    """Of an item (`kind` and `object_id`), or of a page by its name (`kind` is "page")."""

    kind = models.CharField("種類", max_length=20)
    # 0 for pages that are no item.
    object_id = models.PositiveBigIntegerField("番号", default=0)
    page = models.CharField("ページの名前", max_length=60, blank=True, default="")
    count = models.PositiveIntegerField("回数")

    class Meta:
        abstract = True


PAGE = "page"
IS_ITEM_OR_PAGE = Q(kind=PAGE, object_id=0) & ~Q(page="") | ~Q(kind=PAGE) & Q(object_id__gt=0, page="")


class DailyViews(Views):
    day = models.DateField("日")

    class Meta:
        verbose_name = "日ごとの閲覧"
        verbose_name_plural = "日ごとの閲覧"
        ordering = ["-day", "kind", "object_id", "page"]
        permissions = [("view_insights", "事務局の数字を見られる")]
        constraints = [
            # In this order, so that it also finds the days of one item.
            models.UniqueConstraint(
                fields=["kind", "object_id", "page", "day"], name="insights_dailyviews_is_one_per_day"
            ),
            models.CheckConstraint(condition=IS_ITEM_OR_PAGE, name="insights_dailyviews_is_of_an_item_or_a_page"),
        ]
        indexes = [models.Index(fields=["day"], name="insights_dailyviews_day")]

    def __str__(self):
        return f"{self.day} {self.kind} {self.page or self.object_id}"


class MonthlyViews(Views):
    """The days of a whole month in one row; kept when the days are gone."""

    month = models.DateField("月", help_text="月の初日")

    class Meta:
        verbose_name = "月ごとの閲覧"
        verbose_name_plural = "月ごとの閲覧"
        ordering = ["-month", "kind", "object_id", "page"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "page", "month"], name="insights_monthlyviews_is_one_per_month"
            ),
            models.CheckConstraint(condition=IS_ITEM_OR_PAGE, name="insights_monthlyviews_is_of_an_item_or_a_page"),
            models.CheckConstraint(condition=Q(month__day=1), name="insights_monthlyviews_is_a_first_day"),
        ]
        indexes = [models.Index(fields=["month"], name="insights_monthlyviews_month")]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.kind} {self.page or self.object_id}"
