"""What other apps may listen to."""

from django.dispatch import Signal

# Sent with `event` (its key) and `changes` (a list of EventChange) when a public event has moved, was cancelled or
# postponed, or takes place elsewhere or in another way: in the transaction of the change, so that nobody who follows it
# is forgotten.
event_changed = Signal()
