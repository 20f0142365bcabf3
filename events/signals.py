"""What other apps may listen to."""

from django.dispatch import Signal

# Sent after the commit with `event` (its key) and `changes` (a list of EventChange) when a public event has moved,
# was cancelled or postponed, or takes place elsewhere or in another way: for those who follow it.
event_changed = Signal()
