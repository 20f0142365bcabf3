"""Case studies, after the government's data model for case studies (GIF 451-3)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q
from django.urls import reverse
from django.utils.text import Truncator
from taggit.managers import TaggableManager
from taggit.models import Tag

from cases.following import NO_CYCLE, is_at_or_above, note_follower
from cases.models.parts import CaseImage, CaseLink, CaseVideo
from events.models import Event
from organizations.belonging import OfOrganization
from organizations.models import Organization, OrganizationKind
from policies.models import Policy
from publishing.duplicates import alike
from publishing.json_rows import json_rows
from publishing.markdown import plain
from publishing.models import Attachment, Publishable, PublishableQuerySet, Status
from publishing.recording import record, record_links
from search.searchable import Searchable, SearchableQuerySet, SearchText
from taxonomy.models import Region, Theme


class Stage(models.TextChoices):
    PLANNED = "planned", "検討中"
    TRIAL = "trial", "試行"
    RUNNING = "running", "継続"
    ENDED = "ended", "終了"


class CaseStudyQuerySet(SearchableQuerySet, PublishableQuerySet):
    def editable_by(self, user):
        organizations = Organization.objects.permitted_to(user, "cases.change_casestudy")
        return self.filter(organization__in=organizations.values("pk"))

    def lasting(self):
        return self.exclude(stage=Stage.ENDED)

    def for_list(self):
        """What a card shows, in one query; regions and themes come with the search entry."""
        pictures = CaseImage.objects.shown().filter(case=OuterRef("pk")).order_by("position", "pk")
        followers = CaseStudy.objects.published().filter(origin=OuterRef("pk")).order_by().values("origin")
        followers = followers.annotate(count=Count("pk"))
        return (
            self.select_related("organization")
            .annotate(cover=json_rows(pictures[:1], *CaseImage.CARD_FIELDS), follower_count=followers.values("count"))
            .only(
                *("title", "summary", "stage", "started_year", "is_sample", "status", "published_at", "confirmed_at"),
                *("organization__name",),
            )
        )

    def for_detail(self):
        """Everything the page shows, in one query: regions and themes as codes, what belongs to it as rows."""
        case, published = OuterRef("pk"), Q(status=Status.PUBLISHED)
        places = CaseStudy.regions.through.objects.filter(casestudy=case).order_by("region_id")
        partners = Organization.objects.filter(published, partner_cases=case).order_by("name", "pk")
        policies = Policy.objects.filter(published, cases=case).order_by("-fiscal_year", "title", "pk")
        events = Event.objects.filter(published, cases=case).order_by("-start_date", "title", "pk")
        return self.select_related("organization", "origin").annotate(
            region_codes=ArraySubquery(places.values("region_id")),
            theme_slugs=ArraySubquery(Theme.objects.filter(cases=case).values("slug")),
            tag_list=ArraySubquery(Tag.objects.filter(casestudy=case).order_by("name").values("name")),
            pictures=json_rows(CaseImage.objects.shown().filter(case=case), *CaseImage.PAGE_FIELDS),
            video_list=json_rows(CaseVideo.objects.filter(case=case), "title", "url", "license"),
            link_list=json_rows(CaseLink.objects.filter(case=case), "title", "url"),
            partner_list=json_rows(partners, "pk", "name"),
            policy_list=json_rows(policies, "pk", "title", "fiscal_year"),
            event_list=json_rows(events, "pk", "title", "start_date"),
            attachment_list=Attachment.objects.rows_of(CaseStudy),
        )


@record
class CaseStudy(Searchable, OfOrganization, Publishable):
    """One case (事例). The short form fills five of the texts, the full form all of them."""

    title = models.CharField("題名", max_length=100)
    subtitle = models.CharField("副題", max_length=100, blank=True)
    summary = models.TextField("概要", validators=[MaxLengthValidator(300)], help_text="300字以内")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="cases", verbose_name="取り組んだ団体")
    partner_organizations = models.ManyToManyField(
        Organization, blank=True, related_name="partner_cases", verbose_name="一緒に取り組んだ団体"
    )
    regions = models.ManyToManyField(Region, related_name="cases", verbose_name="場所")
    themes = models.ManyToManyField(Theme, related_name="cases", verbose_name="分野")
    tags = TaggableManager("タグ", blank=True)
    stage = models.CharField(
        "段階", max_length=10, choices=Stage.choices, blank=True, help_text="分からないときは空欄のままにしてください"
    )
    started_year = models.PositiveSmallIntegerField(
        "開始年（西暦）", null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    reason = models.TextField("きっかけ・理由", blank=True, help_text="なぜ始めたか。Markdownで書けます")
    purpose = models.TextField("目的", blank=True)
    content = models.TextField("取り組みの内容", blank=True)
    first_step = models.TextField("はじめの一歩", blank=True, help_text="最初にしたこと")
    partners = models.TextField("協力者", blank=True)
    funding = models.TextField("費用と財源", blank=True)
    used_programs = models.TextField("利用した制度", blank=True)
    policies = models.ManyToManyField(Policy, blank=True, related_name="cases", verbose_name="使った施策・予算")
    events = models.ManyToManyField(Event, blank=True, related_name="cases", verbose_name="この事例を紹介したイベント")
    obstacles = models.TextField("つまずいたこと", blank=True)
    result = models.TextField("成果", blank=True)
    evaluation = models.TextField("評価の方法", blank=True)
    sustainability = models.TextField("続けるための仕組み", blank=True)
    tips = models.TextField("まねする人へのこつ", blank=True)
    origin = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", verbose_name="もとになった事例"
    )
    changed = models.TextField(
        "もとの事例から変えたこと",
        blank=True,
        default="",
        db_default="",
        validators=[MaxLengthValidator(500)],
        help_text="手本にした事例と、変えたところ。500字以内",
    )
    contact = models.TextField("問い合わせ先", blank=True)

    objects = CaseStudyQuerySet.as_manager()

    search_kind = item_kind = "case"
    search_depends_on = ("organization", "partner_organizations", "origin", "policies", "events")
    search_reads = ("attachments",)
    search_organization_kinds = dict(OrganizationKind.choices)
    search_place = 1

    class Meta(Publishable.Meta):
        verbose_name = "事例"
        verbose_name_plural = "事例"
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="cases_newest")]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(origin__isnull=True) | ~Q(origin=F("id")), name="cases_casestudy_is_not_its_own_origin"
            ),
        ]
        triggers = [NO_CYCLE]

    CONTENT_FIELDS = (
        *("title", "subtitle", "summary", "organization", "partner_organizations", "regions", "themes", "tags"),
        *("stage", "started_year", "reason", "purpose", "content", "first_step", "partners", "funding"),
        *("used_programs", "policies", "events", "obstacles", "result", "evaluation", "sustainability"),
        *("tips", "origin", "changed", "contact", "sources"),
    )
    CONTENT_ROWS = ("images", "videos", "links", "attachments")
    CLOSES_WHEN_ENDED = False

    # The parts of the page in reading order. An empty one is shown as 「聞いてみる」 when `asked` is true.
    SECTIONS = (
        ("reason", True),
        ("purpose", False),
        ("content", True),
        ("first_step", True),
        ("partners", False),
        ("funding", True),
        ("used_programs", False),
        ("obstacles", True),
        ("result", True),
        ("evaluation", False),
        ("sustainability", False),
        ("tips", True),
    )

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("cases:detail", args=[self.pk])

    @property
    def tree_url(self) -> str:
        return reverse("cases:tree", args=[self.pk])

    def after_change(self):
        note_follower(self, super().after_change)

    def clean(self):
        if self.pk and self.origin_id and is_at_or_above(self.pk, self.origin_id):
            raise ValidationError({"origin": "この事例そのものや、この事例を手本にした事例は選べません。"})

    def possible_duplicates(self):
        """Cases of the same organization with nearly the same title: a form sent twice, or an old entry forgotten."""
        others = CaseStudy.objects.filter(organization=self.organization_id).exclude(pk=self.pk)
        return alike(self.title, others, "title", reason="題名が似ている")

    @property
    def has_ended(self) -> bool:
        return self.stage == Stage.ENDED

    def mark_ended(self):
        """An activity that has ended is still worth reading: the page stays and says so."""
        self.stage = Stage.ENDED

    def sections(self) -> list[tuple[str, str]]:
        """Headings and Markdown texts of the parts that are written, in reading order."""
        return [(self._heading(field), text) for field, _ in self.SECTIONS if (text := getattr(self, field))]

    def unanswered(self) -> list[str]:
        """Headings of the parts that readers ask for and nobody has written yet."""
        return [self._heading(field) for field, is_asked in self.SECTIONS if is_asked and not getattr(self, field)]

    def _heading(self, field: str) -> str:
        return str(self._meta.get_field(field).verbose_name)

    def funding_in_short(self) -> str:
        """The beginning of the money's part, for the outline."""
        return Truncator(plain(self.funding)).chars(60)

    @property
    def page_pictures(self) -> list:
        """The pictures in their order; for cases fetched with `for_detail`."""
        return [CaseImage(**row) for row in self.pictures]

    @property
    def cover_image(self):
        """The picture of the card, or None; for cases fetched with `for_list`."""
        return CaseImage(**self.cover[0]) if self.cover else None

    def search_text(self):
        return SearchText(
            title=self.title,
            key=[self.subtitle, self.summary, self.organization.name, *self.theme_names(), *self.tag_names()],
            body=[
                *(plain(getattr(self, field)) for field, _ in self.SECTIONS),
                plain(self.changed),
                *self.attachment_titles(),
                *(policy.title for policy in self.policies.all()),
                *(event.title for event in self.events.all()),
                *self.region_names(),
            ],
        )

    def search_facets(self):
        return {
            "regions": [region.code for region in self.regions.all()],
            "themes": [theme.slug for theme in self.themes.all()],
            "organization_kinds": [self.organization.kind],
            "by": [self.organization_id],
            "with": [partner.pk for partner in self.partner_organizations.all()],
            "from": [self.origin_id] if self.origin_id else [],
            "policy": [policy.pk for policy in self.policies.all()],
            "event": [event.pk for event in self.events.all()],
            "tag": self.tag_ids(),
        }


record_links(CaseStudy, "regions", "themes", "partner_organizations", "policies", "events")
