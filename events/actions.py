"""Writes of events beside the workflow's own."""

from django.utils import timezone

from events.models import Event


def renew_due() -> int:
    """Renew the cards that say something else today: it is today, it is over, one can apply now or no longer.

    Cards are written when content is, so the day that changes one has to be noticed. Days that were missed are
    made up for. Returns how many were renewed.
    """
    due = list(Event.objects.due_for_renewal(timezone.localdate()))
    for event in due:
        event.after_change()
    return len(due)
