"""At most ten wrong passwords or codes per account and per address: then both must wait.

Counted in the database, because the web processes must count together. An account that
does not exist is counted like any other, so the limit tells nothing about it.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import SignInTries

TOO_MANY = "続けて何度も間違えたため、受け付けを止めています。15分ほどたってから、もう一度お試しください。"
TRIES = 10
PERIOD = timedelta(minutes=15)


def take_try(email: str, address: str) -> bool:
    """Count one try for the account and the address before it is made; False when it must not be made."""
    counts = [_count(key) for key in _keys(email, address)]
    return max(counts) <= TRIES


def give_back(email: str, address: str) -> None:
    """After a successful sign-in: forget the account's tries, and this one of the address."""
    account, place = _keys(email, address)
    SignInTries.objects.filter(key=account).delete()
    SignInTries.objects.filter(key=place, count__gt=0).update(count=F("count") - 1)
    SignInTries.objects.filter(since__lt=timezone.now() - PERIOD).delete()


def forget(email: str) -> None:
    """Forget the account's tries: its owner has just chosen a new password by mail."""
    account, _ = _keys(email, "")
    SignInTries.objects.filter(key=account).delete()


def _keys(email, address):
    # Kept as hashes: the table names nobody.
    return [
        salted_hmac("accounts.sign_in_limit", text, algorithm="sha256").hexdigest()
        for text in (f"account {email.strip().lower()}", f"address {address}")
    ]


@transaction.atomic
def _count(key: str) -> int:
    now = timezone.now()
    tries, _ = SignInTries.objects.select_for_update().get_or_create(key=key, defaults={"since": now})
    if tries.since < now - PERIOD:
        tries.since, tries.count = now, 0
    tries.count += 1
    tries.save()
    return tries.count
