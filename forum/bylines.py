"""How readers know somebody: by name, or only by occupation and prefecture."""

from accounts.roles import Role
from forum.models import ShownAs
from search.address import prefecture_of

# Of several roles the one that says most about who speaks.
ORDER = (Role.SECRETARIAT, Role.COORDINATOR, Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY)
NAMELESS = "名前を出していない人"


def byline(user, shown_as: str) -> str:
    """「山田花子（飯山市社会福祉協議会）」, or 「生活支援コーディネーター（長野県）」."""
    if shown_as == ShownAs.ROLE:
        return role_and_prefecture(user)
    name = user.display_name or NAMELESS
    return f"{name}（{user.affiliation}）" if user.affiliation else name


def _assignments(user) -> list:
    """Asked once, and kept with ``user``."""
    known = getattr(user, "_forum_assignments", None)
    if known is None:
        known = user._forum_assignments = list(user.role_assignments.select_related("region"))
    return known


def role_and_prefecture(user) -> str:
    """What can be said without saying who it is."""
    assignments = {one.role: one for one in _assignments(user)}
    role = next((role for role in ORDER if role in assignments), None)
    what = role.label if role else (user.get_occupation_display() or "団体のメンバー")
    region = (assignments[role].region if role else None) or user.region
    prefecture = prefecture_of(region)
    return f"{what}（{prefecture.name}）" if prefecture else what
