"""Writes that leave no trace in the records of changes: what is generated has no history."""

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connection, transaction

# Where the triggers themselves look. pgtrigger.ignore sets it before each statement, which COPY is not to it.
_SETTING = "pgtrigger.ignore"


@contextmanager
def unrecorded() -> Iterator[None]:
    """One transaction in which the triggers of django-pghistory do nothing."""
    with transaction.atomic():
        _ignore(sorted({trigger.get_pgid(model) for model, trigger in pgtrigger.registered()}))
        yield
        # A transaction around this one goes on recording.
        _ignore([])


def _ignore(triggers: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [_SETTING, f"{{{','.join(triggers)}}}"])
