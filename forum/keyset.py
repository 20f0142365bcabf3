"""Pages of a list that begin after a topic, not after so many: as fast far down as at the top."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Microseconds since 1970, so few that there is such a day, and the number of a topic.
_KEY = re.compile(r"(\d{1,17})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Key:
    """Where a topic stands in a list by the last post; no two topics have the same."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, topic) -> "Key":
        return cls(topic.last_posted_at, topic.pk)

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """The key that stands in an address; None when it is none."""
        found = _KEY.fullmatch(text)
        return cls(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2])) if found else None

    def __str__(self):
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"

    def topics_after(self, topics):
        # The first condition is what the index is searched by; the second alone would be asked row by row.
        same_moment = Q(last_posted_at=self.at, pk__lt=self.pk)
        return topics.filter(last_posted_at__lte=self.at).filter(Q(last_posted_at__lt=self.at) | same_moment)
