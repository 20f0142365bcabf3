"""Topics: what somebody asks or tells, with the posts below it."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from taggit.managers import TaggableManager

from cases.models import CaseStudy
from events.models import Event
from forum.models.boards import Board
from forum.permissions import Visibility, may_moderate, visibilities_for
from organizations.models import Organization
from policies.models import Policy
from search.searchable import Searchable, SearchableQuerySet, SearchText
from taxonomy import registry
from taxonomy.models import Region, Theme


class Purpose(models.TextChoices):
    CONSULTATION = "consultation", "相談"
    CASES = "cases", "事例さがし"
    NEWS = "news", "お知らせ"
    RECRUITING = "recruiting", "募集"
    CHAT = "chat", "雑談"


# Topics that wait for an answer.
ASKING = (Purpose.CONSULTATION, Purpose.CASES)


# What a topic names: the kinds, and its fields for them.
NAMED = {"case": "cases", "policy": "policies", "event": "events", "organization": "organizations"}


class State(models.TextChoices):
    """Of topics and posts alike. What is not visible stays, for its author and for moderators."""

    VISIBLE = "visible", "公開"
    HELD = "held", "確認待ち"
    HIDDEN = "hidden", "非表示"
    DELETED = "deleted", "削除"


class TopicQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """What stands on boards the person may read; of the rest there only the person's own, all for moderators."""
        on_boards = self.filter(board__visibility__in=visibilities_for(user))
        if may_moderate(user):
            return on_boards
        shown = Q(state=State.VISIBLE)
        return on_boards.filter(shown if user.is_anonymous else shown | Q(state=State.HELD, author=user))

    def visible(self):
        return self.filter(state=State.VISIBLE)

    def published(self):
        """What everybody may read."""
        return self.visible().filter(board__visibility=Visibility.PUBLIC)

    def for_list(self):
        """What a line of a list shows, in one query."""
        topic = OuterRef("pk")
        places = Topic.regions.through.objects.filter(topic=topic).order_by("region_id")
        return self.select_related("board").annotate(
            region_codes=ArraySubquery(places.values("region_id")),
            theme_slugs=ArraySubquery(Theme.objects.filter(topics=topic).values("slug")),
        )

    def for_index(self):
        first = models.Prefetch("posts", self.model.posts.rel.related_model.objects.filter(number=1))
        return super().for_index().select_related("board").prefetch_related(first)

    def unanswered(self):
        return self.visible().filter(answered_at=None, solved_at=None, purpose__in=ASKING)

    def solved(self):
        return self.filter(solved_at__isnull=False)

    def with_part_of(self, user):
        """In which the person has written."""
        return self.filter(models.Exists(user.forum_posts.filter(topic=OuterRef("pk"))))

    def latest_first(self):
        return self.order_by("-last_posted_at", "-pk")


class Topic(Searchable, models.Model):
    board = models.ForeignKey(Board, models.PROTECT, related_name="topics", verbose_name="掲示板")
    title = models.CharField("題名", max_length=100)
    purpose = models.CharField("目的", max_length=12, choices=Purpose.choices, default=Purpose.CONSULTATION)
    regions = models.ManyToManyField(Region, blank=True, related_name="topics", verbose_name="地域")
    themes = models.ManyToManyField(Theme, blank=True, related_name="topics", verbose_name="分野")
    tags = TaggableManager("タグ", blank=True)
    cases = models.ManyToManyField(CaseStudy, blank=True, related_name="topics", verbose_name="関連する事例")
    policies = models.ManyToManyField(Policy, blank=True, related_name="topics", verbose_name="関連する施策")
    events = models.ManyToManyField(Event, blank=True, related_name="topics", verbose_name="関連するイベント")
    organizations = models.ManyToManyField(Organization, blank=True, related_name="topics", verbose_name="関連する団体")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="forum_topics", verbose_name="書いた人"
    )
    state = models.CharField("状態", max_length=10, choices=State.choices, default=State.VISIBLE)
    is_locked = models.BooleanField("書き込みを止めた", default=False)
    pinned_at = models.DateTimeField("固定した日時", null=True, blank=True)
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    # When others could first read it.
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    last_posted_at = models.DateTimeField("最後の投稿")
    # Numbers of posts are never used twice, so that "#12" always is the same one.
    last_number = models.PositiveIntegerField("最後の番号", default=0)
    reply_count = models.PositiveIntegerField("返信の数", default=0)
    # When somebody else than the author first replied.
    answered_at = models.DateTimeField("最初の返信", null=True, blank=True)
    best_answer = models.OneToOneField(
        "forum.Post", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="役に立った答え"
    )
    solved_at = models.DateTimeField("解決した日時", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", verbose_name="まとめた先"
    )
    # The number there of the first post that came from here.
    merged_from = models.PositiveIntegerField("まとめた先での最初の番号", null=True, blank=True)
    # When its author last changed what it is about, and when a moderator last showed a post that had been held: its
    # number may be lower than what others have read.
    edited_at = models.DateTimeField("編集日時", null=True, blank=True)
    released_at = models.DateTimeField("保留を解いた日時", null=True, blank=True)
    # From the form that made it: sent twice, it makes one.
    creation_key = models.UUIDField("作成の識別子", null=True, unique=True, editable=False)
    is_sample = models.BooleanField("見本", default=False)

    objects = TopicQuerySet.as_manager()

    search_kind = "topic"
    search_has_page = False
    search_list = "forum:search"
    search_place = 5
    search_reads = tuple(NAMED.values())

    class Meta:
        verbose_name = "話題"
        verbose_name_plural = "話題"
        ordering = ["-last_posted_at", "-pk"]
        indexes = [
            models.Index(fields=["board", "-last_posted_at", "-id"], name="forum_topics_of_board"),
            models.Index(fields=["-last_posted_at", "-id"], name="forum_topics_newest"),
            models.Index(
                fields=["published_at", "id"],
                condition=Q(state=State.VISIBLE, answered_at=None, solved_at=None),
                name="forum_topics_unanswered",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="forum_topic_has_a_title"),
            models.CheckConstraint(
                condition=~Q(state=State.VISIBLE) | Q(published_at__isnull=False),
                name="forum_topic_visible_has_date",
            ),
            models.CheckConstraint(
                condition=Q(best_answer__isnull=True) | Q(solved_at__isnull=False),
                name="forum_topic_with_best_answer_is_solved",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("forum:topic", args=[self.pk])

    @property
    def is_visible(self) -> bool:
        """Whether those read it who may read its board."""
        return self.state == State.VISIBLE

    @property
    def is_published(self) -> bool:
        """Whether everybody may read it."""
        return self.is_visible and self.board.is_public

    @property
    def is_unanswered(self) -> bool:
        return self.purpose in ASKING and self.answered_at is None and self.solved_at is None

    @property
    def takes_replies(self) -> bool:
        return self.is_visible and not self.is_locked and self.board.is_open

    # What the index needs, see `search.searchable`.

    @classmethod
    def search_shelves(cls, user):
        return [cls.search_shelf("掲示板の話題")]

    @property
    def listed_at(self):
        return self.published_at

    @cached_property
    def first_post(self):
        """Needs no query where `posts` are prefetched."""
        return next((post for post in self.posts.all() if post.number == 1), None)

    @property
    def is_first_visible(self) -> bool:
        return self.first_post is not None and self.first_post.state == State.VISIBLE

    @property
    def codes(self) -> list[str]:
        """Its regions; like `slugs` without a query where `for_list` has fetched them."""
        known = getattr(self, "region_codes", None)
        return [region.code for region in self.regions.all()] if known is None else known

    @property
    def slugs(self) -> list[str]:
        """Its fields."""
        known = getattr(self, "theme_slugs", None)
        return [theme.slug for theme in self.themes.all()] if known is None else known

    def named_keys(self, name: str) -> list[int]:
        """The keys of what it names by the field ``name``; those of a new topic are known from its form."""
        known = getattr(self, "new_keys", None)
        return [item.pk for item in getattr(self, name).all()] if known is None else known.get(name, [])

    @property
    def summary(self) -> str:
        """The beginning of the first post."""
        return self.first_post.excerpt if self.is_first_visible else ""

    def search_text(self):
        fields = [registry.themes()[slug].name for slug in self.slugs]
        places = [registry.regions()[code].full_name for code in self.codes]
        return SearchText(
            title=self.title,
            key=[*fields, *self.tag_names(), self.get_purpose_display()],
            body=[*([self.first_post.plain] if self.is_first_visible else []), *places],
        )

    def search_facets(self):
        return {
            "regions": self.codes,
            "themes": self.slugs,
            "organization_kinds": [],
            "choices": {
                "board": [str(self.board_id)],
                "purpose": [self.purpose],
                "solved": ["yes"] if self.solved_at else [],
                "seen": [self.board.visibility],
            },
            "tag": self.tag_ids(),
            **{kind: self.named_keys(name) for kind, name in NAMED.items()},
        }


class TopicVersion(models.Model):
    """What a topic was about before its author changed that; readers can look it up."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="versions", verbose_name="話題")
    title = models.CharField("題名", max_length=100)
    purpose = models.CharField("目的", max_length=12, choices=Purpose.choices)
    # Keys by the names of the fields, so that what is not public any more is not shown here either.
    links = models.JSONField("分野・地域・関連", default=dict)
    written_at = models.DateTimeField("書かれた日時")
    replaced_at = models.DateTimeField("書き換えた日時", auto_now_add=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "話題の前の版"
        verbose_name_plural = "話題の前の版"
        ordering = ["-replaced_at", "-pk"]

    def __str__(self):
        return self.title
