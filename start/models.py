"""What the secretariat keeps for はじめの一歩, and what readers said they miss."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from taxonomy.models import Region, Theme

# What a reading may consist of, for Python and for PostgreSQL alike.
HIRAGANA = r"^[ぁ-ゖー]+$"


class Part(models.TextChoices):
    """The parts of the page; the values are the places in its address, too."""

    CASES = "cases", "参考になる事例"
    MONEY = "money", "使えるお金"
    ORGANIZATIONS = "organizations", "力になる団体"
    EVENTS = "events", "これからのイベント"
    TOPICS = "topics", "掲示板の話題"
    CONTACT = "contact", "相談先"


class Condition(models.TextChoices):
    ALWAYS = "always", "いつでも"
    FOUND = "found", "その部分に何か見つかったとき"
    MISSING = "missing", "その部分に何も見つからなかったとき"


class ChecklistStep(models.Model):
    """One line of はじめの1週間, shown when its condition holds for what was found."""

    # Stands in a title for the name of the first thing that was found in the part.
    PLACEHOLDER = "{件名}"

    title = models.CharField(
        "すること", max_length=100, help_text="「{件名}」と書くと、その部分で最初に見つかったものの名前に変わります"
    )
    text = models.CharField("説明", max_length=200, blank=True)
    part = models.CharField("ページのどの部分へ進むか", max_length=13, choices=Part.choices, blank=True)
    condition = models.CharField("いつ出すか", max_length=7, choices=Condition.choices, default=Condition.ALWAYS)
    position = models.PositiveSmallIntegerField("順番", default=0)
    is_shown = models.BooleanField("表示する", default=True)

    class Meta:
        verbose_name = "はじめの1週間"
        verbose_name_plural = "はじめの1週間"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(condition=Condition.ALWAYS) | ~Q(part=""),
                name="start_checkliststep_condition_needs_a_part",
                violation_error_message="見つかったかどうかで出すときは、ページのどの部分かも選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(title__contains="{件名}") | Q(condition=Condition.FOUND),
                name="start_checkliststep_name_needs_something_found",
                violation_error_message="「{件名}」は、「その部分に何か見つかったとき」だけに使えます。",
            ),
        ]

    def __str__(self):
        return self.title


class Reading(models.Model):
    """How a word is read where the analyser reads it wrongly."""

    written = models.CharField("言葉", max_length=40, unique=True, help_text="漢字を含む言葉。長い言葉が先に使われます")
    kana = models.CharField(
        "ふりがな",
        max_length=80,
        validators=[RegexValidator(HIRAGANA, "ふりがなは、ひらがなと「ー」だけで入力してください。")],
    )

    class Meta:
        verbose_name = "見出しのふりがな"
        verbose_name_plural = "見出しのふりがな"
        ordering = ["written"]
        constraints = [
            models.CheckConstraint(condition=~Q(written=""), name="start_reading_is_of_something"),
            models.CheckConstraint(
                condition=Q(kana__regex=HIRAGANA),
                name="start_reading_is_hiragana",
                violation_error_message="ふりがなは、ひらがなと「ー」だけで入力してください。",
            ),
        ]

    def __str__(self):
        return f"{self.written}（{self.kana}）"


class Demand(models.Model):
    """How often people said on one day that they miss something, without a trace of who did."""

    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="demands", verbose_name="分野")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="demands", verbose_name="地域"
    )
    part = models.CharField("ほしい情報", max_length=13, choices=Part.choices)
    day = models.DateField("日")
    count = models.PositiveIntegerField("回数", default=1)

    class Meta:
        verbose_name = "ほしいと伝えられた情報"
        verbose_name_plural = "ほしいと伝えられた情報"
        ordering = ["-day", "-count", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "region", "part", "day"],
                nulls_distinct=False,
                name="start_demand_is_one_per_day",
            )
        ]
        indexes = [models.Index(fields=["day"], name="start_demand_day")]

    def __str__(self):
        return f"{self.get_part_display()}（{self.theme or 'すべての分野'}、{self.region or '全国'}）"
