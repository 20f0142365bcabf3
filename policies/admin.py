from django import forms
from django.contrib import admin

from policies.models import Applicant, Policy, PolicyAmount, PolicyDocument, PolicyQuestion
from publishing.admin import HTTPS_ADDRESSES, PrefectureFilter, PublishableAdmin, PublishableForm, StatusChangeInline


class PolicyForm(PublishableForm):
    applicants = forms.MultipleChoiceField(
        label="対象（申請できる人・使える人）",
        choices=Applicant.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class AmountInline(admin.TabularInline):
    model = PolicyAmount
    extra = 0


class DocumentInline(admin.TabularInline):
    model = PolicyDocument
    formfield_overrides = HTTPS_ADDRESSES
    extra = 0


class QuestionInline(admin.StackedInline):
    model = PolicyQuestion
    extra = 0


@admin.register(Policy)
class PolicyAdmin(PublishableAdmin):
    form = PolicyForm
    list_display = ["title", "organization", "fiscal_year", "kind", "standing", "status", "closes_on", "updated_at"]
    list_filter = ["status", "kind", "standing", "fiscal_year", PrefectureFilter, "themes", "is_sample"]
    list_select_related = ["organization"]
    search_fields = ["title", "organization__name"]
    search_help_text = "題名、機関の名前から探します"
    autocomplete_fields = ["regions", "organization", "predecessor"]
    fieldsets = [
        (
            "基本",
            {
                "fields": [
                    *("title", "subtitle", "organization", "department", "fiscal_year", "kind", "standing"),
                    *("summary", "content", "regions", "themes", "tags", "predecessor"),
                ]
            },
        ),
        (
            "対象と金額",
            {
                "fields": [
                    *("applicants", "applicants_note", "implementer", "subsidy_permille", "subsidy_note"),
                    *("amounts_note", "budget", "budget_note"),
                ]
            },
        ),
        (
            "申請",
            {
                "fields": [
                    *("is_always_open", "opens_on", "closes_on", "application_note", "how_to_apply", "contact"),
                ]
            },
        ),
        ("根拠と出典", {"fields": ["legal_basis", "sources", "shown_until"]}),
        PublishableAdmin.STATE_FIELDSET,
    ]
    inlines = [AmountInline, DocumentInline, QuestionInline, StatusChangeInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.after_change()
