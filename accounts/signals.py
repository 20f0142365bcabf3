"""What this app tells others, which it knows nothing of."""

from django.dispatch import Signal

# In the transaction that closes an account, before anything is removed; gives `user`.
account_closing = Signal()
