"""Writes about the pictures of cases."""

from cases.models import CaseImage


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
