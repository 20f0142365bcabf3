"""Organizations that take part: who they are, where they act, what they offer and seek, who belongs to them."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from taggit.managers import TaggableManager
from taggit.models import Tag

from accounts.models import User
from accounts.roles import OrganizationRole, organization_roles_with
from publishing.duplicates import alike, merged, same_values
from publishing.markdown import plain
from publishing.models import Attachment, Publishable, PublishableQuerySet
from publishing.recording import record, record_links
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
    def permitted_to(self, user, permission):
        """The organizations in which the person has a role with ``permission`` (see `accounts.roles`)."""
        if user.is_anonymous:
            return self.none()
        roles = organization_roles_with(permission)
        own = Membership.objects.filter(user=user, role__in=roles).values("organization")
        return self.filter(pk__in=own)

    def editable_by(self, user):
        return self.permitted_to(user, "organizations.change_organization")

    def with_member(self, user):
        return self.filter(memberships__user=user)

    def namesakes(self, name):
        """Public organizations with nearly that name, at most five."""
        return [found.item for found in alike(name, self.published(), "name", reason="")]

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
            attachment_list=Attachment.objects.rows_of(Organization),
        )


@record
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
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    endorsed_on = models.DateField("賛同日", null=True, blank=True)
    criteria_accepted_at = models.DateTimeField("掲載の条件に同意した日時", null=True, blank=True, editable=False)
    # Set by the secretariat, usually for government bodies.
    can_self_publish = models.BooleanField("審査なしで公開できる", default=False)

    objects = OrganizationQuerySet.as_manager()

    search_kind = item_kind = "organization"
    search_reads = ("attachments",)
    search_organization_kinds = dict(OrganizationKind.choices)
    search_place = 4
    CONTENT_FIELDS = (
        *("name", "name_kana", "kind", "scope", "regions", "themes", "tags", "summary", "description"),
        *("offers", "seeks", "corporate_number", "postal_code", "address", "website", "show_website"),
        *("contact_name", "contact_email", "contact_phone", "sources"),
    )

    RECORDED_ROWS = ("memberships",)

    class Meta(Publishable.Meta):
        verbose_name = "団体"
        verbose_name_plural = "団体"
        permissions = [("manage_members", "メンバーを招待・変更できる"), ("close_organization", "公開を終了できる")]
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

    def organization_behind(self):
        return self

    def possible_duplicates(self):
        """Organizations with the same number or contact, or nearly the same name."""
        others = Organization.objects.exclude(pk=self.pk)
        return merged(
            same_values(self, others, ("corporate_number", "contact_email", "contact_phone", "website")),
            alike(self.name, others, "name", reason="団体名が似ている"),
            alike(self.name_kana, others, "name_kana", reason="読みが似ている"),
        )

    def may_be_closed_by(self, user):
        return type(self).objects.permitted_to(user, "organizations.close_organization").filter(pk=self.pk).exists()

    def responsible_people(self):
        return User.objects.filter(is_active=True, memberships__organization=self).order_by("pk")

    def missing_for_submission(self):
        missing = self.missing_in_registration()
        return missing if self.criteria_accepted_at else [*missing, "掲載の条件の確認"]

    def missing_in_registration(self) -> list[str]:
        """What the first two steps of the registration ask for and is not there."""
        has_place = self.scope == Scope.NATIONAL or self.regions.exists()
        asked = {
            "団体名のふりがな": self.name_kana,
            "概要": self.summary,
            "活動地域": has_place,
            "分野": self.themes.exists(),
        }
        return [label for label, is_there in asked.items() if not is_there]

    def registration_step(self) -> int:
        """Where to go on with a registration that was left."""
        if not self.name_kana:
            return 1
        return 2 if self.missing_in_registration() else 3

    def people_to_ask(self):
        """Its owners; all its members while it has none."""
        people = self.responsible_people()
        owners = people.filter(memberships__in=self.memberships.owners())
        return owners if owners.exists() else people

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_name or self.contact_email or self.contact_phone)

    def search_text(self):
        return SearchText(
            title=self.name,
            key=[self.name_kana, self.summary, self.get_kind_display(), *self.theme_names(), *self.tag_names()],
            body=[
                *map(plain, (self.description, self.offers, self.seeks)),
                *self.attachment_titles(),
                *self.region_names(),
            ],
        )

    def search_facets(self):
        return {
            "regions": [region.code for region in self.regions.all()],
            "themes": [theme.slug for theme in self.themes.all()],
            "organization_kinds": [self.kind],
            "tag": self.tag_ids(),
        }


class MembershipQuerySet(models.QuerySet):
    def owners(self):
        return self.filter(role=OrganizationRole.OWNER)

    def for_list(self):
        """Owners first, then by when they came."""
        return self.select_related("user").order_by("-role", "joined_at", "pk")


@record
class Membership(models.Model):
    """Somebody belongs to an organization, as owner or editor."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships", verbose_name="団体")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="利用者"
    )
    role = models.CharField(
        "団体での役割", max_length=10, choices=OrganizationRole.choices, default=OrganizationRole.EDITOR
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="招待した人"
    )
    joined_at = models.DateTimeField("参加日時", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    # What the history of the organization tells of it.
    CONTENT_FIELDS = ("user", "role")

    class Meta:
        verbose_name = "メンバー"
        verbose_name_plural = "メンバー"
        ordering = ["organization", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="organizations_membership_is_unique"),
            models.CheckConstraint(
                condition=Q(role__in=OrganizationRole.values), name="organizations_membership_role_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.user}（{self.get_role_display()}）"

    @property
    def is_owner(self) -> bool:
        return self.role == OrganizationRole.OWNER


class InvitationQuerySet(models.QuerySet):
    def open(self, now):
        """Neither accepted nor revoked nor too old."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now).order_by("pk")


class Invitation(models.Model):
    """An invitation by mail to belong to an organization; its link is signed, expires and counts once."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations", verbose_name="団体")
    email = models.EmailField("メールアドレス")
    role = models.CharField(
        "団体での役割", max_length=10, choices=OrganizationRole.choices, default=OrganizationRole.EDITOR
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="招待した人"
    )
    invited_at = models.DateTimeField("招待日時", auto_now_add=True)
    expires_at = models.DateTimeField("期限")
    accepted_at = models.DateTimeField("参加日時", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="参加した人"
    )
    revoked_at = models.DateTimeField("取消日時", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "招待"
        verbose_name_plural = "招待"
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="organizations_invitation_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="organizations_invitation_is_not_accepted_and_revoked",
            ),
        ]

    def __str__(self):
        return f"{self.organization}：{self.email}"


record_links(Organization, "regions", "themes")
