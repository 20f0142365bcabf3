"""Roles and the one permission table: who may do what kind of thing.

Which objects one may see or edit is not written here but in querysets.
"""

from django.db import models


class Role(models.TextChoices):
    MEMBER = "member", "会員"
    COORDINATOR = "coordinator", "生活支援コーディネーター"
    MUNICIPAL = "municipal", "市区町村職員"
    PREFECTURAL = "prefectural", "都道府県職員"
    MINISTRY = "ministry", "府省庁職員"
    SECRETARIAT = "secretariat", "事務局"


class OrganizationRole(models.TextChoices):
    """What somebody is in an organization; one person may be in several."""

    OWNER = "owner", "管理者"
    EDITOR = "editor", "編集者"


# Everybody who has an account is a member; the other roles are given by somebody.
GIVEN_ROLES = [role for role in Role if role != Role.MEMBER]
# Their role means little without the place they serve.
ROLES_WITH_REGION = [Role.MUNICIPAL, Role.PREFECTURAL]
# People may say that a role is theirs; somebody else decides. Nobody applies to be the secretariat.
APPLIED_ROLES = [Role.COORDINATOR, Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY]
STAFF_ROLES = [Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY, Role.SECRETARIAT]


def _all(*model_labels: str) -> set[str]:
    """View, add and change for each model; nothing of ours is ever deleted in the admin."""
    permissions = set()
    for label in model_labels:
        app, model = label.split(".")
        permissions |= {f"{app}.{verb}_{model}" for verb in ("view", "add", "change")}
    return permissions


PERMISSIONS: dict[str, set[str]] = {
    Role.MEMBER: set(),
    Role.COORDINATOR: set(),
    Role.MUNICIPAL: set(),
    # For their own prefecture only: `places.permissions`.
    Role.PREFECTURAL: {"places.change_platformfunction", "places.change_contact", "insights.view_insights"},
    Role.MINISTRY: {"insights.view_insights"},
    Role.SECRETARIAT: _all(
        "organizations.organization",
        "cases.casestudy",
        "cases.caseimage",
        "cases.casevideo",
        "cases.caselink",
        "policies.policy",
        "policies.policyamount",
        "policies.policydocument",
        "policies.policyquestion",
        "events.event",
        "events.eventseries",
        "events.eventvideo",
        "forum.board",
        "places.platformfunction",
        "places.contact",
        "platform_site.announcement",
        "platform_site.relatedlink",
        "search.synonym",
        "start.checkliststep",
        "start.reading",
    )
    | {
        "publishing.review",
        "publishing.view_statuschange",
        "publishing.view_review",
        "publishing.view_cannedreason",
        "publishing.add_cannedreason",
        "publishing.change_cannedreason",
        "publishing.delete_cannedreason",
        "publishing.view_attachment",
        "cases.view_policyproposal",
        "publishing.view_freshnessquestion",
        "organizations.view_membership",
        "organizations.view_invitation",
        "organizations.manage_members",
        "organizations.close_organization",
        "mailing.view_outgoingmail",
        "mailing.change_outgoingmail",
        "accounts.view_roleproposal",
        "accounts.change_roleproposal",
        "platform_site.view_inquiry",
        "platform_site.change_inquiry",
        "platform_site.view_contenttag",
        "platform_site.change_contenttag",
        "places.delete_contact",
        "search.delete_synonym",
        "search.view_missedsearch",
        "start.delete_checkliststep",
        "start.delete_reading",
        "start.view_demand",
        "cases.delete_caseimage",
        "cases.delete_casevideo",
        "cases.delete_caselink",
        "policies.delete_policyamount",
        "policies.delete_policydocument",
        "policies.delete_policyquestion",
        "events.delete_eventvideo",
        "events.view_eventchange",
        "events.view_eventimport",
        "forum.view_topic",
        "forum.view_post",
        "forum.view_report",
        "forum.view_moderationstep",
        "forum.view_suspension",
        "forum.view_subscription",
        "insights.view_insights",
        "insights.view_dailyviews",
        "insights.view_monthlyviews",
        "open_data.view_datafile",
        "taxonomy.view_region",
        "taxonomy.view_theme",
    },
}


_EDITING = {
    "organizations.change_organization",
    "cases.add_casestudy",
    "cases.change_casestudy",
    # Members of other than government organizations find none to post for: `policies.models.posting_organizations`.
    "policies.add_policy",
    "policies.change_policy",
    "events.add_event",
    "events.change_event",
}
# What members of an organization may do with it and with what belongs to it.
ORGANIZATION_PERMISSIONS: dict[str, set[str]] = {
    OrganizationRole.EDITOR: _EDITING,
    OrganizationRole.OWNER: _EDITING | {"organizations.close_organization", "organizations.manage_members"},
}


def organization_roles_with(permission: str) -> list[str]:
    """The roles in an organization that have ``permission`` for it."""
    return [role for role, permissions in ORGANIZATION_PERMISSIONS.items() if permission in permissions]


def publishes(role: str) -> bool:
    """Whether the role belongs to staff and may write for the public: then a password alone is too little."""
    return role in STAFF_ROLES and any("view_" not in permission for permission in PERMISSIONS[role])
