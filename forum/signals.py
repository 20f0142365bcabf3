"""What happens on the board, for those who tell others of it."""

from django.dispatch import Signal

# Sent with `post` in the transaction in which others may read it for the first time: when it is written, or when
# a moderator releases what was held.
post_published = Signal()

# Sent with `topic` and `post` in the transaction in which the post is marked as the answer that helped.
best_chosen = Signal()
