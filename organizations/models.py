"""Organizations that take part: who they are, where they act, what they offer and seek."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from taggit.managers import TaggableManager
from taggit.models import Tag

from publishing.markdown import plain
from publishing.models import Publishable, PublishableQuerySet
from search.searchable import Searchable, SearchableQuerySet, SearchText
from taxonomy.models import Region, Theme


class OrganizationKind(models.TextChoices):
    RESIDENTS = "residents", "住民主体の活動団体"
    COMMUNITY_BODY = "community_body", "地域運営組織"
    NPO = "npo", "NPO法人"
    WELFARE = "welfare", "社協・社会福祉法人"
    COOPERATIVE = "cooperative", "協同組合"
    COMPANY = "company", "民間企業"
    PRIVATE_CARE = "private_care", "保険外サービス等の実施者"
    MEDICAL = "medical", "医療法人"
    ACADEMIC = "academic", "大学・研究機関"
    MINISTRY = "ministry", "府省庁"
    PREFECTURE = "prefecture", "都道府県"
    MUNICIPALITY = "municipality", "市区町村"
    SUPPORT_CENTER = "support_center", "地域包括支援センター"
    OTHER = "other", "その他"


class Scope(models.TextChoices):
    NATIONAL = "national", "全国"
    REGIONAL = "regional", "地域"


def validate_corporate_number(value: str) -> None:
    """Check the 13 digits of a 法人番号 and its check digit.

    The first digit is 9 minus the remainder by 9 of the sum of the other twelve, taken from the
    right, weighted 1 and 2 in turn (法人番号の指定等に関する省令).
    """
    if len(value) != 13 or not (value.isascii() and value.isdigit()):
        raise ValidationError("法人番号は13桁の数字で入力してください。", code="format")
    total = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(value[1:])))
    if int(value[0]) != 9 - total % 9:
        raise ValidationError("法人番号の検査数字が合いません。番号をもう一度確かめてください。", code="check_digit")


class OrganizationQuerySet(SearchableQuerySet, PublishableQuerySet):
    def for_list(self):
        """What a card shows; regions and themes come with the search entry."""
        return self.only(
            *("name", "kind", "scope", "summary", "is_sample", "status", "published_at", "confirmed_at", "endorsed_on")
        )

    def for_detail(self):
        """Everything the page shows of the organization itself, in one query."""
        organization = OuterRef("pk")
        places = Organization.regions.through.objects.filter(organization=organization).order_by("region_id")
        return self.annotate(
            region_codes=ArraySubquery(places.values("region_id")),
            theme_slugs=ArraySubquery(Theme.objects.filter(organizations=organization).values("slug")),
            tag_list=ArraySubquery(Tag.objects.filter(organization=organization).order_by("name").values("name")),
        )


class Organization(Searchable, Publishable):
    name = models.CharField("団体名", max_length=100)
    name_kana = models.CharField("団体名（カナ）", max_length=150, blank=True)
    kind = models.CharField("団体の種類", max_length=20, choices=OrganizationKind.choices)
    scope = models.CharField("活動の範囲", max_length=10, choices=Scope.choices, default=Scope.REGIONAL)
    regions = models.ManyToManyField(Region, blank=True, related_name="organizations", verbose_name="活動地域")
    themes = models.ManyToManyField(Theme, blank=True, related_name="organizations", verbose_name="分野")
    tags = TaggableManager("タグ", blank=True)
    summary = models.TextField("概要", validators=[MaxLengthValidator(300)], help_text="300字以内")
    description = models.TextField("紹介", blank=True, help_text="Markdownで書けます")
    offers = models.TextField("できること", blank=True)
    seeks = models.TextField("求めていること", blank=True)
    corporate_number = models.CharField(
        "法人番号",
        max_length=13,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_corporate_number],
        help_text="13桁。法人格のない団体は空欄のままにしてください",
    )
    website = models.URLField("ウェブサイト", blank=True)
    show_website = models.BooleanField("ウェブサイトへのリンクを掲載する", default=False)
    contact_name = models.CharField("連絡先（部署・担当）", max_length=100, blank=True)
    contact_email = models.EmailField("連絡先メールアドレス", blank=True)
    contact_phone = models.CharField("連絡先電話番号", max_length=20, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    endorsed_on = models.DateField("賛同日", null=True, blank=True)
    can_self_publish = models.BooleanField("審査なしで公開できる", default=False)

    objects = OrganizationQuerySet.as_manager()

    search_kind = "organization"

    class Meta(Publishable.Meta):
        verbose_name = "団体"
        verbose_name_plural = "団体"
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="organizations_newest")]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=True) | Q(corporate_number__regex=r"^\d{13}$"),
                name="organizations_organization_number_has_13_digits",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("organizations:detail", args=[self.pk])

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_name or self.contact_email or self.contact_phone)

    def search_text(self):
        return SearchText(
            title=self.name,
            key=[self.name_kana, self.summary, self.get_kind_display(), *self.theme_names(), *self.tag_names()],
            body=[*map(plain, (self.description, self.offers, self.seeks)), *self.region_names()],
        )

    def search_facets(self):
        return {
            "regions": [region.code for region in self.regions.all()],
            "themes": [theme.slug for theme in self.themes.all()],
            "organization_kinds": [self.kind],
        }
