"""Admin of the checklist, of readings, and of what readers said they miss."""

from django.contrib import admin

from start.checklist import forget_steps
from start.furigana import forget_readings
from start.models import ChecklistStep, Demand, Reading
from taxonomy.admin import ReadOnlyAdmin


class KnownEverywhere(admin.ModelAdmin):
    """Of rows that pages keep for a minute: `forget` makes this process read them anew at once."""

    @staticmethod
    def forget():
        raise NotImplementedError

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.forget()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.forget()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self.forget()


@admin.register(ChecklistStep)
class ChecklistStepAdmin(KnownEverywhere):
    list_display = ["title", "part", "condition", "position", "is_shown"]
    list_editable = ["position", "is_shown"]
    list_filter = ["part", "condition", "is_shown"]
    search_fields = ["title", "text"]
    forget = staticmethod(forget_steps)


@admin.register(Reading)
class ReadingAdmin(KnownEverywhere):
    list_display = ["written", "kana"]
    search_fields = ["written", "kana"]
    forget = staticmethod(forget_readings)


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    """Counted by the site; nobody edits it."""

    list_display = ["day", "part", "theme", "region", "count"]
    list_filter = ["part", "day", "theme"]
    search_fields = ["region__full_name", "theme__name"]
    search_help_text = "地域と分野の名前から探します"
    date_hierarchy = "day"
    list_select_related = ["theme", "region"]
