from django import forms
from django.contrib import admin
from django.db.models import Count

from events.choices import Access, Audience
from events.models import Event, EventChange, EventImport, EventSeries
from events.when_form import tell_order
from publishing.admin import PrefectureFilter, PublishableAdmin, PublishableForm, StatusChangeInline
from taxonomy.admin import ReadOnlyAdmin


def _several(label, choices):
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False)


class EventForm(PublishableForm):
    audience = _several("対象", Audience.choices)
    accessibility = _several("参加しやすさのための用意", Access.choices)

    def clean(self):
        typed = super().clean()
        tell_order(self, typed)
        return typed


class ChangeInline(admin.TabularInline):
    """What people were told of, to read."""

    model = EventChange
    fields = readonly_fields = ["at", "part", "before", "after"]
    verbose_name_plural = "お知らせした変更"
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Event)
class EventAdmin(PublishableAdmin):
    form = EventForm
    list_display = ["title", "organization", "start_date", "state", "status", "updated_at"]
    list_filter = ["status", "state", "kind", "format", PrefectureFilter, "themes", "is_sample"]
    list_select_related = ["organization"]
    date_hierarchy = "start_date"
    search_fields = ["title", "organization__name", "venue"]
    search_help_text = "イベント名、団体の名前、会場から探します"
    autocomplete_fields = ["regions", "organization", "co_organizers", "series"]
    fieldsets = [
        (
            "いつ・どこで・何を",
            {
                "fields": [
                    *("title", "subtitle", "title_kana", "title_english", "kind", "state", "state_note"),
                    *("start_date", "start_time", "end_date", "end_time", "only_month_known", "schedule_note"),
                    *("format", "venue", "address", "regions", "latitude", "longitude", "access", "parking"),
                    *("online_note", "summary", "content"),
                ]
            },
        ),
        ("対象・参加費", {"fields": ["audience", "audience_note", "fee", "fee_note", "capacity"]}),
        (
            "申込",
            {
                "fields": [
                    *("application", "application_opens_on", "application_closes_on", "application_closes_at"),
                    *("is_full", "application_url", "application_email", "application_phone", "application_note"),
                ]
            },
        ),
        ("参加しやすさ", {"fields": ["accessibility", "accessibility_note"]}),
        (
            "主催・問い合わせ先",
            {
                "fields": [
                    *("organization", "co_organizers", "co_organizers_note", "contact_name", "contact_phone"),
                    *("contact_extension", "contact_email", "url", "remarks"),
                ]
            },
        ),
        ("分野・シリーズ", {"fields": ["themes", "tags", "series"]}),
        ("終わったあと・出典", {"fields": ["report", "minutes", "sources"]}),
        PublishableAdmin.STATE_FIELDSET,
    ]
    inlines = [ChangeInline, StatusChangeInline]


@admin.register(EventSeries)
class EventSeriesAdmin(admin.ModelAdmin):
    list_display = ["title", "organization", "events_so_far"]
    list_select_related = ["organization"]
    search_fields = ["title", "organization__name"]
    search_help_text = "シリーズの名前、団体の名前から探します"
    autocomplete_fields = ["organization"]
    ordering = ["title", "pk"]
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(event_count=Count("events"))

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="イベントの数", ordering="event_count")
    def events_so_far(self, series):
        return series.event_count


@admin.register(EventImport)
class EventImportAdmin(ReadOnlyAdmin):
    """To read: who has uploaded which table, and how far it has got. Members do the rest on the pages of the site."""

    list_display = ["file_name", "organization", "by", "status", "created_at", "finished_at"]
    list_filter = ["status", "created_at"]
    list_select_related = ["organization", "by"]
    search_fields = ["file_name", "organization__name"]
    search_help_text = "ファイルの名前、団体の名前から探します"
    fields = [*list_display, "sends", "ignored", "notes"]
