"""Writes about places: atomic, recorded with who did it."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from places.models import Contact, PlatformFunction, State
from publishing.actions import recorded
from taxonomy.models import Region


class ChangedMeanwhile(Exception):
    """Somebody else saved after the form was opened."""


def version_of(rows: Iterable) -> str:
    """What tells a form that something was saved since it was opened."""
    return max((row.updated_at.isoformat() for row in rows), default="")


@transaction.atomic
def save_platform(prefecture: Region, answers: dict[str, dict], *, by, seen: str) -> None:
    """Write what ``by`` says about each function, and that it was confirmed today.

    ``answers`` has the values of the fields by function; ``seen`` is the `version_of` the rows that the form showed.
    Raises ChangedMeanwhile.
    """
    _lock(prefecture)
    rows = {row.function: row for row in PlatformFunction.objects.filter(prefecture=prefecture)}
    if version_of(rows.values()) != seen:
        raise ChangedMeanwhile
    with recorded(by=by, action="save_platform"):
        for function, values in answers.items():
            row = rows.get(function) or PlatformFunction(prefecture=prefecture, function=function)
            # Of what nobody has ever said anything there is no row.
            if row.pk or values["state"] != State.UNKNOWN:
                _save(row, values, by, is_known=values["state"] != State.UNKNOWN)


@transaction.atomic
def save_contact(region: Region, values: dict[str, str], *, by, seen: str) -> Contact | None:
    """Write whom to call, confirmed today; values that are all empty take the contact away.

    Raises ChangedMeanwhile, see `save_platform`.
    """
    _lock(region)
    contact = Contact.objects.filter(region=region).first()
    if version_of([contact] if contact else []) != seen:
        raise ChangedMeanwhile
    with recorded(by=by, action="save_contact"):
        if any(values.values()):
            return _save(contact or Contact(region=region), values, by)
        if contact:
            contact.delete()
    return None


def _save(row, values, by, *, is_known=True):
    for name, value in values.items():
        setattr(row, name, value)
    row.confirmed_on = timezone.localdate() if is_known else None
    row.confirmed_by = by if is_known else None
    row.save()
    return row


def _lock(region: Region) -> None:
    """Let one writer after the other at a region, whether it has rows yet or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM taxonomy_region WHERE code = %s FOR UPDATE", [region.pk])
