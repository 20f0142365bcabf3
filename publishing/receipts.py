"""Receipt numbers that people read aloud on the telephone."""

import secrets

from django.utils import timezone

# Without 0 O 1 I L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_receipt_number(prefix: str) -> str:
    """Such as Q-20261123-7K3F: what it is for, the day in Japan, four random letters. May be taken: try again."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(4))
    return f"{prefix}-{timezone.localdate():%Y%m%d}-{letters}"
