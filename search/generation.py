"""A number per kind of content that changes with every write to its index.

Counts over many rows are kept in the cache under it: as soon as something is published,
changed or closed the number is another one and the counts are taken anew. It is a
sequence, so writers never wait for each other.
"""

import hashlib
import re
import time
from collections.abc import Sequence

from django.db import connection, transaction

_KIND = re.compile(r"[a-z_]{1,30}")


def sequence_name(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise ValueError(f"not a kind of content: {kind!r}")
    return f"search_generation_{kind}"


def create(kind: str) -> None:
    """Make the sequence of a kind of content where it does not exist yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence_name(kind)}")


# What a process has read is good for this many seconds: lists then take one statement less.
KNOWN_FOR = 1.0
_known: dict[str, tuple[float, int]] = {}


def _advance(kind: str) -> None:
    _known.pop(kind, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval('{sequence_name(kind)}')")


def advance(kind: str) -> None:
    """Mark what is cached about ``kind`` as outdated, now and once more after the commit.

    The first call serves this transaction. The second one drops what other processes
    counted between the two, when they could not see the new row yet.
    """
    _advance(kind)
    transaction.on_commit(lambda: _advance(kind))


def current(kind: str) -> int:
    """The number now; a write of another process is noticed within a second."""
    return current_of(kind)[0]


def current_of(*kinds: str) -> list[int]:
    """The numbers of several kinds, those that are not known read in one statement."""
    now = time.monotonic()
    unknown = [kind for kind in kinds if now - _known.get(kind, (-KNOWN_FOR, 0))[0] >= KNOWN_FOR]
    if unknown:
        # Names of kinds are checked by `sequence_name`.
        columns = ", ".join(f"(SELECT last_value FROM {sequence_name(kind)})" for kind in unknown)  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns}")
            numbers = cursor.fetchone()
        _known.update({kind: (now, number) for kind, number in zip(unknown, numbers, strict=True)})
    return [_known[kind][1] for kind in kinds]


def cache_key(kind: str, *parts) -> str:
    """A key under which to cache what was derived from all content of ``kind``: good until its next write."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
    return f"search:{connection.settings_dict['NAME']}:{kind}:{current(kind)}:{digest}"


def cache_key_of(kinds: Sequence[str], *parts) -> str:
    """A key under which to cache what was derived from all content of several kinds: good until the next write."""
    return cache_key(kinds[0], *current_of(*kinds), *parts)


def forget() -> None:
    """Read every number anew: for tests, whose databases come and go."""
    _known.clear()
