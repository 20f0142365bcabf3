"""Regions (official codes) and themes: the vocabulary all content shares."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

NATION_CODE = "00"


class RegionKind(models.TextChoices):
    NATION = "nation", "全国"
    PREFECTURE = "prefecture", "都道府県"
    CITY = "city", "市"
    TOWN = "town", "町"
    VILLAGE = "village", "村"
    SPECIAL_WARD = "special_ward", "特別区"
    WARD = "ward", "行政区"


MUNICIPALITY_KINDS = (RegionKind.CITY, RegionKind.TOWN, RegionKind.VILLAGE, RegionKind.SPECIAL_WARD)


class RegionQuerySet(models.QuerySet):
    def prefectures(self):
        return self.filter(kind=RegionKind.PREFECTURE).order_by("code")

    def municipalities(self):
        """The 1,741 municipalities, wards of designated cities left out."""
        return self.filter(kind__in=MUNICIPALITY_KINDS).order_by("code")

    def inside(self, prefecture_code):
        """Municipalities and wards of one prefecture, in the order of their codes."""
        return self.filter(code__startswith=prefecture_code).exclude(code=prefecture_code).order_by("code")


class Region(models.Model):
    """全国, a prefecture, a municipality or a ward of a designated city.

    The code is the key: "00" for 全国, two digits for a prefecture ("13"), six digits
    with check digit for a municipality or ward ("131016", 全国地方公共団体コード).
    """

    code = models.CharField("地域コード", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=20)
    full_name = models.CharField("正式な表示", max_length=40, help_text="都道府県からの名称。例：北海道札幌市中央区")
    kana = models.CharField("よみ（カタカナ）", max_length=40)
    kind = models.CharField("種類", max_length=12, choices=RegionKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上位の地域"
    )
    local_government_code = models.CharField("全国地方公共団体コード", max_length=6, blank=True)
    short_name = models.CharField("略称", max_length=20, blank=True)
    county = models.CharField("郡", max_length=20, blank=True)
    block = models.CharField("地方", max_length=10, blank=True)
    is_designated_city = models.BooleanField("指定都市", default=False)
    population = models.PositiveIntegerField("人口", null=True, blank=True, help_text="2020年国勢調査。不明は空欄")
    elderly_ratio = models.DecimalField(
        "高齢化率（％）", max_digits=4, decimal_places=1, null=True, blank=True, help_text="65歳以上の割合。不明は空欄"
    )
    area_ha = models.PositiveIntegerField("面積（ha）", null=True, blank=True)
    alternative_name = models.CharField("別表記", max_length=20, blank=True)
    url = models.URLField("公式サイト", blank=True)
    tile_row = models.PositiveSmallIntegerField("タイル地図の行", null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField("タイル地図の列", null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "地域"
        verbose_name_plural = "地域"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^(\d{2}|\d{6})$"),
                name="taxonomy_region_code_has_two_or_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(code=NATION_CODE),
                name="taxonomy_region_only_the_nation_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(elderly_ratio__isnull=True) | Q(elderly_ratio__gt=0, elderly_ratio__lte=100),
                name="taxonomy_region_unknown_ratio_is_null_never_zero",
            ),
        ]
        indexes = [models.Index(Length("code"), "code", name="taxonomy_region_by_level")]

    def __str__(self):
        return self.full_name

    @property
    def is_municipal(self) -> bool:
        """Whether it is a municipality, or a ward of one."""
        return self.kind in MUNICIPALITY_KINDS or self.kind == RegionKind.WARD

    @property
    def prefecture_code(self) -> str:
        """The first two digits: the prefecture the region lies in, "00" for 全国."""
        return self.code[:2]


class Theme(models.Model):
    """One of the 23 分野 of everyday-life support, in the ministry's order."""

    slug = models.SlugField("識別名", max_length=30, unique=True)
    name = models.CharField("分野", max_length=30, unique=True)
    position = models.PositiveSmallIntegerField("順番", unique=True)

    class Meta:
        verbose_name = "分野"
        verbose_name_plural = "分野"
        ordering = ["position"]

    def __str__(self):
        return self.name
