"""Whether one can apply now: worked out from two days and today."""

from datetime import date, timedelta

from django.db.models import TextChoices

# From how many days before the last one it says that the end is near.
SOON = timedelta(days=14)


class ApplicationState(TextChoices):
    BEFORE = "before", "受付前"
    OPEN = "open", "受付中"
    CLOSING = "closing", "締切間近"
    CLOSED = "closed", "終了"
    ALL_YEAR = "all_year", "通年"


# States in which one can apply.
OPEN_STATES = frozenset({ApplicationState.OPEN, ApplicationState.CLOSING, ApplicationState.ALL_YEAR})


def state_on(
    today: date, opens_on: date | None, closes_on: date | None, *, is_always_open: bool = False
) -> ApplicationState | None:
    """The state on a day, the first and the last day included; None where nobody applies or no day is known."""
    if is_always_open:
        return ApplicationState.ALL_YEAR
    if opens_on is None and closes_on is None:
        return None
    if opens_on and today < opens_on:
        return ApplicationState.BEFORE
    if closes_on is None:
        return ApplicationState.OPEN
    if today > closes_on:
        return ApplicationState.CLOSED
    return ApplicationState.CLOSING if closes_on - today <= SOON else ApplicationState.OPEN


def next_change(today: date, opens_on: date | None, closes_on: date | None, shown_until: date | None) -> date | None:
    """The next day on which the state, or whether lists show it, is another than on ``today``."""
    days = [opens_on, closes_on and closes_on - SOON, closes_on and closes_on + timedelta(days=1)]
    days.append(shown_until and shown_until + timedelta(days=1))
    return min((day for day in days if day and day > today), default=None)
