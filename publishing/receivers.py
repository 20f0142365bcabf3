"""What closing an account means here."""

from django.dispatch import receiver

from accounts.signals import account_closing
from publishing.models import WorkingCopy


@receiver(account_closing)
def forget_working_copies(sender, user, **kwargs):
    """What was typed and never saved goes; what was posted stays."""
    WorkingCopy.objects.filter(user=user).delete()
