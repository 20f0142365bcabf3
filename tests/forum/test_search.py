"""Finding topics and posts; boards for some stay closed to all others; what is like a title."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from forum import actions
from forum.indexing import index_all_of
from forum.models import Purpose, ShownAs, State, Topic
from forum.permissions import Visibility
from search.models import Entry
from taxonomy.models import Region, Theme
from tests.factories import BoardFactory, CaseStudyFactory, OrganizationFactory, TopicFactory, UserFactory, writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return writer()


def start(by, title, body="はじめての相談です。", board=None, regions=(), themes=(), **fields):
    topic = Topic(board=board or BoardFactory(), title=title, purpose=Purpose.CONSULTATION, **fields)
    links = {"regions": Region.objects.filter(code__in=regions), "themes": Theme.objects.filter(slug__in=themes)}
    return actions.start_topic(topic, body=body, by=by, shown_as=ShownAs.NAME, key=uuid.uuid4(), links=links)


def reply(topic, by, body):
    return actions.write_reply(topic, body=body, by=by, shown_as=ShownAs.NAME, key=uuid.uuid4())


def find(client, address="", **parameters):
    response = client.get(f"/forum/search/{address}", parameters)
    return response.status_code, response.content.decode()


def test_topics_are_found_by_words_place_and_field(client, person):
    start(person, "移動支援の担い手", regions=["202134"], themes=["mobility"])
    start(person, "配食の容器", regions=["13"], themes=["meals"])

    for parameters in ({"q": "担い手"}, {"region": "20"}, {"theme": "mobility"}, {"q": "はじめて", "region": "202134"}):
        _, html = find(client, **parameters)
        assert "移動支援の" in html, parameters
        assert "配食の容器" not in html, parameters


def test_words_of_replies_lead_to_the_reply(client, person):
    topic = start(person, "送迎の相談")
    for number in range(25):
        reply(topic, person, f"{number}番目の返事です。")
    answer = reply(topic, person, "保険は社会福祉協議会の行事保険に入っています。")

    _, html = find(client, q="行事保険")

    assert answer.get_absolute_url() in html
    assert "?page=2#post-27" in html
    _, html = find(client, "posts/", q="行事保険")
    assert html.count('class="card__title"') == 1


def test_what_was_deleted_or_waits_is_not_found(client, person):
    topic = start(person, "送迎の相談")
    answer = reply(topic, person, "行事保険に入っています。")
    start(UserFactory(role=Role.COORDINATOR), "行事保険のはじめての質問")
    actions.delete_post(answer, by=person)

    _, html = find(client, q="行事保険")

    assert 'class="card__title"' not in html


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (Visibility.MEMBERS, {"coordinator", "municipal", "prefectural", "ministry", "secretariat"}),
        (Visibility.COORDINATORS, {"coordinator", "municipal", "prefectural", "secretariat"}),
    ],
)
def test_boards_for_some_are_found_by_them_only(client, person, visibility, readers):
    topic = start(person, "ここだけの相談", board=BoardFactory(visibility=visibility))
    reply(topic, person, "ここだけの返事です。")

    for role in (None, "account", *sorted(readers | {"ministry"})):
        client.logout()
        if role:
            client.force_login(UserFactory() if role == "account" else UserFactory(role=role))
        for address in ("", "posts/"):
            assert 'class="card__title"' not in find(client, address, q="ここだけ")[1], role
        everything = client.get("/search/", {"q": "ここだけ"}).content.decode()
        assert ("限られた人の掲示板の話題（1件）" in everything) == (role in readers), role
        assert ("限られた人の掲示板の投稿（1件）" in everything) == (role in readers), role
        assert ("ここだけの" in everything) == (role in readers), role
        for address in ("closed/", "closed/posts/"):
            status, html = find(client, address, q="ここだけ")
            assert ('class="card__title"' in html) == (role in readers), (role, address)
            assert status == (200 if role in {*readers, "ministry"} else 404)


def test_a_topic_that_moves_to_a_closed_board_leaves_the_public_index(person):
    topic = start(person, "相談")
    reply(topic, person, "返事です。")
    topic.board = BoardFactory(visibility=Visibility.MEMBERS)
    topic.save()

    index_all_of(topic)

    kinds = sorted(Entry.objects.values_list("kind", flat=True))
    assert kinds == ["closed_post", "closed_topic"]
    topic.board = BoardFactory()
    topic.save()
    index_all_of(topic)
    assert sorted(Entry.objects.values_list("kind", flat=True)) == ["post", "topic"]


def test_the_search_of_the_site_finds_topics_and_posts(client, person):
    reply(start(person, "移動販売の相談"), person, "移動販売車は中古で探しました。")

    html = client.get("/search/", {"q": "移動販売"}).content.decode()

    assert "話題" in html
    assert "投稿" in html
    assert "/forum/search/?q=" in html
    assert "/forum/search/posts/?q=" in html


def test_while_a_title_is_typed_what_is_like_it_is_offered(client, person):
    start(person, "移動支援の担い手が集まらない")
    CaseStudyFactory(published=True, title="移動支援を当番で続ける")
    OrganizationFactory(published=True, name="移動支援の会")
    client.force_login(person)

    html = client.get("/forum/similar/", {"title": "移動支援の担い手が集まりません"}).content.decode()

    for title in ("移動支援の担い手が集まらない", "移動支援を当番で続ける", "移動支援の会"):
        assert title in html
    assert client.get("/forum/similar/", {"title": "あ"}).content.decode().strip() == ""
    client.logout()
    assert client.get("/forum/similar/", {"title": "移動支援"}).status_code == 204


@pytest.mark.parametrize("title", ["", "🏠🏠🏠", "x" * 10_000, "\"'&<>", "-", "移動支援 " * 500])
def test_titles_of_any_kind_are_answered(client, person, title):
    client.force_login(person)

    assert client.get("/forum/similar/", {"title": title}).status_code == 200


@pytest.mark.parametrize("count", [1, 12])
def test_query_count_of_the_search_does_not_grow(client, person, count):
    for number in range(count):
        reply(start(person, f"移動支援の相談{number}"), person, "移動支援の返事です。")
    client.get("/forum/search/", {"q": "移動支援"})

    with CaptureQueriesContext(connection) as queries:
        client.get("/forum/search/", {"q": "移動支援"})

    assert len(queries) <= 7


def test_hidden_topics_take_their_posts_along(client, person):
    topic = TopicFactory(state=State.VISIBLE)
    reply(topic, person, "行事保険の返事です。")
    Topic.objects.filter(pk=topic.pk).update(state=State.HIDDEN)
    index_all_of(Topic.objects.get(pk=topic.pk))

    assert not Entry.objects.exists()
