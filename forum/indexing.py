"""Writes the index of topics and posts: what everybody may read apart from what stands on closed boards."""

from forum.models import NAMED, ClosedPost, ClosedTopic, Post, Topic
from search import actions, generation


def index_topic(topic: Topic) -> None:
    """Write, renew or remove the entry of a topic; inside the transaction that changed it."""
    _write(topic.pk, Topic, ClosedTopic)


def index_new_topic(topic: Topic, post: Post, links: dict) -> None:
    """Write the entry of a topic that has none yet, with its first ``post``; ``links`` are the objects that it names,
    as `forum.actions.start_topic` takes them."""
    if topic.is_visible and not topic.is_listed:
        return index_topic(topic)
    if topic.is_listed:
        topic.first_post = post
        topic.region_codes = sorted(region.code for region in links.get("regions", ()))
        topic.theme_slugs = [theme.slug for theme in links.get("themes", ())]
        topic.new_keys = {name: [item.pk for item in links.get(name, ())] for name in NAMED.values()}
        actions.write_rows([actions.rows_of(topic, topic)])
        generation.advance(Topic.search_kind)
    return None


def index_post(post: Post) -> None:
    _write(post.pk, Post, ClosedPost)


def index_new_post(post: Post) -> None:
    """Write the entry of a reply that has none yet; its topic comes as `forum.actions.locked` gives it. Posting is
    what many do at once."""
    if not post.is_listed:
        return index_post(post)
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
