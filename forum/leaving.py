"""What people leave behind on the board when they close their account: their words, without their name."""

from django.dispatch import receiver

from accounts.signals import account_closing
from forum.models import ClosedPost, Post
from search.actions import index_many

GONE = "退会した人"
AT_ONCE = 200


@receiver(account_closing)
def take_the_name_off(sender, user, **kwargs):
    """Posts stay; the cards of the index show who wrote, so they are made anew."""
    posts = Post.objects.filter(author=user).exclude(byline=GONE)
    pks = list(posts.values_list("pk", flat=True))
    posts.update(byline=GONE)
    for begin in range(0, len(pks), AT_ONCE):
        _index(pks[begin : begin + AT_ONCE])


def _index(pks: list[int]) -> None:
    for model in (Post, ClosedPost):
        index_many(list(model.objects.listed().for_index().filter(pk__in=pks)))
