"""When content counts as fresh: asked about once a year, marked when nobody answers."""

from datetime import date, timedelta

from django.utils import timezone

# After a year the people behind it are asked; a month later readers are told that nobody answered.
ASK_AFTER = timedelta(days=365)
STALE_AFTER = ASK_AFTER + timedelta(days=30)


def is_stale(confirmed_at: date | None) -> bool:
    """Whether a confirmation of that day is too old; what was never confirmed says so by itself."""
    return confirmed_at is not None and confirmed_at < timezone.localdate() - STALE_AFTER
