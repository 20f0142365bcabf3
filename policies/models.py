"""Policies and budgets (施策・予算), after the government's data model for services and schemes (GIF 451-4)."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import Tag

from organizations.belonging import OfOrganization
from organizations.models import Organization, OrganizationKind
from policies.application import OPEN_STATES, ApplicationState, next_change, state_on
from policies.money import in_oku, percent, thousands
from publishing.json_rows import json_rows
from publishing.markdown import plain
from publishing.models import Attachment, Publishable, PublishableQuerySet, Status
from publishing.recording import record, record_links
from search.searchable import Searchable, SearchableQuerySet, SearchOrder, SearchText
from taxonomy import wareki
from taxonomy.models import Region, Theme

# Whose policies they may be.
GOVERNMENT_KINDS = (OrganizationKind.MINISTRY, OrganizationKind.PREFECTURE, OrganizationKind.MUNICIPALITY)
FIRST_YEAR, LAST_YEAR = 1989, 2100


class PolicyKind(models.TextChoices):
    PROGRAM = "program", "事業・補助金"
    BUDGET = "budget", "予算"
    HANDBOOK = "handbook", "手引き・マニュアル"
    TOOL = "tool", "支援ツール"
    NOTICE = "notice", "通知・要綱"
    OTHER = "other", "その他"


class Standing(models.TextChoices):
    PROPOSED = "proposed", "案"
    FINAL = "final", "確定"


class Applicant(models.TextChoices):
    """Who can apply, or for whom it is."""

    MUNICIPALITY = "municipality", "市町村"
    PREFECTURE = "prefecture", "都道府県"
    UNION = "union", "一部事務組合・広域連合"
    COORDINATOR = "coordinator", "生活支援コーディネーター"
    RESIDENTS = "residents", "住民・住民団体"
    NPO = "npo", "NPO・社団・財団"
    WELFARE = "welfare", "社協・社会福祉法人"
    COMPANY = "company", "民間企業"
    OTHER = "other", "その他"


class PolicyQuerySet(SearchableQuerySet, PublishableQuerySet):
    def editable_by(self, user):
        return self.filter(organization__in=posting_organizations(user).values("pk"))

    def listed(self):
        """Published, and not past the last day on which lists show it."""
        return self.published().filter(Q(shown_until=None) | Q(shown_until__gte=timezone.localdate()))

    def for_list(self):
        """What a card shows, in one query; regions and themes come with the search entry."""
        amounts = PolicyAmount.objects.filter(policy=OuterRef("pk"))
        return self.select_related("organization").annotate(amount_list=json_rows(amounts[:2], *PolicyAmount.FIELDS))

    def for_detail(self):
        """Everything the page shows of the policy itself, in one query."""
        policy = OuterRef("pk")
        places = Policy.regions.through.objects.filter(policy=policy).order_by("region_id")
        return self.select_related("organization", "predecessor").annotate(
            region_codes=ArraySubquery(places.values("region_id")),
            theme_slugs=ArraySubquery(Theme.objects.filter(policies=policy).values("slug")),
            tag_list=ArraySubquery(Tag.objects.filter(policy=policy).order_by("name").values("name")),
            amount_list=json_rows(PolicyAmount.objects.filter(policy=policy), *PolicyAmount.FIELDS),
            document_list=json_rows(PolicyDocument.objects.filter(policy=policy), *PolicyDocument.CONTENT_FIELDS),
            question_list=json_rows(PolicyQuestion.objects.filter(policy=policy), "question", "answer"),
            attachment_list=Attachment.objects.rows_of(Policy),
        )


def posting_organizations(user):
    """The government organizations whose policies the person may edit."""
    return Organization.objects.permitted_to(user, "policies.change_policy").filter(kind__in=GOVERNMENT_KINDS)


def organizations_to_post_for(user):
    """Those of them for which new policies may be posted: the ones that are still there."""
    return posting_organizations(user).exclude(status__in=(Status.CLOSED, Status.DISCARDED))


@record
class Policy(Searchable, OfOrganization, Publishable):
    """One edition of a policy: next year's is a policy of its own that names this one as its predecessor."""

    title = models.CharField("題名", max_length=100)
    subtitle = models.CharField("副題・通称", max_length=100, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="policies",
        verbose_name="所管する機関",
        limit_choices_to={"kind__in": GOVERNMENT_KINDS},
    )
    department = models.CharField("担当部署", max_length=100, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(
        "年度",
        help_text="西暦。2025なら令和7年度",
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    kind = models.CharField("種類", max_length=10, choices=PolicyKind.choices)
    standing = models.CharField("案・確定", max_length=10, choices=Standing.choices, default=Standing.FINAL)
    summary = models.TextField("概要", validators=[MaxLengthValidator(300)], help_text="300字以内")
    content = models.TextField("内容", blank=True, help_text="Markdownで書けます")
    legal_basis = models.TextField("根拠となる法令・要綱", blank=True)
    implementer = models.CharField("実施主体", max_length=200, blank=True)
    applicants = ArrayField(
        models.CharField(max_length=20, choices=Applicant.choices),
        default=list,
        blank=True,
        verbose_name="対象（申請できる人・使える人）",
    )
    applicants_note = models.TextField("対象の条件", blank=True)
    # Tenths of a percent: 38.5 % is 385, and no number is ever rounded.
    subsidy_permille = models.PositiveSmallIntegerField(
        "国などの補助率", null=True, blank=True, help_text="0.1％を1とする数。385なら38.5％"
    )
    subsidy_note = models.CharField("補助率の説明", max_length=200, blank=True)
    amounts_note = models.TextField("金額の説明", blank=True)
    budget = models.BigIntegerField("予算額", null=True, blank=True, help_text="単位は円")
    budget_note = models.CharField("予算額の説明", max_length=200, blank=True, help_text="例：○○事業の内数")
    is_always_open = models.BooleanField("通年で受け付ける", default=False)
    opens_on = models.DateField("受付の開始日", null=True, blank=True)
    closes_on = models.DateField("受付の終了日", null=True, blank=True)
    application_note = models.CharField("受付期間の説明", max_length=200, blank=True)
    how_to_apply = models.TextField("申請の方法", blank=True)
    contact = models.TextField("問い合わせ先", blank=True)
    shown_until = models.DateField(
        "掲載の終了日", null=True, blank=True, help_text="この日を過ぎると一覧に出なくなります。ページは残ります"
    )
    predecessor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="successors", verbose_name="前の年度の施策"
    )
    regions = models.ManyToManyField(Region, related_name="policies", verbose_name="対象の地域")
    themes = models.ManyToManyField(Theme, blank=True, related_name="policies", verbose_name="分野")
    tags = TaggableManager("タグ", blank=True)
    # The next day on which what lists show of it changes by itself; `policies.tasks` renews it then.
    changes_on = models.DateField("一覧の表示が変わる日", null=True, blank=True, editable=False)

    objects = PolicyQuerySet.as_manager()

    search_kind = item_kind = "policy"
    search_depends_on = ("organization", "predecessor")
    search_reads = ("amounts", "questions", "attachments")
    search_place = 2

    CONTENT_FIELDS = (
        *("title", "subtitle", "organization", "department", "fiscal_year", "kind", "standing", "summary", "content"),
        *("legal_basis", "implementer", "applicants", "applicants_note", "subsidy_permille", "subsidy_note"),
        *("amounts_note", "budget", "budget_note", "is_always_open", "opens_on", "closes_on", "application_note"),
        *("how_to_apply", "contact", "shown_until", "predecessor", "regions", "themes", "tags", "sources"),
    )
    CONTENT_ROWS = ("amounts", "documents", "questions", "attachments")
    READABLE = {"fiscal_year": wareki.fiscal_year, "subsidy_permille": percent, "budget": in_oku}
    # What the states that change with the days are worked out from.
    DAY_FIELDS = ("fiscal_year", "status", "is_always_open", "opens_on", "closes_on", "shown_until", "predecessor_id")

    class Meta(Publishable.Meta):
        verbose_name = "施策・予算"
        verbose_name_plural = "施策・予算"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="policies_newest"),
            models.Index(fields=["changes_on"], condition=Q(status=Status.PUBLISHED), name="policies_changing"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(predecessor__isnull=True) | ~Q(predecessor=F("id")),
                name="policies_policy_is_not_its_own_predecessor",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__isnull=True) | Q(opens_on__lte=F("closes_on")),
                name="policies_policy_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(is_always_open=False) | Q(opens_on__isnull=True, closes_on__isnull=True),
                name="policies_policy_always_open_has_no_days",
            ),
            models.CheckConstraint(
                condition=Q(subsidy_permille__isnull=True) | Q(subsidy_permille__gt=0, subsidy_permille__lte=1000),
                name="policies_policy_subsidy_is_a_part",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gt=0), name="policies_policy_unknown_budget_is_null"
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="policies_policy_year_is_a_year",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("policies:detail", args=[self.pk])

    def sections(self) -> list[tuple[str, str]]:
        """Headings and Markdown texts of the parts that are written, in reading order."""
        fields = ("content", "applicants_note", "how_to_apply", "legal_basis")
        return [
            (str(self._meta.get_field(name).verbose_name), text) for name in fields if (text := getattr(self, name))
        ]

    @property
    def page_amounts(self) -> list["PolicyAmount"]:
        """The amounts in their order; for policies fetched with `for_list` or `for_detail`."""
        return [PolicyAmount(**row) for row in self.amount_list]

    @property
    def is_listed(self) -> bool:
        return self.is_published and not self.is_past_display

    @property
    def is_past_display(self) -> bool:
        return self.shown_until is not None and self.shown_until < timezone.localdate()

    def state_on(self, today: date) -> ApplicationState | None:
        return state_on(today, self.opens_on, self.closes_on, is_always_open=self.is_always_open)

    @property
    def state(self) -> ApplicationState | None:
        """Whether one can apply today."""
        return self.state_on(timezone.localdate())

    def applicant_names(self) -> list[str]:
        return [str(Applicant(each).label) for each in self.applicants]

    def after_change(self) -> None:
        self.note_next_change()
        super().after_change()

    def note_next_change(self) -> None:
        """Note the day on which its card has to be written anew."""
        self.changes_on = next_change(timezone.localdate(), self.opens_on, self.closes_on, self.shown_until)
        type(self)._default_manager.filter(pk=self.pk).update(changes_on=self.changes_on)

    def search_text(self):
        amounts = [f"{amount.label} {amount.note}" for amount in self.amounts.all()]
        questions = [f"{row.question}\n{plain(row.answer)}" for row in self.questions.all()]
        texts = (self.content, self.legal_basis, self.applicants_note, self.amounts_note, self.how_to_apply)
        return SearchText(
            title=self.title,
            key=[
                *(self.subtitle, self.summary, self.organization.name, self.get_kind_display()),
                *(*self.theme_names(), *self.tag_names()),
            ],
            body=[
                *map(plain, texts),
                *amounts,
                *questions,
                *self.attachment_titles(),
                *(self.department, self.implementer, self.budget_note),
                *self.applicant_names(),
                *self.region_names(),
            ],
        )

    def search_facets(self):
        return {
            "regions": [region.code for region in self.regions.all()],
            "themes": [theme.slug for theme in self.themes.all()],
            "organization_kinds": [],
            "choices": {
                "kind": [self.kind],
                "ministry": [str(self.organization_id)],
                "year": [str(self.fiscal_year)],
                "for": list(self.applicants),
                "open": ["now"] if self.state in OPEN_STATES else [],
            },
            "before": [self.predecessor_id] if self.predecessor_id else [],
            "tag": self.tag_ids(),
        }

    def search_order(self):
        largest = max((amount.amount for amount in self.amounts.all() if amount.amount is not None), default=None)
        return SearchOrder(due_on=self.closes_on, amount=largest)


@record
class PolicyAmount(models.Model):
    """One amount: 第1層, 8,000,000 yen per 市町村."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="amounts", verbose_name="施策・予算")
    label = models.CharField("区分", max_length=100)
    amount = models.BigIntegerField("単価", null=True, blank=True, help_text="単位は円")
    per = models.CharField("何に対して", max_length=50, blank=True, help_text="例：市町村、日常生活圏域")
    note = models.CharField("条件・説明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("順番", default=0)

    FIELDS = ("label", "amount", "per", "note")
    CONTENT_FIELDS = (*FIELDS, "position")
    READABLE = {"amount": thousands}

    class Meta:
        verbose_name = "金額"
        verbose_name_plural = "金額"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="policies_policyamount_unknown_is_null"
            ),
            models.CheckConstraint(condition=~Q(label=""), name="policies_policyamount_has_a_label"),
        ]

    def __str__(self):
        return self.label


@record
class PolicyDocument(models.Model):
    """A document on somebody else's site; files of our own are attachments."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="documents", verbose_name="施策・予算")
    title = models.CharField("資料名", max_length=100)
    url = models.URLField("アドレス")
    note = models.CharField("説明", max_length=200, blank=True)

    CONTENT_FIELDS = ("title", "url", "note")

    class Meta:
        verbose_name = "関連資料（リンク）"
        verbose_name_plural = "関連資料（リンク）"
        ordering = ["pk"]

    def __str__(self):
        return self.title


@record
class PolicyQuestion(models.Model):
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="questions", verbose_name="施策・予算")
    question = models.CharField("質問", max_length=200)
    answer = models.TextField("答え")
    position = models.PositiveSmallIntegerField("順番", default=0)

    CONTENT_FIELDS = ("question", "answer", "position")

    class Meta:
        verbose_name = "よくある質問"
        verbose_name_plural = "よくある質問"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.question


record_links(Policy, "regions", "themes")
