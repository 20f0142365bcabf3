"""How many statements posting takes: many do it at once, and a topic is locked meanwhile."""

import uuid

import pytest

from forum.models import Post, ReadMark, Topic, Watch
from taxonomy.models import Region, Theme
from tests.factories import BoardFactory, TopicFactory, writer

pytestmark = pytest.mark.django_db
TYPED = {"body": "こんにちは。", "shown_as": "name"}


@pytest.fixture
def person(client):
    """Somebody whose posts need no moderator."""
    person = writer()
    client.force_login(person)
    client.get("/forum/")
    return person


def test_a_reply_takes_few_statements(client, person, django_assert_max_num_queries):
    topic = TopicFactory()
    topic.regions.set(Region.objects.filter(code__in=["20", "13"]))

    # Two of them make the savepoint in the place of the transaction of a real request.
    with django_assert_max_num_queries(22):
        client.post(f"/forum/{topic.pk}/reply/", TYPED | {"key": uuid.uuid4()})

    post = Post.objects.get(topic=topic, author=person)
    topic.refresh_from_db()
    assert (post.number, topic.last_number, topic.reply_count) == (2, 2, 1)
    assert ReadMark.objects.get(topic=topic, user=person).number == 2
    assert Watch.objects.get(topic=topic, user=person).is_on


def test_a_topic_takes_few_statements(client, person, django_assert_max_num_queries):
    board, themes = BoardFactory(), Theme.objects.filter(slug__in=["meals", "shopping"])
    typed = TYPED | {"title": "食事の担い手", "purpose": "chat", "board": board.slug, "_seen_similar": "1"}

    with django_assert_max_num_queries(28):
        client.post(
            "/forum/new/", typed | {"themes": [theme.pk for theme in themes], "regions": "20", "key": uuid.uuid4()}
        )

    assert Topic.objects.matching("担い手").get().first_post.author == person
    assert list(Topic.objects.matching("長野県")) == list(Topic.objects.matching("買い物"))
