"""Roles and the one permission table: who may do what kind of thing.

Which objects one may see or edit is not written here but in querysets.
"""

from django.db import models


class Role(models.TextChoices):
    SECRETARIAT = "secretariat", "事務局"


def _all(*model_labels: str) -> set[str]:
    """View, add and change for each model; nothing of ours is ever deleted in the admin."""
    permissions = set()
    for label in model_labels:
        app, model = label.split(".")
        permissions |= {f"{app}.{verb}_{model}" for verb in ("view", "add", "change")}
    return permissions


PERMISSIONS: dict[str, set[str]] = {
    Role.SECRETARIAT: _all(
        "organizations.organization",
        "cases.casestudy",
        "cases.caseimage",
        "cases.casevideo",
        "cases.caselink",
        "platform_site.announcement",
        "platform_site.relatedlink",
        "search.synonym",
    )
    | {
        "publishing.review",
        "publishing.view_statuschange",
        "platform_site.view_inquiry",
        "platform_site.change_inquiry",
        "platform_site.view_contenttag",
        "platform_site.change_contenttag",
        "search.delete_synonym",
        "search.view_missedsearch",
        "cases.delete_caseimage",
        "cases.delete_casevideo",
        "cases.delete_caselink",
        "taxonomy.view_region",
        "taxonomy.view_theme",
    },
}
