"""Tables of events that members upload: kept until they are imported, and for a month to look at."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization


class ImportStatus(models.TextChoices):
    READY = "ready", "確認待ち"
    RUNNING = "running", "取り込み中"
    DONE = "done", "取り込み済み"


class Plan(models.TextChoices):
    """What a row would do, as the preview found."""

    NEW = "new", "新しく載せる"
    CHANGE = "change", "内容を変える"
    SAME = "same", "変わらない"
    BROKEN = "broken", "取り込めない"


class Outcome(models.TextChoices):
    """What became of a row."""

    CREATED = "created", "新しく載せました"
    CHANGED = "changed", "内容を変えました"
    SAME = "same", "変わりませんでした"
    FAILED = "failed", "取り込めませんでした"


class EventImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the organizations for which the person may post events."""
        organizations = Organization.objects.permitted_to(user, "events.add_event")
        return self.filter(organization__in=organizations.values("pk"))

    def newest_first(self):
        return self.order_by("-created_at", "-pk")


class EventImport(models.Model):
    """One uploaded table. Of the file only what its rows were read as is kept."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="event_imports", verbose_name="団体")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="event_imports", verbose_name="取り込んだ人"
    )
    # From the form: sent twice, it makes one.
    key = models.UUIDField("作成の識別子", default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField("ファイルの名前", max_length=100)
    status = models.CharField("状態", max_length=10, choices=ImportStatus.choices, default=ImportStatus.READY)
    sends = models.BooleanField("公開・申請まで進める", default=False)
    # Sentences about the file as a whole, and the headers of columns that are not read, with why.
    notes = models.JSONField("ファイルについて", default=list)
    ignored = models.JSONField("読まない列", default=list)
    created_at = models.DateTimeField("アップロードした日時", auto_now_add=True)
    # When the worker last wrote rows.
    touched_at = models.DateTimeField("最後に書き込んだ日時", default=timezone.now)
    finished_at = models.DateTimeField("終わった日時", null=True, blank=True)

    objects = EventImportQuerySet.as_manager()

    class Meta:
        verbose_name = "イベントの取り込み"
        verbose_name_plural = "イベントの取り込み"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ImportStatus.DONE, finished_at__isnull=False)
                | (~Q(status=ImportStatus.DONE) & Q(finished_at__isnull=True)),
                name="events_eventimport_done_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.organization}：{self.file_name}"

    def get_absolute_url(self):
        return reverse("events:import_page", args=[self.pk])

    def plans(self) -> dict[str, int]:
        """How many rows would do what."""
        counted = dict(self.rows.order_by().values_list("plan").annotate(Count("pk")))
        return {plan.value: counted.get(plan.value, 0) for plan in Plan}

    def outcomes(self) -> dict[str, int]:
        """How many rows have come to what; "" for those that still wait."""
        counted = dict(self.rows.to_write().order_by().values_list("outcome").annotate(Count("pk")))
        return {outcome: counted.get(outcome, 0) for outcome in ("", *Outcome.values)}


class EventImportRowQuerySet(models.QuerySet):
    def to_write(self):
        return self.exclude(plan=Plan.BROKEN)

    def with_problems(self):
        return self.exclude(problems=[]).order_by("number")


class EventImportRow(models.Model):
    """One row: what it was read as, what is wrong with it, and what became of it."""

    event_import = models.ForeignKey(EventImport, models.CASCADE, related_name="rows", verbose_name="取り込み")
    number = models.PositiveIntegerField("行の番号")
    title = models.CharField("イベント名", max_length=100, blank=True)
    values = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    # Lists of column, cell, sentence, and whether it keeps the row out.
    problems = models.JSONField("問題", default=list)
    # Lists of field, before and after, for people.
    changes = models.JSONField("変わるところ", default=list)
    plan = models.CharField("予定", max_length=10, choices=Plan.choices)
    outcome = models.CharField("結果", max_length=10, choices=Outcome.choices, blank=True)
    reason = models.CharField("取り込めなかった理由", max_length=300, blank=True)
    event = models.ForeignKey(
        "events.Event", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="イベント"
    )

    objects = EventImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "取り込みの行"
        verbose_name_plural = "取り込みの行"
        ordering = ["event_import", "number"]
        constraints = [
            models.UniqueConstraint(fields=["event_import", "number"], name="events_eventimportrow_number_is_unique"),
            models.CheckConstraint(
                condition=~Q(plan=Plan.BROKEN) | Q(outcome=""), name="events_eventimportrow_broken_is_not_written"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.FAILED) | Q(reason=""), name="events_eventimportrow_reason_is_of_a_failure"
            ),
        ]

    def __str__(self):
        return f"{self.number}行目：{self.title}"
