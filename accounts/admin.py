"""People and their roles, for superusers. Permissions come from roles only, so groups are not shown."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group

from accounts.forms import AdminSignInForm, UserAddForm, UserEditForm
from accounts.models import RoleAssignment, User

admin.site.unregister(Group)
admin.site.login_form = AdminSignInForm


class RoleAssignmentInline(admin.TabularInline):
    model = RoleAssignment
    fk_name = "user"
    fields = ["role", "granted_by", "granted_at"]
    readonly_fields = ["granted_by", "granted_at"]
    extra = 0

    def has_change_permission(self, request, obj=None):
        return False  # a role is given or taken away


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = UserEditForm
    add_form = UserAddForm
    inlines = [RoleAssignmentInline]
    list_display = ["email", "display_name", "roles", "is_superuser", "is_active", "last_login"]
    list_filter = ["role_assignments__role", "is_superuser", "is_active"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "password"]}),
        ("権限", {"fields": ["is_active", "is_superuser"]}),
        ("記録", {"fields": ["last_login", "joined_at"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "display_name", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("role_assignments")

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else []

    def has_delete_permission(self, request, obj=None):
        return False  # what people did stays attributed: take 「有効」 away instead

    @admin.display(description="役割")
    def roles(self, user):
        return "、".join(str(assignment) for assignment in user.role_assignments.all())

    def save_formset(self, request, form, formset, change):
        for assignment in formset.save(commit=False):
            assignment.granted_by = request.user
            assignment.save()
        for assignment in formset.deleted_objects:
            assignment.delete()
