"""When content counts as fresh: asked about once a year, marked when nobody answers."""

from datetime import date, timedelta

from django.utils import timezone

# After a year the people behind it are asked; a month later readers are told that nobody answered.
ASK_AFTER = timedelta(days=365)
STALE_AFTER = ASK_AFTER + timedelta(days=30)
# Who is asked about one thing is asked about what else would come up in the next half year, too.
TAKEN_ALONG_AFTER = timedelta(days=180)
REMIND_AFTER = timedelta(days=30)
# How far stale content goes back in lists by date: behind everything that is fresh, in its own order.
SUNK_BY = timedelta(days=36_525)


def is_stale(confirmed_at: date | None) -> bool:
    """Whether a confirmation of that day is too old; what was never confirmed says so by itself."""
    return confirmed_at is not None and confirmed_at < timezone.localdate() - STALE_AFTER
