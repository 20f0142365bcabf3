"""What closing an account means here."""

from django.db.models import Q
from django.dispatch import receiver

from accounts.signals import account_closing
from organizations.actions import leave_all
from organizations.models import Invitation


@receiver(account_closing)
def leave_organizations(sender, user, **kwargs):
    """Memberships end, and invitations forget the mail address. The records of who belonged hold no name."""
    leave_all(user)
    Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email)).delete()
