"""Who may say something about a place in its name. What kind of thing a role may do stands in `accounts.roles`."""

from accounts.models import RoleAssignment
from accounts.roles import Role
from places.models import Contact, PlatformFunction
from taxonomy.models import Region

_WHAT = {PlatformFunction: "places.change_platformfunction", Contact: "places.change_contact"}


def may_edit(user, region: Region, model=Contact) -> bool:
    """Whether ``user`` may edit what ``model`` says about ``region``.

    That is the staff of its prefecture whose role is confirmed, and the secretariat everywhere.
    """
    if user.is_anonymous or not user.has_perm(_WHAT[model]):
        return False
    if user.has_perm("publishing.review"):
        return True
    staff = RoleAssignment.objects.filter(user=user, role=Role.PREFECTURAL)
    return staff.filter(region=region.prefecture_code).exists()
