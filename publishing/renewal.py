"""Cards that say something else on another day."""

from django.utils import timezone

from publishing.models import Status


def renew_due(model) -> int:
    """Write the public items of ``model`` anew whose day, `changes_on`, has come; returns how many.

    Cards are written when content is, so the day that changes one has to be noticed. Days that were missed are
    made up for.
    """
    public = model._default_manager.filter(status=Status.PUBLISHED)
    due = list(public.filter(changes_on__lte=timezone.localdate()).order_by("pk"))
    for item in due:
        item.after_change()
    return len(due)
