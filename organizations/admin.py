from django.contrib import admin

from organizations.models import Organization
from publishing.admin import PrefectureFilter, PublishableAdmin, StatusChangeInline
from search.actions import index


@admin.register(Organization)
class OrganizationAdmin(PublishableAdmin):
    list_display = ["name", "kind", "status", "places", "confirmed_at", "updated_at"]
    list_filter = ["status", "kind", "scope", PrefectureFilter, "themes", "is_sample"]
    search_fields = ["name", "name_kana", "corporate_number"]
    search_help_text = "団体名、団体名（カナ）、法人番号から探します"
    fieldsets = [
        (None, {"fields": ["name", "name_kana", "kind", "scope", "regions", "themes", "summary"]}),
        ("紹介", {"fields": ["description", "offers", "seeks", "tags"]}),
        (
            "連絡先",
            {
                "fields": [
                    *("website", "show_website", "contact_name", "contact_email", "contact_phone", "address"),
                ]
            },
        ),
        ("手続き", {"fields": ["corporate_number", "endorsed_on", "can_self_publish", "sources"]}),
        PublishableAdmin.STATE_FIELDSET,
    ]
    inlines = [StatusChangeInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index(form.instance)
