"""How often something may be done: counted in the database, so that all web processes count together.

Names are kept as hashes, so the table names nobody. Each count belongs to a period that begins with the
first use and ends by itself. A use that one limit refuses counts in no other, and makes nobody wait longer.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Tally

LONGEST_PERIOD = timedelta(hours=1)


class Limit(NamedTuple):
    times: int
    seconds: int


def take(*uses: tuple[str, Limit]) -> int:
    """Count one use for each name; returns how many seconds to wait, 0 when the use is within its limits.

    One statement for all of them: several processes at once lose no count and wait for nothing else.
    """
    now = timezone.now()
    # The number of the period belongs to the name, so that one name may have several limits.
    limits = {_key(f"{name} {limit.seconds}"): limit for name, limit in uses}
    rows = sorted((key, timedelta(seconds=limit.seconds)) for key, limit in limits.items())
    values = ", ".join(["(%s, %s::interval)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(values=values), [part for row in rows for part in row] + [now])
        waits = {key: _wait(limits[key], count, since, now) for key, count, since in cursor.fetchall()}
    if any(waits.values()) and not all(waits.values()):
        _uncount(*(key for key, wait in waits.items() if not wait))
    return max(waits.values())


# Made of constants; every value is a parameter.
COUNT = """
    WITH uses (key, period) AS (VALUES {values})
    INSERT INTO accounts_signintries AS tally (key, count, since)
    SELECT key, 1, %s FROM uses ORDER BY key
    ON CONFLICT (key) DO UPDATE SET (count, since) = (
        SELECT CASE WHEN is_over THEN 1 ELSE tally.count + 1 END,
               CASE WHEN is_over THEN excluded.since ELSE tally.since END
        FROM (SELECT tally.since <= excluded.since - period AS is_over FROM uses WHERE key = excluded.key) AS period
    )
    RETURNING key, count, since
"""


def _wait(limit, count, since, now):
    if count <= limit.times:
        return 0
    return max(1, round((since + timedelta(seconds=limit.seconds) - now).total_seconds()))


def give_back(name: str, limit: Limit) -> None:
    """Take one use back: it was none of those that are limited."""
    _uncount(_key(f"{name} {limit.seconds}"))


def _uncount(*keys):
    Tally.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def forget(name: str, limit: Limit) -> None:
    Tally.objects.filter(key=_key(f"{name} {limit.seconds}")).delete()


def sweep() -> None:
    """Delete the counts of periods that are long over."""
    Tally.objects.filter(since__lt=timezone.now() - LONGEST_PERIOD).delete()


def place(address: str) -> str:
    """What counts as one address: of IPv6 the first half, because a connection has all of the second."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def _key(name):
    return salted_hmac("accounts.limits", name, algorithm="sha256").hexdigest()
