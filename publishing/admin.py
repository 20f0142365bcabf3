"""What the admin of every publishable thing shares: workflow actions, their history, no deletion."""

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.admin import GenericTabularInline
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from publishing.actions import TransitionNotAllowed, change_status, confirm
from publishing.deciding import count_as_confirmed
from publishing.forms import JapaneseTagField
from publishing.models import CannedReason, FreshnessQuestion, Review, ReviewComment, StatusChange
from publishing.workflow import TRANSITIONS
from taxonomy.models import Region

# action: (what it does, that it is done, that it cannot be done)
SENTENCES = {
    "publish": ("公開する", "公開しました", "公開できません"),
    "return": ("差し戻す", "差し戻しました", "差し戻せません"),
    "close": ("公開を終了する", "公開を終了しました", "公開を終了できません"),
}
# Addresses typed without a scheme are https.
HTTPS_ADDRESSES = {models.URLField: {"assume_scheme": "https"}}


def _edited(form, formsets) -> set[str]:
    """The fields and rows, by their names in the content, that were changed in the admin."""
    rows = {
        formset.fk.remote_field.get_accessor_name()
        for formset in formsets
        if hasattr(formset, "fk") and formset.has_changed()
    }
    return {*form.changed_data, *rows}


class PublishableForm(forms.ModelForm):
    tags = JapaneseTagField(label="タグ", required=False, help_text="「、」で区切ります。例：移動販売、公民館")


class StatusChangeInline(GenericTabularInline):
    """The audit trail, to read."""

    model = StatusChange
    ct_fk_field = "object_id"
    fields = readonly_fields = ["at", "from_status", "to_status", "by", "note"]
    verbose_name_plural = "公開までの記録"
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PrefectureFilter(admin.SimpleListFilter):
    title = "都道府県"
    parameter_name = "prefecture"

    def lookups(self, request, model_admin):
        return Region.objects.prefectures().values_list("code", "name")

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(
            models.Exists(
                queryset.model.regions.through.objects.filter(
                    region__code__startswith=self.value(),
                    **{queryset.model._meta.model_name: models.OuterRef("pk")},
                )
            )
        )


class PublishableAdmin(admin.ModelAdmin):
    """Base of the admin of publishable models; items are withdrawn, never deleted."""

    form = PublishableForm
    change_form_template = "admin/publishing/change_form.html"
    actions = ["publish", "send_back", "close", "confirm_today"]
    ordering = ["-updated_at", "-pk"]
    list_per_page = 50
    formfield_overrides = HTTPS_ADDRESSES
    readonly_fields = ["status", "published_at", "author", "created_at", "updated_at"]
    autocomplete_fields = ["regions"]

    class Media:
        css = {"all": ["css/admin.css"]}

    STATE_FIELDSET = (
        "状態",
        {"fields": ["status", "published_at", "confirmed_at", "is_sample", "author", "created_at", "updated_at"]},
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("regions")

    @admin.display(description="地域")
    def places(self, item):
        names = [region.full_name for region in item.regions.all()]
        return "、".join(names[:3]) + ("ほか" if len(names) > 3 else "")

    @admin.display(description="作成した人")
    def author(self, item):
        return item.created_by or "記録なし"

    def view_on_site(self, item):
        return item.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field:
            field.widget.attrs["rows"] = 4
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "themes":
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, item, form, change):
        if not change:
            item.created_by = request.user
            item.save()
            return
        # Only what was edited: another person may have moved the status since this form was opened.
        columns = {field.name for field in item._meta.concrete_fields}
        item.save(update_fields=[*columns.intersection(form.changed_data), "updated_at"])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change:
            count_as_confirmed(form.instance, _edited(form, formsets), by=request.user)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        status = obj.status if obj else "draft"
        context["allowed"] = [name for name, transition in TRANSITIONS.items() if status in transition.allowed_from]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        self._publish_if_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        self._publish_if_asked(request, obj)
        return super().response_change(request, obj)

    def _publish_if_asked(self, request, item):
        if "_publish" in request.POST:
            self._apply(request, [item], "publish")

    @admin.action(description="公開する", permissions=["review"])
    def publish(self, request, queryset):
        self._apply(request, queryset, "publish")

    @admin.action(description="差し戻す（理由を書く）", permissions=["review"])
    def send_back(self, request, queryset):
        return self._apply_with_reason(request, queryset, "return", "send_back")

    @admin.action(description="公開を終了する（理由を書く）", permissions=["review"])
    def close(self, request, queryset):
        return self._apply_with_reason(request, queryset, "close", "close")

    @admin.action(description="最終確認日を今日にする", permissions=["review"])
    def confirm_today(self, request, queryset):
        items = [confirm(item, on=timezone.localdate(), by=request.user) for item in queryset]
        self.message_user(request, f"{len(items)}件の最終確認日を今日にしました。", messages.SUCCESS)

    def has_review_permission(self, request):
        return request.user.has_perm("publishing.review")

    def _apply_with_reason(self, request, items, action, admin_action):
        """Ask for a reason on a page of its own, then apply the action."""
        note = request.POST.get("note", "").strip()
        if note:
            self._apply(request, items, action, note=note)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": f"{SENTENCES[action][0]}理由",
            "items": items,
            "action": admin_action,
            "verb": SENTENCES[action][0],
            "is_missing": "note" in request.POST,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/publishing/reason.html", context)

    def _apply(self, request, items, action, *, note=""):
        _, did, cannot = SENTENCES[action]
        count = 0
        for item in items:
            try:
                change_status(item, action, by=request.user, note=note)
            except TransitionNotAllowed:
                item.refresh_from_db(fields=["status"])
                sentence = f"「{item}」は「{item.get_status_display()}」の状態なので、{cannot}。"
                self.message_user(request, sentence, messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{did}（{count}件）。", messages.SUCCESS)


@admin.register(CannedReason)
class CannedReasonAdmin(admin.ModelAdmin):
    list_display = ["title", "text", "position"]
    list_editable = ["position"]
    ordering = ["position", "pk"]


class ReadOnly:
    """To look at: reviews are decided in the queue only."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReviewCommentInline(ReadOnly, admin.TabularInline):
    model = ReviewComment
    extra = 0


@admin.register(Review)
class ReviewAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "reason", "entered_at", "claimed_by", "decision", "decided_at", "waited_days"]
    list_filter = ["decision", "reason", "is_small"]
    list_select_related = ["claimed_by"]
    search_fields = ["title"]
    ordering = ["-entered_at", "-pk"]
    inlines = [ReviewCommentInline]
    exclude = ["content_type", "object_id"]

    def view_on_site(self, review):
        return reverse("publishing:review", args=[review.pk])


@admin.register(FreshnessQuestion)
class FreshnessQuestionAdmin(ReadOnly, admin.ModelAdmin):
    """Who was asked whether content is still right, and what they said."""

    list_display = ["item", "person", "asked_on", "reminded_on", "answer", "answered_at", "note"]
    list_filter = ["answer", "asked_on"]
    list_select_related = ["person"]
    search_fields = ["note", "person__email", "person__display_name"]
    ordering = ["-asked_on", "-pk"]
    exclude = ["content_type", "object_id"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("item")

    def view_on_site(self, question):
        return question.item.get_absolute_url()
