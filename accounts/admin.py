"""People and their roles, for superusers; proposed roles, for the secretariat.

Permissions come from roles only, so groups are not shown.
"""

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group

from accounts.actions import AlreadyDecided, decline_role, grant_role, remove_second_factor
from accounts.forms import UserAddForm, UserEditForm
from accounts.models import ProposalStatus, RoleAssignment, RoleProposal, User
from accounts.role_forms import fits
from accounts.roles import ROLES_WITH_REGION

# The package's pages would show the keys of apps and confirm addresses by hand. Importing the models from its
# admin modules makes sure that these have registered them before.
for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)
# One sign-in page for everybody, so that the second factor and the limits count here too.
admin.site.login = secure_admin_login(admin.site.login)


class RoleAssignmentInline(admin.TabularInline):
    model = RoleAssignment
    fk_name = "user"
    fields = ["role", "region", "granted_by", "granted_at"]
    readonly_fields = ["granted_by", "granted_at"]
    autocomplete_fields = ["region"]
    extra = 0

    def has_change_permission(self, request, obj=None):
        return False  # a role is given or taken away


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = UserEditForm
    add_form = UserAddForm
    inlines = [RoleAssignmentInline]
    actions = ["take_second_factor_away"]
    list_display = ["email", "display_name", "given_roles", "is_superuser", "is_active", "last_login"]
    list_filter = ["role_assignments__role", "is_superuser", "is_active"]
    search_fields = ["email", "display_name", "affiliation"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["last_login", "joined_at", "closed_at"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "affiliation", "occupation", "password"]}),
        ("権限", {"fields": ["is_active", "is_superuser"]}),
        ("記録", {"fields": ["last_login", "joined_at", "closed_at"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "display_name", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("role_assignments__region")

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def has_delete_permission(self, request, obj=None):
        return False  # what people did stays attributed: take 「有効」 away instead

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.closed_at)

    @admin.action(description="2段階認証を取り消す（機器も回復用コードもなくした人）", permissions=["change"])
    def take_second_factor_away(self, request, queryset):
        for user in queryset:
            remove_second_factor(user)
            self.log_change(request, user, "2段階認証を取り消しました。")
        messages.success(request, f"{len(queryset)}人の2段階認証を取り消し、本人へメールでお知らせしました。")

    @admin.display(description="役割")
    def given_roles(self, user):
        return "、".join(str(assignment) for assignment in user.role_assignments.all())

    def save_model(self, request, user, form, change):
        super().save_model(request, user, form, change)
        if change and "email" in form.changed_data:
            # The new address has to be confirmed at the next sign-in.
            user.emailaddress_set.all().delete()

    def save_formset(self, request, form, formset, change):
        for assignment in formset.save(commit=False):
            assignment.granted_by = request.user
            assignment.save()
        for assignment in formset.deleted_objects:
            assignment.delete()


class DecisionForm(forms.ModelForm):
    """Checks what the pressed button needs: a region to grant, a reason to decline."""

    class Meta:
        model = RoleProposal
        fields = ["region", "reason"]
        help_texts = {
            "region": "市区町村職員と都道府県職員には、地域が要ります。",
            "reason": "見送るときは、理由を書いてください。本人にメールで届きます。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "region" in self.fields and self.instance.role in ROLES_WITH_REGION and not self.instance.region_id:
            self.initial["region"] = self.instance.user.region_id  # what the person has told since

    def clean(self):
        cleaned = super().clean()
        needs_region = self.instance.role in ROLES_WITH_REGION
        if "_grant" in self.data and needs_region and not fits(cleaned.get("region"), self.instance.role):
            self.add_error("region", "付与するには、役割に合う地域（市区町村か、都道府県）を選んでください。")
        if "_decline" in self.data and not cleaned.get("reason", "").strip():
            self.add_error("reason", "見送るときは、理由を書いてください。")
        return cleaned


@admin.register(RoleProposal)
class RoleProposalAdmin(admin.ModelAdmin):
    form = DecisionForm
    list_display = ["user", "role", "email", "region", "status", "proposed_at"]
    list_filter = ["status", "role"]
    list_select_related = ["user", "region"]
    search_fields = ["email", "user__display_name"]
    autocomplete_fields = ["region"]
    readonly_fields = [
        *("user", "affiliation", "role", "email", "statement", "status"),
        *("proposed_at", "decided_by", "vouched_as", "decided_at"),
    ]
    fields = [*readonly_fields[:6], "region", "reason", *readonly_fields[6:]]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        decided = obj is not None and obj.status != ProposalStatus.OPEN
        return super().has_change_permission(request, obj) and not decided

    @admin.display(description="所属（本人の記入）")
    def affiliation(self, proposal):
        return proposal.user.affiliation or "記入なし"

    def save_model(self, request, proposal, form, change):
        try:
            if "_grant" in request.POST:
                grant_role(proposal, by=request.user, region=form.cleaned_data["region"])
            elif "_decline" in request.POST:
                decline_role(proposal, by=request.user, reason=form.cleaned_data["reason"])
        except AlreadyDecided:
            messages.error(request, "ほかの人が先に決めたので、何も変えていません。")
