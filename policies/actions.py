"""Writes of policies beside the workflow's own."""

from django.utils import timezone

from policies.models import Policy


def renew_due() -> int:
    """Renew the policies whose application has opened, nears its end or is over, or that leave the lists.

    Cards are written when content is, so the day that changes one has to be noticed. Days that were missed are
    made up for. Returns how many were renewed.
    """
    due = list(Policy.objects.due_for_renewal(timezone.localdate()))
    for policy in due:
        policy.after_change()
    return len(due)
