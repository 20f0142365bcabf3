"""At most ten wrong passwords or codes per account and per address: then both must wait.

An account that does not exist is counted like any other, so the limit tells nothing about it.
"""

from accounts import limits

TOO_MANY = "続けて何度も間違えたため、受け付けを止めています。15分ほどたってから、もう一度お試しください。"
TRIES = 10
LIMIT = limits.Limit(times=TRIES, seconds=15 * 60)


def take_try(email: str, address: str) -> bool:
    """Count one try for the account and the address before it is made; False when it must not be made."""
    return limits.take((_account(email), LIMIT), (_address(address), LIMIT)) == 0


def give_back(email: str, address: str) -> None:
    """After a successful sign-in: forget the account's tries, and this one of the address."""
    limits.forget(_account(email), LIMIT)
    limits.give_back(_address(address), LIMIT)
    limits.sweep()


def forget(email: str) -> None:
    """Forget the account's tries: its owner has just chosen a new password by mail."""
    limits.forget(_account(email), LIMIT)


def _account(email):
    return f"sign-in account {email.strip().lower()}"


def _address(address):
    return f"sign-in address {limits.place(address)}"
