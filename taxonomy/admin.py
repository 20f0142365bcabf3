"""Regions and themes are official: the admin shows and finds them, the loading command writes them."""

from django.contrib import admin
from django.db import models

from taxonomy.models import Region, Theme
from taxonomy.suggestions import folded


class ReadOnlyAdmin(admin.ModelAdmin):
    """To read: what is written by other means."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["full_name", "kana", "kind", "code", "population", "elderly_ratio"]
    list_filter = ["kind", "block"]
    search_fields = ["name", "full_name", "kana"]
    search_help_text = "名称または読み（ひらがな・カタカナ）で探せます。"
    ordering = ["code"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_search_results(self, request, queryset, search_term):
        """Find readings typed in hiragana too: they are stored in katakana."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        reading = folded(search_term)
        if reading and reading != search_term:
            found |= queryset.filter(kana__startswith=reading)
        return found, may_have_duplicates


@admin.register(Theme)
class ThemeAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name", "slug"]
    ordering = ["position"]
