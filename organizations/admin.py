from django.contrib import admin

from organizations.models import Invitation, Membership, Organization
from publishing.admin import PrefectureFilter, PublishableAdmin, StatusChangeInline
from search.actions import index
from taxonomy.admin import ReadOnlyAdmin


class MembershipInline(admin.TabularInline):
    """Who belongs to it. What changes that stands on the organization's own page, which keeps its rules."""

    model = Membership
    fields = ["user", "role", "invited_by", "joined_at"]
    readonly_fields = ["invited_by", "joined_at"]
    autocomplete_fields = ["user"]
    verbose_name_plural = "メンバー"
    extra = 0
    can_delete = False

    def has_change_permission(self, request, obj=None):
        return False


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
                    *(
                        "website",
                        "show_website",
                        "contact_name",
                        "contact_email",
                        "contact_phone",
                        "postal_code",
                        "address",
                    ),
                ]
            },
        ),
        ("手続き", {"fields": ["corporate_number", "endorsed_on", "can_self_publish", "sources"]}),
        PublishableAdmin.STATE_FIELDSET,
    ]
    inlines = [MembershipInline, StatusChangeInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index(form.instance)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """To read: whom an organization has invited, and what became of it."""

    list_display = ["email", "organization", "role", "invited_at", "expires_at", "accepted_at", "revoked_at"]
    list_filter = ["role", "invited_at"]
    list_select_related = ["organization"]
    search_fields = ["email", "organization__name"]
