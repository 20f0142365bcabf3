"""What every published thing shares."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q

from publishing.freshness import ASK_AFTER, SUNK_BY, is_stale
from publishing.models.attachments import Attachment


class Status(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "申請中"
    SCHEDULED = "scheduled", "公開予約"
    PUBLISHED = "published", "公開"
    RETURNED = "returned", "差戻し"
    CLOSED = "closed", "公開終了"
    DISCARDED = "discarded", "破棄"


@dataclass(frozen=True)
class Duplicate:
    """An item that may be the same as another, and what they have in common."""

    item: "Publishable"
    reasons: tuple[str, ...]


class PublishableQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def editable_by(self, user):
        """What the person may edit as a member of the organization behind it."""
        raise NotImplementedError

    def visible_to(self, user):
        """Published items for everyone, their own for members, everything for reviewers."""
        if user.is_anonymous:
            return self.published()
        if user.has_perm("publishing.review"):
            return self
        own = self.model._default_manager.editable_by(user).values("pk")
        return self.filter(Q(status=Status.PUBLISHED) | Q(pk__in=own))

    def due(self, now):
        """Scheduled items whose time has come."""
        return self.filter(status=Status.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")

    def lasting(self):
        """What goes on and may get out of date; kinds that know an end leave out what has ended."""
        return self

    def confirmed_by(self, day):
        """Public and lasting items that nobody has confirmed since ``day``."""
        return self.published().lasting().filter(confirmed_at__lte=day)

    def askable(self, day, today):
        """Those of `confirmed_by` whose people have not been asked within a year."""
        asked_long_ago = Q(freshness_asked_on__isnull=True) | Q(freshness_asked_on__lte=today - ASK_AFTER)
        return self.confirmed_by(day).filter(asked_long_ago).order_by("confirmed_at", "pk")

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


class Publishable(models.Model):
    """下書き → 申請中 → 公開 or 差戻し → … → 公開終了; see `publishing.workflow` and `publishing.actions`."""

    status = models.CharField("状態", max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField("公開日時", null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(
        "公開予定日時", null=True, blank=True, help_text="空欄なら、審査が済みしだい公開します"
    )
    confirmed_at = models.DateField("最終確認日", null=True, blank=True, help_text="掲載内容がいまも正しいと確かめた日")
    # The day of the mail that asks whether it is still right; None while there is nothing to ask.
    freshness_asked_on = models.DateField("確認をお願いした日", null=True, blank=True, editable=False)
    # Grows with every edit: who saves an older one is shown what changed.
    version = models.PositiveIntegerField("版", default=1, db_default=1, editable=False)
    receipt_number = models.CharField("受付番号", max_length=20, null=True, blank=True, unique=True, editable=False)
    # From the form that made it: sent twice, it makes one.
    creation_key = models.UUIDField("作成の識別子", null=True, blank=True, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    updated_at = models.DateTimeField("更新日時", auto_now=True)
    is_sample = models.BooleanField(
        "見本", default=False, help_text="画面を確かめるための架空の内容。題名に「見本」と表示されます"
    )
    sources = models.TextField("出典", blank=True, help_text="1行に1件。Markdownのリンクが使えます")

    status_changes = GenericRelation("publishing.StatusChange", object_id_field="object_id")
    reviews = GenericRelation("publishing.Review", object_id_field="object_id")
    attachments = GenericRelation("publishing.Attachment", object_id_field="object_id")
    # Named here so that they go with the item, should it ever be deleted.
    confirmed_contents = GenericRelation("publishing.ConfirmedContent", object_id_field="object_id")
    freshness_questions = GenericRelation("publishing.FreshnessQuestion", object_id_field="object_id")

    # The word for it in addresses and in the queue: "case".
    item_kind: str
    # The fields whose content the public sees and reviewers compare, in the order of the page.
    CONTENT_FIELDS: tuple[str, ...] = ()
    # Reverse relations whose rows belong to the content; each model there has CONTENT_FIELDS, too.
    CONTENT_ROWS: tuple[str, ...] = ("attachments",)
    # More reverse relations of which the history tells, though they are not content.
    RECORDED_ROWS: tuple[str, ...] = ()
    # Whether 「終わりました」 ends the publication; else `mark_ended` lets the page say so.
    CLOSES_WHEN_ENDED = True

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(publish_at__isnull=False),
                name="%(app_label)s_%(class)s_scheduled_has_date",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_stale(self) -> bool:
        """Whether nobody has confirmed it for so long that readers should know."""
        return self.is_published and not self.has_ended and is_stale(self.confirmed_at)

    @property
    def has_ended(self) -> bool:
        """Whether it tells of something that is over, so that nothing about it can get out of date."""
        return False

    @property
    def listed_at(self):
        """Its place in lists by date: what is stale stands behind everything that is not."""
        return self.published_at - SUNK_BY if self.is_stale else self.published_at

    @property
    def can_self_publish(self) -> bool:
        """Whether the organization behind it publishes without prior review."""
        raise NotImplementedError

    def responsible_people(self):
        """The active members of the organization behind it, as a queryset of users: who gets its mails."""
        raise NotImplementedError

    def people_to_ask(self):
        """Who is asked once a year whether it is still right, as a queryset of users."""
        return self.organization_behind().people_to_ask()

    def organization_behind(self):
        """The organization that is responsible for it; itself for an organization."""
        raise NotImplementedError

    def missing_for_submission(self) -> list[str]:
        """The names of what has to be filled in before it can be submitted."""
        return []

    def possible_duplicates(self) -> list["Duplicate"]:
        """Items that may be the same as this one, in any state, likeliest first; a reviewer looks at them."""
        return []

    def may_be_closed_by(self, user) -> bool:
        """Whether somebody who may edit it may also end its publication."""
        return True

    def mark_ended(self) -> None:
        """What 「終わりました」 means for kinds that stay public then: changes fields, unsaved."""
        raise NotImplementedError

    @property
    def page_attachments(self) -> list["Attachment"]:
        """The documents in their order; for items fetched with `for_detail`."""
        return [Attachment(**row) for row in self.attachment_list]

    def attachment_titles(self) -> list[str]:
        """For the search index; needs no query where `attachments` are prefetched."""
        return [attachment.title for attachment in self.attachments.all() if not attachment.is_removed]

    def source_lines(self) -> list[str]:
        """The sources (出典), one Markdown text each."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    def after_change(self) -> None:
        """Called inside the transaction that changed status or content; mixins extend it."""
