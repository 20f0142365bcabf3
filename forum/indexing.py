"""Writes the index of topics and posts: what everybody may read apart from what stands on closed boards."""

from django.db.models import prefetch_related_objects

from forum.models import ClosedPost, ClosedTopic, Post, Topic
from search import actions, generation


def index_topic(topic: Topic) -> None:
    """Write, renew or remove the entry of a topic; inside the transaction that changed it."""
    _write(topic.pk, Topic, ClosedTopic)


def index_post(post: Post) -> None:
    _write(post.pk, Post, ClosedPost)


def index_new_post(post: Post) -> None:
    """Write the entry of a reply that has none yet; its topic comes with its board. Posting is what many do at once."""
    if not post.is_listed:
        return index_post(post)
    prefetch_related_objects([post], "topic__regions", "topic__themes")
    actions.write_rows([actions.rows_of(post, post)])
    generation.advance(Post.search_kind)
    return None


def index_all_of(topic: Topic) -> None:
    """Renew the topic and all its posts: it moved to another board, or its place or field changed."""
    index_topic(topic)
    pks = list(topic.posts.values_list("pk", flat=True))
    for model in (Post, ClosedPost):
        actions.index_many(list(model.objects.for_index().filter(pk__in=pks)))


def _write(pk, *models):
    for model in models:
        item = model.objects.for_index().get(pk=pk)
        if item.is_listed:
            actions.index_many([item])
        else:
            actions.forget(model.search_kind, pk)
