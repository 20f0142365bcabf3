"""The benchmark's own databases, one per number of cases, filled on first use."""

import os
import subprocess
import sys

from django.core.cache import cache
from django.db import connection

from bench import events, forum, policies

MANAGE = [sys.executable, "-W", "ignore", "manage.py"]


def name_of(cases: int) -> str:
    return f"{os.environ.get('BENCH_DATABASE', 'portal_bench')}_{cases}"


def use(cases: int) -> None:
    """Point this process at the database with that many cases."""
    connection.close()
    connection.settings_dict["NAME"] = name_of(cases)
    # What is cached belongs to the database before.
    cache.clear()


def environment(cases: int) -> dict[str, str]:
    """What makes another process use that database with the benchmark's settings."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE_NAME": name_of(cases)}


def prepare(cases: int) -> None:
    """Make the database, or complete it, so that it holds that many generated cases."""
    _create(name_of(cases))
    for command in (["migrate", "--verbosity=0", "--no-input"], ["load_taxonomy", "--verbosity=0"]):
        subprocess.run([*MANAGE, *command], env=environment(cases), check=True)
    use(cases)
    missing = cases - _generated_cases()
    if missing > 0:
        # A rest of an interrupted run cannot be completed: every case is a function of its number.
        command = [*MANAGE, "generate_content"]
        subprocess.run([*command, "--remove", "--verbosity=0"], env=environment(cases), check=True)
        subprocess.run([*command, f"--cases={cases}"], env=environment(cases), check=True)
    wrote = [module.prepare(cases) for module in (policies, events, forum)]
    if any(wrote) or missing > 0:
        _settle()


def drop(cases: int) -> None:
    """Remove the database with that many cases, so that `prepare` makes a new one."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name_of(cases))} WITH (FORCE)")


def _create(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0")


def _generated_cases() -> int:
    from cases.models import CaseStudy
    from platform_site.bulk.removing import generated

    return generated(CaseStudy).count()


def _settle() -> None:
    """Have done what autovacuum and the checkpointer would otherwise do during the measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
