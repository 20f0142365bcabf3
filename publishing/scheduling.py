"""Publication at a set time, by the worker."""

import logging

from django.db import transaction
from django.utils import timezone

from publishing.actions import change_status, locked
from publishing.items import publishable_models
from publishing.models import Status

logger = logging.getLogger(__name__)

NOTE = "予約した日時になったため、自動で公開しました。"


class SomeNotPublished(Exception):
    """Some items could not be published; the log says which and why. The next minute tries again."""


def publish_due() -> int:
    """Publish what is scheduled for now or before, each item by itself; returns how many.

    One item that cannot be published does not hold up the others. Raises SomeNotPublished at the end.
    """
    count, failed = 0, []
    for model in publishable_models().values():
        for item in model._default_manager.due(timezone.now()):
            try:
                count += _publish(item)
            except Exception:
                logger.exception("%s %s could not be published as scheduled.", model._meta.label, item.pk)
                failed.append(f"{model._meta.label} {item.pk}")
    if failed:
        raise SomeNotPublished(", ".join(failed))
    return count


@transaction.atomic
def _publish(item) -> bool:
    """Publish the item unless somebody was faster: another worker, or its members, who took it back."""
    item = locked(item)
    if item.status != Status.SCHEDULED or item.publish_at > timezone.now():
        return False
    change_status(item, "publish", by=None, note=NOTE)
    return True
