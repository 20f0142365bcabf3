from django.contrib import admin
from django.utils.html import format_html

from cases.models import CaseImage, CaseLink, CaseStudy, CaseVideo, PolicyProposal
from publishing.admin import HTTPS_ADDRESSES, PrefectureFilter, PublishableAdmin, StatusChangeInline
from taxonomy.admin import ReadOnlyAdmin


class CaseImageInline(admin.StackedInline):
    model = CaseImage
    fields = ["preview", "image", "alt", "caption", "license", "position"]
    readonly_fields = ["preview"]
    extra = 1

    @admin.display(description="見え方")
    def preview(self, picture):
        if not picture.pk:
            return "保存すると表示します"
        return format_html(
            '<img class="picture-preview" src="{}" alt="{}" width="{}" height="{}">',
            picture.image.thumbnail_url,
            picture.alt,
            picture.width,
            picture.height,
        )


class CaseVideoInline(admin.TabularInline):
    model = CaseVideo
    formfield_overrides = HTTPS_ADDRESSES
    extra = 0


class CaseLinkInline(admin.TabularInline):
    model = CaseLink
    formfield_overrides = HTTPS_ADDRESSES
    extra = 0


@admin.register(CaseStudy)
class CaseStudyAdmin(PublishableAdmin):
    list_display = ["title", "organization", "status", "places", "confirmed_at", "updated_at"]
    list_filter = ["status", "stage", PrefectureFilter, "themes", "is_sample"]
    list_select_related = ["organization"]
    search_fields = ["title", "organization__name"]
    search_help_text = "題名、団体名から探します"
    autocomplete_fields = ["regions", "organization", "partner_organizations", "policies", "events", "origin"]
    fieldsets = [
        (
            "基本（まずここだけで公開できます）",
            {
                "fields": [
                    *("title", "organization", "regions", "themes", "summary", "stage", "started_year"),
                    *("reason", "content", "first_step", "funding", "tips"),
                ]
            },
        ),
        (
            "くわしく",
            {
                "classes": ["collapse"],
                "fields": [
                    *("subtitle", "partner_organizations", "tags", "purpose", "partners", "used_programs", "policies"),
                    "events",
                    *("obstacles", "result", "evaluation", "sustainability", "origin", "changed", "contact"),
                ],
            },
        ),
        ("出典", {"fields": ["sources"]}),
        PublishableAdmin.STATE_FIELDSET,
    ]
    inlines = [CaseImageInline, CaseVideoInline, CaseLinkInline, StatusChangeInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.after_change()


@admin.register(PolicyProposal)
class PolicyProposalAdmin(ReadOnlyAdmin):
    """To read: the people on both sides answer on the pages of the site."""

    list_display = ["case", "policy", "organization", "answer", "created_at", "answered_at"]
    list_filter = ["answer"]
    list_select_related = ["case", "policy", "organization"]
    search_fields = ["case__title", "policy__title", "organization__name"]
    search_help_text = "事例の題名、施策の題名、機関の名前から探します"
    date_hierarchy = "created_at"
