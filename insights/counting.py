"""Counts in the memory of each process, written together every half minute.

Answering a page costs one look at a dictionary and never waits for the database: a thread writes, and what it could
not write it tries again. What a process had not written when it was killed is lost, half a minute's counts at most; one
that is asked to stop writes first (`gunicorn.conf.py`, `atexit`).
"""

import atexit
import logging
import os
import threading
from collections import Counter
from datetime import date

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from insights.models import PAGE

logger = logging.getLogger(__name__)

# (day, kind, object id or 0, name of the page or "")
Key = tuple[date, str, int, str]
# Written earlier when so many have come together.
FLUSH_FROM = 2_000
# While the database is away for long, only so many different pages are remembered.
MOST_KEYS = 50_000

# Only what the index lists is public, so that neither drafts nor what is gone are counted. In one order everywhere,
# so that two processes that write the same rows wait for each other instead of giving up.
_WRITE = """
    INSERT INTO insights_dailyviews (day, kind, object_id, page, count)
    SELECT v.day, v.kind, v.object_id, v.page, v.count
    FROM unnest(%s::date[], %s::text[], %s::bigint[], %s::text[], %s::int[]) AS v (day, kind, object_id, page, count)
    WHERE v.kind = %s
       OR EXISTS (SELECT FROM search_entry e WHERE e.kind = v.kind AND e.object_id = v.object_id)
    ORDER BY v.kind, v.object_id, v.page, v.day
    ON CONFLICT (kind, object_id, page, day) DO UPDATE SET count = insights_dailyviews.count + EXCLUDED.count
"""


class Buffer:
    """Counts that have not been written yet. One per process: a fork begins with an empty one."""

    def __init__(self):
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.flush)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._total = 0
        self._is_due = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, kind: str, object_id: int, page: str) -> None:
        key = (timezone.localdate(), kind, object_id, page)
        with self._lock:
            if key in self._counts or len(self._counts) < MOST_KEYS:
                self._counts[key] += 1
                self._total += 1
            if self._thread is None and settings.VIEWS_ARE_WRITTEN_EVERY:
                self._thread = threading.Thread(target=self._write_for_ever, name="views", daemon=True)
                self._thread.start()
        if self._total >= FLUSH_FROM:
            self._is_due.set()

    def flush(self) -> int:
        """Write what was counted; returns how many views that were. What cannot be written now is kept."""
        with self._writing:
            with self._lock:
                counts, self._counts, self._total = self._counts, Counter(), 0
            if not counts:
                return 0
            try:
                write(counts)
            except (DatabaseError, InterfaceError, OSError):
                # The site says so itself by its pages; here it only matters that nothing is lost.
                logger.info("views could not be written", exc_info=True)
                self._take_back(counts)
                return 0
            return counts.total()

    def _take_back(self, counts: Counter[Key]) -> None:
        # `_total` stays: there is no hurry to try again before the next turn.
        with self._lock:
            self._counts.update(dict(counts.most_common(MOST_KEYS - len(self._counts))))

    def _write_for_ever(self) -> None:
        while seconds := settings.VIEWS_ARE_WRITTEN_EVERY:
            self._is_due.wait(seconds)
            self._is_due.clear()
            try:
                self.flush()
            except Exception:
                logger.exception("views were lost")
            finally:
                # Back to the pool, for those who answer pages.
                connection.close()


def write(counts: Counter[Key]) -> None:
    """Add ``counts`` to the days, in one statement."""
    days, kinds, object_ids, pages = map(list, zip(*counts, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [days, kinds, object_ids, pages, list(counts.values()), PAGE])


buffer = Buffer()
