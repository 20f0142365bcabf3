"""People who sign in: mail address as the name, roles from `accounts.roles`."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from accounts import second_factor
from accounts.roles import GIVEN_ROLES, ROLES_WITH_REGION, Role
from taxonomy.models import Region, Theme

# Shown in the place of somebody who has left.
NAME_OF_CLOSED = "退会済み"
GIVEN_ROLE_CHOICES = [(role.value, role.label) for role in GIVEN_ROLES]


class Occupation(models.TextChoices):
    RESIDENT = "resident", "住民・ボランティア"
    COORDINATOR = "coordinator", "生活支援コーディネーター"
    NPO = "npo", "NPO・地域の団体"
    WELFARE_COUNCIL = "welfare_council", "社会福祉協議会・社会福祉法人"
    SUPPORT_CENTER = "support_center", "地域包括支援センター"
    COMPANY = "company", "企業・協同組合"
    CARE = "care", "医療・介護の専門職"
    RESEARCH = "research", "大学・研究機関"
    MUNICIPAL = "municipal", "市区町村の職員"
    PREFECTURAL = "prefectural", "都道府県の職員"
    MINISTRY = "ministry", "府省庁の職員"
    OTHER = "other", "その他"


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """Create a person who signs in by ``email``; raises ValueError when it is empty."""
        if not email:
            raise ValueError("a user needs a mail address")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create somebody who may do everything; whoever runs the command vouches for the mail address."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("メールアドレス", unique=True)
    display_name = models.CharField("表示名", max_length=50, blank=True)
    affiliation = models.CharField("所属", max_length=100, blank=True)
    occupation = models.CharField("職種", max_length=20, choices=Occupation.choices, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="活動する地域"
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="+", verbose_name="関心のある分野")
    is_active = models.BooleanField("有効", default=True)
    joined_at = models.DateTimeField("登録日時", auto_now_add=True)
    closed_at = models.DateTimeField("退会日時", null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_is_unique_in_any_case",
                violation_error_message="このメールアドレスはすでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(is_active=False, display_name=NAME_OF_CLOSED),
                name="accounts_user_closed_is_inactive_and_nameless",
            ),
        ]

    def __str__(self):
        return self.display_name or self.email

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    def get_short_name(self):
        return str(self)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that were given to the person; being a member goes without saying."""
        return frozenset(self.role_assignments.values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the admin: the secretariat and superusers."""
        return self.is_superuser or self.has_perm("publishing.review")

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone is too little for what the person may do."""
        return second_factor.is_needed(self)

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for more than the password; recovery codes alone do not count."""
        return self.authenticator_set.filter(type__in=["totp", "webauthn"]).exists()


class RoleAssignment(models.Model):
    """One role of one person, with who gave it and when, and for which place."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name="利用者")
    role = models.CharField("役割", max_length=20, choices=GIVEN_ROLE_CHOICES)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地域")
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="付与した人"
    )
    granted_at = models.DateTimeField("付与日時", auto_now_add=True)

    class Meta:
        verbose_name = "役割"
        verbose_name_plural = "役割"
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_roleassignment_is_unique"),
            models.CheckConstraint(
                condition=~Q(role=Role.MEMBER), name="accounts_roleassignment_everybody_is_a_member"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=ROLES_WITH_REGION) | Q(region__isnull=False),
                name="accounts_roleassignment_local_staff_has_a_region",
                violation_error_message="市区町村職員と都道府県職員には、地域を選んでください。",
            ),
        ]

    def __str__(self):
        place = f"（{self.region}）" if self.region_id else ""
        return f"{self.get_role_display()}{place}"


class ProposalStatus(models.TextChoices):
    OPEN = "open", "確認中"
    GRANTED = "granted", "付与"
    DECLINED = "declined", "見送り"


class RoleProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=ProposalStatus.OPEN)

    def from_address(self):
        """Those that the mail address made, not the person."""
        return self.filter(statement="")

    def for_list(self):
        """Oldest first: who has waited longest."""
        return self.select_related("user", "region").order_by("proposed_at", "pk")


class RoleProposal(models.Model):
    """A role somebody may get: the domain of the confirmed mail address speaks for it, or the person applied.

    The secretariat decides; on coordinators also those who can vouch for them, see `accounts.vouching`.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="role_proposals", verbose_name="利用者")
    role = models.CharField("役割", max_length=20, choices=GIVEN_ROLE_CHOICES)
    email = models.EmailField("確認済みのメールアドレス")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地域")
    status = models.CharField("状態", max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.OPEN)
    proposed_at = models.DateTimeField("提案日時", auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="決めた人"
    )
    decided_at = models.DateTimeField("決定日時", null=True, blank=True)
    reason = models.TextField("理由", blank=True, max_length=500)
    # What the person wrote when applying; empty when the mail address made the proposal.
    statement = models.TextField("申請した人の説明", blank=True, max_length=300, default="", db_default="")
    # As what somebody who is not of the secretariat has decided.
    vouched_as = models.CharField("確かめた人の立場", max_length=100, blank=True, default="", db_default="")

    objects = RoleProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "役割の確認"
        verbose_name_plural = "役割の確認"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(status=ProposalStatus.OPEN),
                name="accounts_roleproposal_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.OPEN, decided_at__isnull=True)
                | (~Q(status=ProposalStatus.OPEN) & Q(decided_at__isnull=False)),
                name="accounts_roleproposal_decision_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(reason=""),
                name="accounts_roleproposal_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(vouched_as="") | ~Q(status=ProposalStatus.OPEN),
                name="accounts_roleproposal_vouched_is_decided",
            ),
        ]

    def __str__(self):
        return f"{self.user}：{self.get_role_display()}"


class Tally(models.Model):
    """How often something was done by one person or from one address, since when; see `accounts.limits`."""

    key = models.CharField("識別子", max_length=64, primary_key=True)
    count = models.PositiveIntegerField("回数", default=0)
    since = models.DateTimeField("最初の日時")

    class Meta:
        # Named for what was counted first. The table is not logged: losing it in a crash costs nothing.
        db_table = "accounts_signintries"
        verbose_name = "回数の記録"
        verbose_name_plural = "回数の記録"

    def __str__(self):
        return f"{self.count}"
