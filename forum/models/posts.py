"""Posts, what became of them, and what people do with them."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator

from forum.markup import plain_post
from forum.models.topics import State, Topic
from forum.permissions import Visibility, may_moderate
from forum.rules import Rule
from search.searchable import Searchable, SearchableQuerySet, SearchText

PER_PAGE = 20
EXCERPT = 160


class ShownAs(models.TextChoices):
    NAME = "name", "表示名と所属"
    ROLE = "role", "職種と都道府県だけ"


class PostQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Posts whose text and files the person may read, as `Post.is_shown_to` says; `on_page` gives all."""
        in_topics = self.filter(topic__in=Topic.objects.visible_to(user).values("pk"))
        if may_moderate(user):
            return in_topics
        shown = Q(state=State.VISIBLE)
        return in_topics.filter(shown if user.is_anonymous else shown | Q(state=State.HELD, author=user))

    def visible(self):
        return self.filter(state=State.VISIBLE)

    def visible_in_topic(self):
        """Visible posts of visible topics."""
        return self.visible().filter(topic__state=State.VISIBLE)

    def published(self):
        return self.visible_in_topic().filter(topic__board__visibility=Visibility.PUBLIC)

    def listed(self):
        """The first post is found with its topic."""
        return self.published().exclude(number=1)

    def for_index(self):
        return self.select_related("topic__board").prefetch_related("topic__regions", "topic__themes")

    def for_list(self):
        return self.select_related("topic__board")

    def on_page(self, topic, number: int):
        """The posts of the ``number``-th page, by their own numbers: as fast at the end as at the beginning."""
        first = (number - 1) * PER_PAGE + 1
        return self.filter(topic=topic, number__range=(first, first + PER_PAGE - 1)).order_by("number")


class Post(Searchable, models.Model):
    """One post. Its HTML is made when it is written."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="posts", verbose_name="話題")
    number = models.PositiveIntegerField("番号")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="forum_posts", verbose_name="書いた人"
    )
    body = models.TextField("本文")
    html = models.TextField("表示用の本文", editable=False)
    shown_as = models.CharField("名前の出し方", max_length=4, choices=ShownAs.choices, default=ShownAs.NAME)
    # As readers know the author, as it was then: 「生活支援コーディネーター（長野県）」.
    byline = models.CharField("表示する名前", max_length=200)
    state = models.CharField("状態", max_length=10, choices=State.choices, default=State.VISIBLE)
    # Why a moderator hid it.
    rule = models.CharField("理由となったルール", max_length=12, choices=Rule.choices, blank=True)
    # Seen by everybody below the post: 「事務局：リンク先を直しました」.
    moderator_note = models.CharField("事務局の注記", max_length=300, blank=True)
    created_at = models.DateTimeField("投稿日時", auto_now_add=True)
    # When others could first read it; later than written where it waited for a moderator.
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    # Tells what came of the topic, after the site has asked.
    is_outcome = models.BooleanField("その後の報告", default=False, db_default=False)
    edited_at = models.DateTimeField("編集日時", null=True, blank=True)
    reaction_count = models.PositiveIntegerField("参考になったの数", default=0)
    creation_key = models.UUIDField("作成の識別子", null=True, unique=True, editable=False)

    attachments = GenericRelation("publishing.Attachment", object_id_field="object_id")

    objects = PostQuerySet.as_manager()

    search_kind = item_kind = "post"
    search_has_page = False
    search_list = "forum:search_posts"
    search_place = 6

    class Meta:
        verbose_name = "投稿"
        verbose_name_plural = "投稿"
        ordering = ["topic", "number"]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="forum_posts_of_person"),
            models.Index(fields=["created_at", "id"], condition=Q(state=State.HELD), name="forum_posts_held"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="forum_post_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="forum_post_numbers_begin_with_one"),
            models.CheckConstraint(
                condition=~Q(state=State.HIDDEN) | ~Q(rule=""), name="forum_post_hidden_names_the_rule"
            ),
        ]

    def __str__(self):
        return f"{self.topic} {self.number}"

    def get_absolute_url(self):
        return address_of_number(self.topic_id, self.number)

    @property
    def page(self) -> int:
        return page_of_number(self.number)

    @property
    def plain(self) -> str:
        return plain_post(self.body)

    @property
    def excerpt(self) -> str:
        return Truncator(self.plain).chars(EXCERPT)

    @property
    def is_visible(self) -> bool:
        return self.state == State.VISIBLE

    @property
    def is_first(self) -> bool:
        return self.number == 1

    def is_shown_to(self, user) -> bool:
        """Whether the person reads the text, or only that something stood here."""
        if self.state == State.VISIBLE or may_moderate(user):
            return True
        return self.state == State.HELD and user.is_authenticated and self.author_id == user.pk

    # What the index needs, see `search.searchable`; the first post is found with its topic.

    @classmethod
    def search_shelves(cls, user):
        return [cls.search_shelf("掲示板の投稿")]

    @property
    def is_published(self) -> bool:
        return self.is_visible and self.topic.is_published

    @property
    def is_listed(self) -> bool:
        return self.is_published and not self.is_first

    @property
    def listed_at(self):
        return self.created_at

    @property
    def summary(self) -> str:
        return self.excerpt

    def search_text(self):
        return SearchText(title=self.topic.title, body=[self.plain])

    def search_facets(self):
        topic = self.topic
        return {
            "regions": topic.codes,
            "themes": topic.slugs,
            "organization_kinds": [],
            "choices": {"board": [str(topic.board_id)], "seen": [topic.board.visibility]},
            "topic": [topic.pk],
        }


def address_of_number(topic_pk: int, number: int) -> str:
    """Where the post with this number stands on the pages of its topic."""
    page = page_of_number(number)
    query = f"?page={page}" if page > 1 else ""
    return f"{reverse('forum:topic', args=[topic_pk])}{query}#post-{number}"


def page_of_number(number: int) -> int:
    """The page on which the post ``number`` of a topic stands."""
    return (max(number, 1) - 1) // PER_PAGE + 1


class PostVersion(models.Model):
    """What a post said before an edit; readers can look it up."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions", verbose_name="投稿")
    body = models.TextField("本文")
    written_at = models.DateTimeField("書かれた日時")
    replaced_at = models.DateTimeField("書き換えた日時", auto_now_add=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "投稿の前の版"
        verbose_name_plural = "投稿の前の版"
        ordering = ["-replaced_at", "-pk"]

    def __str__(self):
        return self.body[:40]


class _OfPerson(models.Model):
    """What one person does with one thing, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField("日時", auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]


class Reaction(_OfPerson):
    """「参考になった」."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")

    class Meta(_OfPerson.Meta):
        verbose_name = "参考になった"
        verbose_name_plural = "参考になった"
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="forum_reaction_is_unique")]

    def __str__(self):
        return f"{self.user} {self.post}"


class Bookmark(_OfPerson):
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="bookmarks")

    class Meta(_OfPerson.Meta):
        verbose_name = "しおり"
        verbose_name_plural = "しおり"
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="forum_bookmark_is_unique")]

    def __str__(self):
        return f"{self.user} {self.topic}"


class Watch(_OfPerson):
    """Whoever watches a topic hears of its replies; who writes in it does so unless it was switched off."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="watches")
    is_on = models.BooleanField("知らせを受け取る", default=True)

    class Meta(_OfPerson.Meta):
        verbose_name = "話題の見守り"
        verbose_name_plural = "話題の見守り"
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="forum_watch_is_unique")]

    def __str__(self):
        return f"{self.user} {self.topic}"


class ReadMark(models.Model):
    """Up to which post somebody has read a topic."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField("読んだ番号")
    at = models.DateTimeField("読んだ日時", auto_now=True)

    class Meta:
        verbose_name = "既読"
        verbose_name_plural = "既読"
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="forum_readmark_is_unique")]

    def __str__(self):
        return f"{self.user} {self.topic} {self.number}"
