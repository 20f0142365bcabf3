"""Writes about the pictures of cases."""

from cases.models import CaseImage, CaseStudy
from publishing import working_copies
from publishing.models import WorkingCopy


def remove_picture(picture: CaseImage) -> None:
    """Take a picture off its case: for good from what never was public, else only marked.

    `publishing.attachment_actions.purge_removed` deletes it once nobody can roll it back.
    """
    if picture.case.published_at is None:
        picture.delete()
        return
    picture.is_removed = True
    picture.save(update_fields=["is_removed"])


def in_order(pictures: list[CaseImage]) -> None:
    """Number the pictures as they stand in the list."""
    for position, picture in enumerate(pictures):
        if picture.position != position:
            picture.position = position
            picture.save(update_fields=["position"])


def follow_version(user, case: CaseStudy, *, before: int, after: int) -> None:
    """Let what the person has begun to type about ``case`` go on after an own edit of its pictures."""
    names = [working_copies.form_name("case", case.pk, word) for word in ("short", "full")]
    for copy in WorkingCopy.objects.filter(user=user, form__in=names):
        if copy.data.get("version") == [str(before)]:
            copy.data["version"] = [str(after)]
            copy.save(update_fields=["data"])
