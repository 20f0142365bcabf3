"""Who did something, in words that fit the reader."""

from accounts.models import User
from accounts.roles import PERMISSIONS

NOBODY_KNOWN = "だれが行ったか記録のない操作で、"
BY_ITSELF = "自動の処理で、"
WITHOUT_SIGNING_IN = "サインインしていない方が"
GONE = "登録のなくなった方が"


class Narrator:
    """Names people for ``reader``: members of the secretariat only to reviewers, who need to know their colleagues."""

    def __init__(self, reader, pks):
        people = User.objects.filter(pk__in={pk for pk in pks if pk}).prefetch_related("role_assignments")
        self.people = {person.pk: person for person in people}
        self.is_for_reviewers = reader.has_perm("publishing.review")

    def subject(self, pk: int | None) -> str:
        """山田さんが, 事務局が, … for somebody who signed in; the site itself when there is nobody."""
        if pk is None:
            return BY_ITSELF
        person = self.people.get(pk)
        if person is None:
            return GONE
        if person.closed_at:
            return f"{person.display_name}の方が"
        name = f"{person}さん" if self.is_for_reviewers or person.display_name else "名前を登録していない方"
        if not _reviews(person):
            return f"{name}が"
        return f"事務局の{name}が" if self.is_for_reviewers else "事務局が"

    def subject_of(self, context: dict | None) -> str:
        """Who stands behind a recorded change, as far as its context tells."""
        if not context:
            return NOBODY_KNOWN
        if context.get("user") is None and not context.get("url"):
            return BY_ITSELF if context.get("action") else NOBODY_KNOWN
        return WITHOUT_SIGNING_IN if context.get("user") is None else self.subject(context["user"])


def through(subject: str) -> str:
    """The same person as the one whose doing it was, where the sentence is about somebody else."""
    return subject.removesuffix("が") + "の操作で、" if subject.endswith("が") else subject


def _reviews(person) -> bool:
    """Like ``has_perm``, from the roles that were read for all people at once."""
    roles = (assignment.role for assignment in person.role_assignments.all())
    return person.is_superuser or any("publishing.review" in PERMISSIONS.get(role, ()) for role in roles)
