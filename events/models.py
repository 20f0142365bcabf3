"""Events (イベント), after the government's data model for events (GIF) and 推奨データセット イベント一覧."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import Tag

from events import changes, times
from events.choices import FROM_ANYWHERE, Access, Application, Audience, EventKind, EventState, Format
from events.import_models import EventImport as EventImport  # Django looks for models here
from events.import_models import EventImportRow as EventImportRow
from events.storage import video_path
from events.times import OPEN_STATES, ApplicationState, Phase
from events.video_watching import Watchable
from organizations.belonging import OfOrganization
from organizations.models import Organization
from publishing.duplicates import alike
from publishing.json_rows import json_rows
from publishing.markdown import plain
from publishing.models import Attachment, Publishable, PublishableQuerySet, Status
from publishing.recording import record, record_links
from publishing.storage import attachment_storage
from search.request import Period
from search.searchable import Searchable, SearchableQuerySet, SearchOrder, SearchText
from taxonomy.models import NATION_CODE, Region, Theme


def fee_text(amount: int) -> str:
    return f"{amount:,}円" if amount else "無料"


def _choices(choices, label):
    return ArrayField(models.CharField(max_length=20, choices=choices), default=list, blank=True, verbose_name=label)


@record
class EventSeries(models.Model):
    """Events that belong together: a monthly salon, a symposium in parts."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="event_series", verbose_name="団体")
    title = models.CharField("シリーズの名前", max_length=100)

    class Meta:
        verbose_name = "イベントのシリーズ"
        verbose_name_plural = "イベントのシリーズ"
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "title"], name="events_eventseries_title_is_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="events_eventseries_has_a_title"),
        ]

    def __str__(self):
        return self.title


class EventQuerySet(SearchableQuerySet, PublishableQuerySet):
    def editable_by(self, user):
        organizations = Organization.objects.permitted_to(user, "events.change_event")
        return self.filter(organization__in=organizations.values("pk"))

    def lasting(self):
        return self.filter(end_date__gte=timezone.localdate())

    def for_list(self):
        """What a card shows, in one query; regions and themes come with the search entry."""
        videos = EventVideo.objects.shown().filter(event=OuterRef("pk"))
        return self.select_related("organization").annotate(is_recorded=models.Exists(videos))

    def for_detail(self):
        """Everything the page shows of the event itself, in one query."""
        event, published = OuterRef("pk"), Q(status=Status.PUBLISHED)
        places = Event.regions.through.objects.filter(event=event).order_by("region_id")
        others = Organization.objects.filter(published, co_organized_events=event).order_by("name", "pk")
        return self.select_related("organization", "series").annotate(
            region_codes=ArraySubquery(places.values("region_id")),
            theme_slugs=ArraySubquery(Theme.objects.filter(events=event).values("slug")),
            tag_list=ArraySubquery(Tag.objects.filter(event=event).order_by("name").values("name")),
            co_organizer_list=json_rows(others, "pk", "name"),
            video_list=json_rows(EventVideo.objects.shown().filter(event=event), *EventVideo.PAGE_FIELDS),
            change_list=json_rows(EventChange.objects.filter(event=event), *EventChange.FIELDS),
            attachment_list=Attachment.objects.rows_of(Event),
        )


@record
class Event(Searchable, OfOrganization, Publishable):
    """One event. Days and times are those of Japan; without times it lasts all day, with the last day included."""

    title = models.CharField("イベント名", max_length=100)
    title_kana = models.CharField("イベント名（カナ）", max_length=200, blank=True)
    title_english = models.CharField("イベント名（英語）", max_length=200, blank=True)
    subtitle = models.CharField("副題", max_length=100, blank=True)
    kind = models.CharField("種類", max_length=20, choices=EventKind.choices, default=EventKind.OTHER)
    summary = models.TextField("概要", validators=[MaxLengthValidator(300)], help_text="300字以内")
    content = models.TextField("内容", blank=True, help_text="プログラムや講師など。Markdownで書けます")
    state = models.CharField("開催の状態", max_length=10, choices=EventState.choices, default=EventState.PLANNED)
    state_note = models.TextField("中止・延期・変更の説明", blank=True, help_text="理由や、代わりの案内")
    start_date = models.DateField("開始日")
    start_time = models.TimeField("開始時刻", null=True, blank=True, help_text="終日のときは空欄")
    end_date = models.DateField("終了日")
    end_time = models.TimeField("終了時刻", null=True, blank=True, help_text="終日のときは空欄")
    only_month_known = models.BooleanField(
        "日にちは未定・不明（月だけ決まっている）",
        default=False,
        db_default=False,
        help_text="開始日にその月のはじめの日、終了日におわりの日を入れます",
    )
    schedule_note = models.CharField("日時の説明", max_length=200, blank=True, help_text="例：受付は13時から")
    format = models.CharField("開催の方法", max_length=10, choices=Format.choices, default=Format.VENUE, blank=True)
    venue = models.CharField("会場", max_length=150, blank=True)
    address = models.CharField("会場の住所", max_length=200, blank=True)
    access = models.TextField("会場への行き方", blank=True)
    parking = models.CharField("駐車場", max_length=200, blank=True)
    latitude = models.DecimalField(
        "緯度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        "経度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    online_note = models.TextField("オンラインでの参加方法", blank=True)
    audience = _choices(Audience.choices, "対象")
    audience_note = models.CharField("対象の説明", max_length=200, blank=True)
    fee = models.PositiveIntegerField("参加費（円）", null=True, blank=True, help_text="無料は0、未定は空欄")
    fee_note = models.CharField("参加費の説明", max_length=200, blank=True)
    capacity = models.PositiveIntegerField("定員（人）", null=True, blank=True)
    application = models.CharField("申込", max_length=12, choices=Application.choices, default=Application.NOT_NEEDED)
    application_opens_on = models.DateField("申込の開始日", null=True, blank=True)
    application_closes_on = models.DateField("申込の締切日", null=True, blank=True)
    application_closes_at = models.TimeField("申込の締切時刻", null=True, blank=True)
    is_full = models.BooleanField("満員になった・受付を終えた", default=False)
    application_url = models.URLField("申込ページ", max_length=500, blank=True)
    application_email = models.EmailField("申込のメールアドレス", blank=True)
    application_phone = models.CharField("申込の電話番号", max_length=50, blank=True)
    application_note = models.TextField("申込の方法", blank=True)
    accessibility = _choices(Access.choices, "参加しやすさのための用意")
    accessibility_note = models.CharField("用意についての説明", max_length=200, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="events", verbose_name="主催する団体")
    co_organizers = models.ManyToManyField(
        Organization, blank=True, related_name="co_organized_events", verbose_name="共催する団体"
    )
    co_organizers_note = models.CharField("そのほかの主催・共催・後援", max_length=200, blank=True)
    contact_name = models.CharField("問い合わせ先", max_length=100, blank=True)
    contact_phone = models.CharField("問い合わせ先の電話番号", max_length=50, blank=True)
    contact_extension = models.CharField("内線番号", max_length=20, blank=True)
    contact_email = models.EmailField("問い合わせ先のメールアドレス", blank=True)
    url = models.URLField("イベントのウェブページ", max_length=500, blank=True)
    remarks = models.TextField("備考", blank=True)
    series = models.ForeignKey(
        EventSeries, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name="シリーズ"
    )
    regions = models.ManyToManyField(
        Region, blank=True, related_name="events", verbose_name="地域", help_text="どこからでも参加できるときは空欄"
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="events", verbose_name="分野")
    tags = TaggableManager("タグ", blank=True)
    report = models.TextField("開催の報告", blank=True)
    minutes = models.TextField("議事録", blank=True)
    # The number that the organizer's own table gives it, so that a table read twice makes no event twice.
    external_id = models.CharField("主催者の表での番号", max_length=50, blank=True, editable=False)
    # What calendars know it by, for ever and whatever the site is called.
    uid = models.UUIDField("カレンダーでの識別子", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField("カレンダーでの版", default=0, editable=False)
    # What the public and their calendars were last told, see `events.changes`.
    told = models.JSONField("最後に知らせた内容", null=True, blank=True, editable=False)
    # The next day on which its card changes by itself; `events.tasks` renews it then.
    changes_on = models.DateField("一覧の表示が変わる日", null=True, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    search_kind = item_kind = "event"
    search_depends_on = ("organization", "co_organizers")
    search_reads = ("videos", "attachments")
    search_place = 3

    CONTENT_FIELDS = (
        *("title", "title_kana", "title_english", "subtitle", "kind", "summary", "content", "state", "state_note"),
        *("start_date", "start_time", "end_date", "end_time", "only_month_known", "schedule_note"),
        *("format", "venue", "address", "access", "parking", "latitude", "longitude", "online_note"),
        *("audience", "audience_note", "fee", "fee_note", "capacity"),
        *("application", "application_opens_on", "application_closes_on", "application_closes_at"),
        *("is_full", "application_url", "application_email", "application_phone", "application_note"),
        *("accessibility", "accessibility_note", "organization", "co_organizers", "co_organizers_note"),
        *("contact_name", "contact_phone", "contact_extension", "contact_email", "url", "remarks", "series"),
        *("regions", "themes", "tags", "report", "minutes", "sources"),
    )
    CONTENT_ROWS = ("videos", "attachments")
    READABLE = {"fee": fee_text}
    # What the pages need that depend on now.
    TIME_FIELDS = (
        *("status", "state", "start_date", "start_time", "end_date", "end_time", "only_month_known"),
        *("application", "is_full", "application_opens_on", "application_closes_on", "application_closes_at"),
        *("series_id", "organization_id"),
    )

    class Meta(Publishable.Meta):
        verbose_name = "イベント"
        verbose_name_plural = "イベント"
        ordering = ["start_date", F("start_time").asc(nulls_first=True), "pk"]
        indexes = [
            models.Index(fields=["start_date", "id"], name="events_by_day"),
            models.Index(fields=["changes_on"], condition=Q(status=Status.PUBLISHED), name="events_changing"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(start_time__isnull=True, end_time__isnull=True)
                | Q(start_time__isnull=False, end_time__isnull=False),
                name="events_event_both_times_or_none",
            ),
            models.CheckConstraint(
                condition=Q(start_date__lt=F("end_date"))
                | Q(start_date=F("end_date"), start_time__isnull=True)
                | Q(start_date=F("end_date"), start_time__lt=F("end_time")),
                name="events_event_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(only_month_known=False)
                | Q(start_time__isnull=True, start_date__day=1, end_date__month=F("start_date__month")),
                name="events_event_month_begins_on_its_first_day",
            ),
            models.CheckConstraint(
                condition=Q(application_opens_on__isnull=True)
                | Q(application_closes_on__isnull=True)
                | Q(application_opens_on__lte=F("application_closes_on")),
                name="events_event_application_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(application_closes_at__isnull=True) | Q(application_closes_on__isnull=False),
                name="events_event_closing_time_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="events_event_unknown_capacity_is_null"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="events_event_position_is_on_earth",
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="events_event_external_id_is_unique",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:detail", args=[self.pk])

    def possible_duplicates(self):
        """Events of the same organization on the same day with nearly the same title."""
        others = Event.objects.filter(organization=self.organization_id, start_date=self.start_date)
        return alike(self.title, others.exclude(pk=self.pk), "title", reason="同じ日で、題名が似ている")

    @property
    def is_all_day(self) -> bool:
        return self.start_time is None

    @property
    def starts_at(self) -> datetime:
        return times.moment(self.start_date, self.start_time)

    @property
    def ends_at(self) -> datetime:
        """The moment from which on it is over: for what lasts all day the midnight after its last day."""
        return times.end_of(self.end_date, self.end_time)

    @property
    def when(self) -> str:
        """「令和8年12月5日（土）13:30〜16:00」."""
        if self.only_month_known:
            return times.month_text(self.start_date)
        return times.when_text(self.start_date, self.start_time, self.end_date, self.end_time)

    @property
    def phase(self) -> Phase:
        return times.phase_at(timezone.now(), self.starts_at, self.ends_at)

    @property
    def day_phase(self) -> Phase:
        """Like `phase`, but by days: good until midnight, as cards are."""
        today = timezone.localdate()
        if self.end_date < today:
            return Phase.OVER
        return Phase.ONGOING if self.start_date <= today else Phase.COMING

    @property
    def phase_now(self) -> Phase:
        """Like `day_phase`, but over as soon as it has ended."""
        return self.phase if self.phase == Phase.OVER else self.day_phase

    @property
    def has_ended(self) -> bool:
        return self.end_date < timezone.localdate()

    @property
    def is_off(self) -> bool:
        """Whether it does not take place as announced."""
        return self.state != EventState.PLANNED

    @property
    def application_state(self) -> ApplicationState | None:
        """Whether one can still come; None for what is over, cancelled or postponed."""
        now = timezone.now()
        if self.is_off or now >= self.ends_at:
            return None
        if self.is_full:
            return ApplicationState.FULL
        if self.application == Application.NOT_NEEDED:
            return ApplicationState.NOT_NEEDED
        days = (self.application_opens_on, self.application_closes_on, self.application_closes_at)
        return times.application_state(now, *days)

    @property
    def is_free(self) -> bool:
        return self.fee == 0

    @property
    def is_from_anywhere(self) -> bool:
        return self.format in FROM_ANYWHERE

    def audience_names(self) -> list[str]:
        return [str(Audience(each).label) for each in self.audience]

    def accessibility_names(self) -> list[str]:
        return [str(Access(each).label) for each in self.accessibility]

    @property
    def page_videos(self) -> list["EventVideo"]:
        """The recordings in their order; for events fetched with `for_detail`."""
        return [EventVideo(**row) for row in self.video_list]

    @property
    def page_changes(self) -> list["EventChange"]:
        """What changed since it was announced, the newest first; for events fetched with `for_detail`."""
        return [EventChange(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in self.change_list]

    def after_change(self) -> None:
        changes.note(self)
        self.note_next_change()
        super().after_change()

    def note_next_change(self) -> None:
        """Note the day on which its card has to be written anew."""
        day = changes.next_day(self, timezone.localdate())
        if day != self.changes_on:
            self.changes_on = day
            type(self)._default_manager.filter(pk=self.pk).update(changes_on=day)

    def search_text(self):
        videos = [video for video in self.videos.all() if not video.is_removed]
        texts = (self.content, self.report, self.minutes, self.access, self.online_note, self.application_note)
        return SearchText(
            title=self.title,
            key=[
                *(self.subtitle, self.title_kana, self.summary, self.organization.name, self.get_kind_display()),
                *(*self.theme_names(), *self.tag_names()),
            ],
            body=[
                *map(plain, texts),
                *(text for video in videos for text in (video.title, video.chapters, video.transcript)),
                *self.attachment_titles(),
                *(self.venue, self.address, self.co_organizers_note, self.remarks),
                *(organization.name for organization in self.co_organizers.all()),
                *self.accessibility_names(),
                *self.region_names(),
            ],
        )

    def search_facets(self):
        regions = [region.code for region in self.regions.all()]
        return {
            "regions": regions or ([NATION_CODE] if self.is_from_anywhere else []),
            "themes": [theme.slug for theme in self.themes.all()],
            "organization_kinds": [],
            "choices": {
                "state": [self.state],
                "format": [self.format] if self.format else [],
                "kind": [self.kind],
                "for": list(self.audience),
                "fee": ["free"] if self.is_free else [],
                "open": ["now"] if self.application_state in OPEN_STATES else [],
                "access": list(self.accessibility),
                "recorded": ["yes"] if any(not video.is_removed for video in self.videos.all()) else [],
            },
            "by": [self.organization_id],
            "with": [organization.pk for organization in self.co_organizers.all()],
            "series": [self.series_id] if self.series_id else [],
            "tag": self.tag_ids(),
        }

    def search_order(self):
        return SearchOrder(due_on=self.end_date, starts_at=self.starts_at)

    @classmethod
    def search_shelves(cls, user):
        """What is to come and what is over apart, each as its own list shows it."""
        today = timezone.localdate()
        return [
            cls.search_shelf("これからのイベント", "events:list", period=Period(first=today)),
            cls.search_shelf("終わったイベント", "events:past", period=Period(last=today - timedelta(days=1))),
        ]


class EventVideoQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(is_removed=False)


class VideoFormat(models.TextChoices):
    MP4 = "mp4", "MP4"
    WEBM = "webm", "WebM"


@record
class EventVideo(Watchable, models.Model):
    """A recording: somebody else's page (YouTube, Vimeo, another), or a file of our own with its captions."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="videos", verbose_name="イベント")
    title = models.CharField("題名", max_length=100)
    url = models.URLField("動画のアドレス", max_length=500, blank=True)
    file = models.FileField(
        "動画ファイル", upload_to=video_path, storage=attachment_storage, max_length=120, blank=True, editable=False
    )
    file_format = models.CharField("形式", max_length=4, choices=VideoFormat.choices, blank=True, editable=False)
    size = models.PositiveBigIntegerField("大きさ（バイト）", null=True, blank=True, editable=False)
    captions = models.TextField("字幕（WebVTT）", blank=True)
    chapters = models.TextField("目次", blank=True, help_text="1行に1つ。例：0:05:30 取り組みの紹介")
    transcript = models.TextField("文字起こし", blank=True)
    license = models.CharField("利用条件", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("順番", default=0)
    # Kept until the edit that removed it is confirmed, so that it can be rolled back.
    is_removed = models.BooleanField("取り外した", default=False, db_default=False, editable=False)

    objects = EventVideoQuerySet.as_manager()

    CONTENT_FIELDS = ("title", "url", "captions", "chapters", "transcript", "license", "position")
    PAGE_FIELDS = ("id", "title", "url", "file", "file_format", "size", "captions", "chapters", "transcript", "license")

    class Meta:
        verbose_name = "動画"
        verbose_name_plural = "動画"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="events_eventvideo_has_a_title"),
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file="")),
                name="events_eventvideo_is_an_address_or_a_file",
            ),
            models.CheckConstraint(
                condition=Q(file="") | Q(size__isnull=False) & ~Q(file_format=""),
                name="events_eventvideo_file_is_described",
            ),
        ]

    def __str__(self):
        return self.title


class EventChange(models.Model):
    """One thing about a public event that is another than it was announced; written by `events.changes`."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="changes", verbose_name="イベント")
    at = models.DateTimeField("変更した日時", auto_now_add=True)
    part = models.CharField("変わったこと", max_length=10, choices=changes.PARTS)
    before = models.CharField("変更前", max_length=400, blank=True)
    after = models.CharField("変更後", max_length=400, blank=True)
    sequence = models.PositiveIntegerField("カレンダーでの版")

    FIELDS = ("at", "part", "before", "after", "sequence")

    class Meta:
        verbose_name = "お知らせした変更"
        verbose_name_plural = "お知らせした変更"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_part_display()}：{self.before} → {self.after}"


record_links(Event, "regions", "themes", "co_organizers")
