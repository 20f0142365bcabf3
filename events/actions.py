"""Writes of events beside the workflow's own."""

from events.models import Event
from publishing import renewal


def renew_due() -> int:
    """Renew the cards that say something else today: it is today, it is over, one can apply now or no longer."""
    return renewal.renew_due(Event)
