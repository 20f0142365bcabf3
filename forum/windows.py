"""The moments at which digests are due: eight o'clock in Japan, where no clock is ever put forward or back."""

from datetime import datetime, timedelta

from django.utils import timezone

from forum.models import Frequency

HOUR = 8


def last_moment(frequency: str, now: datetime) -> datetime:
    """The latest moment up to ``now`` at which a digest of this frequency was due."""
    local = timezone.localtime(now)
    day = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if day > local:
        day -= timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        day -= timedelta(days=day.weekday())
    elif frequency == Frequency.MONTHLY:
        day = day.replace(day=1)
    return day
