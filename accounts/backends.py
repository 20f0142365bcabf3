"""Feeds the permission table in `accounts.roles` to Django's own `has_perm`."""

from django.contrib.auth.backends import BaseBackend, ModelBackend

from accounts.roles import PERMISSIONS, Role


class RoleBackend(ModelBackend):
    """Signs in by mail address and password; permissions come from roles only."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_role_permissions"):
            roles = {Role.MEMBER, *user_obj.roles}
            user_obj._role_permissions = set().union(*(PERMISSIONS.get(role, ()) for role in roles))
        return user_obj._role_permissions

    def has_perm(self, user_obj, perm, obj=None):
        return BaseBackend.has_perm(self, user_obj, perm, obj=obj)

    def has_module_perms(self, user_obj, app_label):
        return any(perm.partition(".")[0] == app_label for perm in self.get_all_permissions(user_obj))
