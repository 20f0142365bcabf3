from django.contrib import admin

from events.models import Event
from publishing.admin import PublishableAdmin, StatusChangeInline


@admin.register(Event)
class EventAdmin(PublishableAdmin):
    list_display = ["title", "organization", "start_date", "state", "status", "updated_at"]
    list_filter = ["status", "state", "kind", "format", "themes", "is_sample"]
    list_select_related = ["organization"]
    search_fields = ["title", "organization__name"]
    search_help_text = "イベント名、団体の名前から探します"
    autocomplete_fields = ["regions", "organization", "co_organizers"]
    raw_id_fields = ["series"]
    inlines = [StatusChangeInline]
