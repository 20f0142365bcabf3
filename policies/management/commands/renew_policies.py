"""Renew what lists show of policies whose days have come; the worker does the same every hour."""

from django.core.management.base import BaseCommand

from policies.actions import renew_due


class Command(BaseCommand):
    help = "Renews the policies whose application has opened or closed, or whose time in the lists is over."

    def handle(self, *, verbosity, **options):
        count = renew_due()
        if verbosity:
            self.stdout.write(f"{count} policies renewed.")
