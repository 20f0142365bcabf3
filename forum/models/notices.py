"""What people are told of in the site, and whom the site has asked."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from forum.models.moderation import ModerationStep, Report
from forum.models.posts import Post, ReadMark
from forum.models.topics import State, Topic
from mailing.models import OutgoingMail

PERSON = settings.AUTH_USER_MODEL


class NoticeKind(models.TextChoices):
    REPLY = "reply", "返信"
    QUOTED = "quoted", "引用"
    BEST = "best", "役に立った答え"
    STEP = "step", "事務局の対応"
    REPORT = "report", "知らせた投稿"
    HELP = "help", "知恵を貸してください"
    FOLLOW_UP = "follow_up", "その後"


# About a post that somebody else wrote: read as soon as its page was read, and mailed at once if wanted.
ABOUT_REPLIES = (NoticeKind.REPLY, NoticeKind.QUOTED)


class NoticeQuerySet(models.QuerySet):
    def of(self, person):
        """The person's notices, but those about what the person cannot read (any more)."""
        topics = Topic.objects.visible_to(person).values("pk")
        about_posts = Q(post__state=State.VISIBLE, post__topic__in=topics)
        about_topics = Q(post=None, step=None, topic__in=topics)
        return self.filter(about_posts | about_topics | Q(step__isnull=False) | Q(report__isnull=False), person=person)

    def with_reading(self):
        """Each with `is_unread`: neither marked as read nor, for replies, seen on the page of its topic."""
        seen = ReadMark.objects.filter(
            user=OuterRef("person"), topic=OuterRef("post__topic"), number__gte=OuterRef("post__number")
        )
        return self.annotate(is_unread=Q(read_at=None) & ~(Q(kind__in=ABOUT_REPLIES) & Exists(seen)))

    def unread(self):
        # The first condition is what the partial index knows.
        return self.filter(read_at=None).with_reading().filter(is_unread=True)

    def for_list(self):
        return self.select_related("topic", "post__topic", "step", "report__post__topic").order_by("-created_at", "-pk")


class Notice(models.Model):
    """One thing to tell one person, once."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="forum_notices", verbose_name="利用者")
    kind = models.CharField("種類", max_length=10, choices=NoticeKind.choices)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="話題")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="投稿")
    step = models.OneToOneField(ModerationStep, models.CASCADE, null=True, blank=True, related_name="notice")
    report = models.ForeignKey(Report, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("日時", default=timezone.now)
    read_at = models.DateTimeField("読んだ日時", null=True, blank=True)
    # Whether it has yet to be mailed, and the mail in which it was; that row goes after a month.
    mail_due = models.BooleanField("メールで送る", default=False)
    mailed_at = models.DateTimeField("メールの日時", null=True, blank=True)
    mail = models.ForeignKey(OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "掲示板のお知らせ"
        verbose_name_plural = "掲示板のお知らせ"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="forum_notices_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="forum_notices_unread"),
            models.Index(fields=["person", "id"], condition=Q(mail_due=True), name="forum_notices_to_mail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(kind__in=[str(kind) for kind in ABOUT_REPLIES]),
                name="forum_notice_tells_of_a_post_once",
            ),
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(kind=NoticeKind.BEST), name="forum_notice_best_is_told_once"
            ),
            models.UniqueConstraint(
                fields=["person", "topic", "kind"],
                condition=Q(kind__in=[str(NoticeKind.HELP), str(NoticeKind.FOLLOW_UP)]),
                name="forum_notice_asks_about_a_topic_once",
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=False) | Q(step__isnull=False), name="forum_notice_is_about_something"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.about or ''}"

    def get_absolute_url(self):
        if self.step_id:
            return self.step.get_absolute_url()
        if self.report_id:
            return self.report.page_url
        if self.kind == NoticeKind.FOLLOW_UP:
            return reverse("forum:outcome", args=[self.topic_id])
        if self.post_id:
            return self.post.get_absolute_url()
        return self.topic.get_absolute_url()

    @property
    def about(self) -> Topic | None:
        """The topic: that of the post as it stands now, for posts move."""
        return self.post.topic if self.post_id else self.topic


class UnansweredTopic(models.Model):
    """A topic that nobody answered in time: whom the site has told of it."""

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="unanswered", verbose_name="話題")
    noted_at = models.DateTimeField("気づいた日時", default=timezone.now)
    # When prefectural staff and the secretariat were mailed, and when people behind like cases were asked.
    told_at = models.DateTimeField("知らせた日時", null=True, blank=True)
    asked_at = models.DateTimeField("頼んだ日時", null=True, blank=True)

    class Meta:
        verbose_name = "答えのない話題"
        verbose_name_plural = "答えのない話題"
        ordering = ["noted_at", "pk"]

    def __str__(self):
        return str(self.topic)


class HelpAnswer(models.TextChoices):
    NOT_NOW = "not_now", "いまは答えられない"
    NEVER = "never", "もう頼まれたくない"


class HelpRequest(models.Model):
    """Somebody behind a case was asked to answer a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="help_requests", verbose_name="話題")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="forum_help_requests", verbose_name="頼んだ人")
    case = models.ForeignKey(CaseStudy, models.CASCADE, related_name="+", verbose_name="きっかけの事例")
    asked_at = models.DateTimeField("頼んだ日時", default=timezone.now)
    answer = models.CharField("返事", max_length=10, choices=HelpAnswer.choices, blank=True)
    answered_at = models.DateTimeField("返事の日時", null=True, blank=True)

    class Meta:
        verbose_name = "答えのお願い"
        verbose_name_plural = "答えのお願い"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["person", "asked_at"], name="forum_help_of_person")]
        constraints = [
            models.UniqueConstraint(fields=["topic", "person"], name="forum_help_is_asked_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="forum_help_answer_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.topic}：{self.person}"


class FollowUp(models.Model):
    """The author of a topic was asked what came of it; ``post`` is what the person told."""

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="follow_up", verbose_name="話題")
    asked_at = models.DateTimeField("たずねた日時", default=timezone.now)
    post = models.OneToOneField(Post, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="その後")

    class Meta:
        verbose_name = "その後のお尋ね"
        verbose_name_plural = "その後のお尋ね"
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return str(self.topic)
