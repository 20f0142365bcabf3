"""Adding documents to items and taking them away.

Documents belong to the content of their item: `add_attachment` and `remove_attachment` are called by what
`publishing.actions.save_changes` or `create` is given as ``write``, so that edits of public items are seen by
reviewers and can be put back.
"""

from django.db import transaction
from django.db.models import Max
from django.db.models.signals import post_delete
from django.dispatch import receiver

from publishing.actions import confirmed_content, locked
from publishing.attachments import Document
from publishing.items import publishable_models
from publishing.models import Attachment, Publishable


def add_attachment(item: Publishable, document: Document, *, title: str, by) -> Attachment:
    """Keep ``document``, which `attachments.read` has judged, as the last one of ``item``."""
    last = item.attachments.aggregate(last=Max("position"))["last"]
    attachment = Attachment(
        item=item,
        title=title,
        kind=document.kind,
        size=document.size,
        position=0 if last is None else last + 1,
        added_by=by,
    )
    attachment.file.save("", document.file, save=False)
    try:
        attachment.save()
    except Exception:
        attachment.file.delete(save=False)
        raise
    return attachment


def remove_attachment(item: Publishable, attachment: Attachment) -> None:
    """Take a document off its item: only marked where a reviewer may put it back, else deleted with its file."""
    if item.published_at is None:
        attachment.delete()
        return
    attachment.is_removed = True
    attachment.save(update_fields=["is_removed"])


def in_order(attachments: list[Attachment]) -> None:
    """Number the documents as they stand in the list."""
    for position, attachment in enumerate(attachments):
        if attachment.position != position:
            attachment.position = position
            attachment.save(update_fields=["position"])


def purge_removed() -> int:
    """Delete the rows with files (documents, pictures) that were removed and cannot be put back any more.

    That is, those which the content last confirmed does not name. Returns how many.
    """
    count = 0
    for model in publishable_models().values():
        for name in model.CONTENT_ROWS:
            relation = model._meta.get_field(name)
            if any(field.name == "is_removed" for field in relation.related_model._meta.fields):
                for item in model._default_manager.filter(**{f"{name}__is_removed": True}).distinct().order_by("pk"):
                    count += _purge(item, name)
    return count


@transaction.atomic
def _purge(item: Publishable, name: str) -> int:
    item = locked(item)
    confirmed = (confirmed_content(item) or {}).get(name, [])
    removed = getattr(item, name).filter(is_removed=True).exclude(pk__in=[row["pk"] for row in confirmed])
    return len([row.delete() for row in removed])


@receiver(post_delete, sender=Attachment)
def _forget_file(instance, **kwargs):
    """The file goes with its row, once that is certain; a signal, because rows also go with their item."""
    storage, name = instance.file.storage, instance.file.name
    transaction.on_commit(lambda: storage.delete(name))
