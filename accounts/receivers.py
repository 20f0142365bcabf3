"""What follows from events of django-allauth, which knows nothing of this app."""

from allauth.account.signals import email_confirmed, password_reset, user_signed_up
from django.dispatch import receiver

from accounts.actions import propose_role
from accounts.sign_in_limit import forget


@receiver(email_confirmed)
def propose_role_of_domain(sender, email_address, **kwargs):
    propose_role(email_address.user, email=email_address.email)


@receiver(user_signed_up)
def propose_role_of_address_confirmed_by_the_provider(sender, user, **kwargs):
    if user.emailaddress_set.filter(email=user.email, verified=True).exists():
        propose_role(user, email=user.email)


@receiver(password_reset)
def forget_wrong_tries(sender, user, **kwargs):
    forget(user.email)
