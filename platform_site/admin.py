"""Admin of inquiries, announcements, related links and tags."""

from django.contrib import admin
from django.db import models
from taggit.models import Tag

from platform_site.actions import rename_tag
from platform_site.models import Announcement, ContentTag, Inquiry, RelatedLink

admin.site.site_header = "生活支援共創プラットフォーム 管理"
admin.site.site_title = "管理"
admin.site.index_title = "事務局の仕事"


class AnsweredFilter(admin.SimpleListFilter):
    title = "対応"
    parameter_name = "answered"

    def lookups(self, request, model_admin):
        return [("no", "未対応"), ("yes", "対応済み")]

    def queryset(self, request, queryset):
        if self.value() in {"no", "yes"}:
            return queryset.filter(answered_at__isnull=self.value() == "no")
        return queryset


@admin.register(Inquiry)
class InquiryAdmin(admin.ModelAdmin):
    """The message is what its sender wrote: only the answer's date and the memo can be changed."""

    list_display = ["receipt_number", "received_at", "subject", "name", "is_answered"]
    list_filter = [AnsweredFilter, "received_at"]
    search_fields = ["receipt_number", "name", "email", "subject", "body"]
    search_help_text = "受付番号、お名前、メールアドレス、件名、内容から探します"
    date_hierarchy = "received_at"
    fieldsets = [
        ("お問い合わせ", {"fields": ["receipt_number", "received_at", "name", "email", "subject", "body"]}),
        ("対応", {"fields": ["answered_at", "memo"]}),
    ]
    readonly_fields = ["receipt_number", "received_at", "name", "email", "subject", "body"]

    @admin.display(description="対応済み", boolean=True, ordering="answered_at")
    def is_answered(self, inquiry):
        return inquiry.answered_at is not None

    def has_add_permission(self, request):
        return False


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    list_display = ["title", "published_on", "is_important"]
    list_filter = ["is_important", "published_on"]
    search_fields = ["title", "body"]
    date_hierarchy = "published_on"


@admin.register(RelatedLink)
class RelatedLinkAdmin(admin.ModelAdmin):
    list_display = ["title", "url", "position"]
    list_editable = ["position"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ["title", "url", "description"]


admin.site.unregister(Tag)


@admin.register(ContentTag)
class ContentTagAdmin(admin.ModelAdmin):
    """Tags come from the forms of organizations and cases; here their spelling is mended."""

    fields = ["name"]
    list_display = ["name", "uses"]
    search_fields = ["name"]
    ordering = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(use_count=models.Count("taggit_taggeditem_items"))

    @admin.display(description="使われている数", ordering="use_count")
    def uses(self, tag):
        return tag.use_count

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        rename_tag(obj, obj.name)
