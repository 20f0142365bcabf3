"""Writes of policies beside the workflow's own."""

from policies.models import Policy
from publishing import renewal


def renew_due() -> int:
    """Renew the policies whose application has opened, nears its end or is over, or that leave the lists."""
    return renewal.renew_due(Policy)
