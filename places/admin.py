"""What prefectures say about their platforms and whom to call; whoever saves it confirms it."""

from django.contrib import admin
from django.db import models
from django.utils import timezone

from places.models import Contact, PlatformFunction, State


class ConfirmedAdmin(admin.ModelAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ["confirmed_on", "confirmed_by", "updated_at"]

    def is_known(self, row) -> bool:
        return True

    def save_model(self, request, obj, form, change):
        is_known = self.is_known(obj)
        obj.confirmed_on = timezone.localdate() if is_known else None
        obj.confirmed_by = request.user if is_known else None
        super().save_model(request, obj, form, change)


@admin.register(PlatformFunction)
class PlatformFunctionAdmin(ConfirmedAdmin):
    list_display = ["prefecture", "function", "state", "confirmed_on", "confirmed_by"]
    list_filter = ["state", "function"]
    list_select_related = ["prefecture", "confirmed_by"]
    search_fields = ["prefecture__name", "note"]

    def is_known(self, row) -> bool:
        return row.state != State.UNKNOWN


@admin.register(Contact)
class ContactAdmin(ConfirmedAdmin):
    list_display = ["region", "office", "phone", "confirmed_on", "confirmed_by"]
    list_select_related = ["region", "confirmed_by"]
    autocomplete_fields = ["region"]
    search_fields = ["region__full_name", "office"]
