"""Counting what people miss."""

from django.db import connection
from django.utils import timezone

from taxonomy.models import Region, Theme

DEMANDS_PER_DAY = 5_000


def count_demand(theme: Theme | None, region: Region | None, part: str) -> None:
    """Note that somebody misses ``part`` for a theme and a place: the day, nothing about the person.

    A day holds a limited number of different ones, so that a machine that tries addresses cannot fill the table.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO start_demand (theme_id, region_id, part, day, count)
            SELECT %s, %s, %s, %s, 1 WHERE (SELECT count(*) FROM start_demand WHERE day = %s) < %s
            ON CONFLICT (theme_id, region_id, part, day) DO UPDATE SET count = start_demand.count + 1
            """,
            [theme and theme.pk, region and region.code, part, today, today, DEMANDS_PER_DAY],
        )
