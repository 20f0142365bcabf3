"""Writing on the board: numbers, holding, editing, deleting, best answers."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from forum import actions, permissions
from forum.models import Board, Post, PostVersion, Purpose, Reaction, ReadMark, ShownAs, State, Topic, Watch
from forum.permissions import Action, Visibility
from forum.signals import post_published
from search.models import Entry
from taxonomy.models import Region
from tests.factories import BoardFactory, OrganizationFactory, PostFactory, TopicFactory, UserFactory, member_of, writer

pytestmark = pytest.mark.django_db


def start(by, board=None, body="移動支援の担い手が集まりません。", key=None, shown_as=ShownAs.NAME, **fields):
    topic = Topic(
        board=board or BoardFactory(), **{"title": "担い手が集まりません", "purpose": Purpose.CONSULTATION, **fields}
    )
    return actions.start_topic(topic, body=body, by=by, shown_as=shown_as, key=key or uuid.uuid4())


def reply(topic, by, body="うちでは、まず町内会に声をかけました。", key=None):
    return actions.write_reply(topic, body=body, by=by, shown_as=ShownAs.NAME, key=key or uuid.uuid4())


def indexed(kind):
    return list(Entry.objects.filter(kind=kind).order_by("object_id").values_list("object_id", flat=True))


def test_a_first_topic_waits_and_is_found_once_released():
    topic = start(UserFactory(role=Role.COORDINATOR))
    assert topic.state == State.HELD
    assert indexed("topic") == []

    actions.release(topic.posts.get())

    topic.refresh_from_db()
    assert topic.state == State.VISIBLE
    assert topic.published_at
    assert indexed("topic") == [topic.pk]
    with pytest.raises(actions.NotAllowed):
        actions.release(topic.posts.get())


def test_links_of_people_who_are_new_wait():
    person = writer(posts=1)
    topic = start(person)

    assert topic.state == State.VISIBLE
    assert reply(topic, person, "見てください https://example.jp/").state == State.HELD
    assert reply(topic, writer(posts=3), "見てください https://example.jp/").state == State.VISIBLE


def test_replies_are_numbered_counted_and_tell_who_answered_first():
    asker, helper = writer(), writer()
    topic = start(asker)
    reply(topic, asker, "追記です。")
    topic.refresh_from_db()
    assert topic.answered_at is None

    second = reply(topic, helper)

    topic.refresh_from_db()
    assert [post.number for post in topic.posts.order_by("number")] == [1, 2, 3]
    assert (topic.reply_count, topic.last_number) == (2, 3)
    assert topic.answered_at
    assert indexed("post") == [topic.posts.get(number=2).pk, second.pk]


def test_the_same_form_sent_twice_writes_once():
    person, key = writer(), uuid.uuid4()
    topic = start(person, key=key)
    assert start(person, key=key) == topic
    again = uuid.uuid4()

    assert reply(topic, person, key=again) == reply(topic, person, key=again)
    assert Post.objects.filter(topic=topic).count() == 2


def test_nobody_writes_where_it_is_closed():
    person = writer()
    topic = start(person)
    Topic.objects.update(is_locked=True)
    with pytest.raises(actions.NotOpen):
        reply(topic, person)
    Topic.objects.update(is_locked=False)
    Board.objects.update(is_open=False)
    with pytest.raises(actions.NotOpen):
        reply(topic, person)


def test_edits_keep_what_was_said():
    person = writer()
    post = start(person).posts.get()

    actions.edit_post(post, body="書き直しました。", by=person)
    actions.edit_post(post, body="書き直しました。", by=person)

    post.refresh_from_db()
    assert "<p>書き直しました。</p>" in post.html
    assert post.edited_at
    assert PostVersion.objects.get().body == "移動支援の担い手が集まりません。"
    with pytest.raises(actions.NotAllowed):
        actions.edit_post(post, body="他人", by=writer())


def test_a_deleted_post_leaves_its_place():
    asker, helper = writer(), writer()
    topic = start(asker)
    answer = reply(topic, helper)
    actions.choose_best(topic, answer, by=asker)

    actions.delete_post(answer, by=helper)

    topic.refresh_from_db()
    assert topic.posts.get(number=2).state == State.DELETED
    assert (topic.reply_count, topic.answered_at, topic.best_answer) == (0, None, None)
    assert indexed("post") == []
    assert reply(topic, helper).number == 3


def test_a_topic_goes_with_its_only_post_and_stays_with_replies():
    asker = writer()
    alone, answered = start(asker), start(asker)
    reply(answered, writer())

    actions.delete_post(alone.posts.get(), by=asker)
    actions.delete_post(answered.posts.get(number=1), by=asker)

    alone.refresh_from_db()
    answered.refresh_from_db()
    assert (alone.state, answered.state) == (State.DELETED, State.VISIBLE)
    assert indexed("topic") == [answered.pk]


def test_only_who_asked_says_what_helped():
    asker, helper = writer(), writer()
    topic = start(asker)
    answer = reply(topic, helper)
    for person, post in ((helper, answer), (asker, topic.posts.get(number=1)), (asker, PostFactory())):
        with pytest.raises(actions.NotAllowed):
            actions.choose_best(topic, post, by=person)

    actions.choose_best(topic, answer, by=asker)

    topic.refresh_from_db()
    assert topic.best_answer == answer
    assert topic.solved_at
    actions.reopen(topic, by=asker)
    topic.refresh_from_db()
    assert topic.best_answer is topic.solved_at is None


def test_reactions_count_each_person_once_and_not_oneself():
    author, reader = writer(), writer()
    post = start(author).posts.get()

    for on in (True, True, False, False, True):
        actions.react(post, by=reader, on=on)
    actions.react(post, by=author, on=True)

    post.refresh_from_db()
    assert post.reaction_count == Reaction.objects.count() == 1


def test_reading_never_goes_backwards():
    person, topic = writer(), TopicFactory()
    for number in (5, 3, 9):
        actions.mark_read(person, topic, number)

    assert ReadMark.objects.get(user=person, topic=topic).number == 9


def test_writers_watch_unless_they_switched_it_off():
    person = writer()
    topic = start(person)
    actions.watch(topic, by=person, on=False)
    reply(topic, person)

    assert not Watch.objects.get(user=person, topic=topic).is_on


def test_what_can_be_read_is_told_once():
    told = []

    def listen(sender, post, **kwargs):
        told.append(post.number)

    post_published.connect(listen)
    try:
        topic = start(UserFactory(role=Role.COORDINATOR))
        assert told == []
        actions.release(topic.posts.get())
        reply(topic, writer())
    finally:
        post_published.disconnect(listen)
    assert told == [1, 2]


def test_without_a_name_occupation_and_prefecture_are_shown():
    person = writer(role=Role.MUNICIPAL, display_name="山田花子", affiliation="飯山市")
    board = BoardFactory()

    hidden = start(person, board, shown_as=ShownAs.ROLE).posts.get()
    shown = start(person, board).posts.get()

    assert hidden.byline == "市区町村職員（東京都）"
    assert shown.byline == "山田花子（飯山市）"


def test_closed_boards_are_found_under_kinds_of_their_own():
    person = writer()
    topic = start(person, BoardFactory(visibility=Visibility.MEMBERS))
    reply(topic, person)

    assert indexed("topic") == indexed("post") == []
    assert indexed("closed_topic") == [topic.pk]
    assert len(indexed("closed_post")) == 1


def person_as(standing):
    if standing == "visitor":
        return AnonymousUser()
    if standing == "organization":
        return member_of(OrganizationFactory(published=True))
    return UserFactory() if standing == "account" else UserFactory(role=standing)


CONFIRMED = {"organization", "coordinator", "municipal", "prefectural", "ministry", "secretariat"}
LOCAL = {"coordinator", "municipal", "prefectural", "secretariat"}
EXPECTED = {
    (Visibility.PUBLIC, Action.READ): CONFIRMED | {"visitor", "account"},
    (Visibility.PUBLIC, Action.FOLLOW): CONFIRMED | {"account"},
    (Visibility.PUBLIC, Action.WRITE): CONFIRMED,
    (Visibility.PUBLIC, Action.MODERATE): {"secretariat"},
    (Visibility.MEMBERS, Action.READ): CONFIRMED,
    (Visibility.MEMBERS, Action.FOLLOW): CONFIRMED,
    (Visibility.MEMBERS, Action.WRITE): CONFIRMED,
    (Visibility.MEMBERS, Action.MODERATE): {"secretariat"},
    (Visibility.COORDINATORS, Action.READ): LOCAL,
    (Visibility.COORDINATORS, Action.FOLLOW): LOCAL,
    (Visibility.COORDINATORS, Action.WRITE): LOCAL,
    (Visibility.COORDINATORS, Action.MODERATE): {"secretariat"},
}


@pytest.mark.parametrize("standing", sorted(CONFIRMED | {"visitor", "account"}))
def test_every_standing_may_on_every_board_what_the_table_says(standing):
    person = person_as(standing)

    for (visibility, action), allowed in EXPECTED.items():
        assert permissions.may(person, action, visibility) == (standing in allowed), (visibility, action)


def test_drafts_of_an_organization_confirm_nobody():
    assert not permissions.may(member_of(OrganizationFactory()), Action.WRITE, Visibility.PUBLIC)


def test_topics_and_posts_are_seen_by_whom_the_table_says():
    open_topic = TopicFactory()
    held = TopicFactory(state=State.HELD)
    closed = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS))
    hidden = TopicFactory(state=State.HIDDEN, first_post__state=State.VISIBLE)

    def seen(user):
        return set(Topic.objects.visible_to(user))

    assert seen(person_as("visitor")) == {open_topic}
    assert seen(held.author) == {open_topic, held}
    assert seen(person_as("coordinator")) == {open_topic, closed}
    assert seen(person_as("ministry")) == {open_topic}
    assert seen(person_as("secretariat")) >= {open_topic, held, closed, hidden}


def test_replying_asks_the_same_number_of_statements_however_long_the_topic():
    person = writer(posts=3)
    counts = []
    for length in (1, 40):
        topic = start(person)
        for _ in range(length):
            reply(topic, writer(posts=3))
        with CaptureQueriesContext(connection) as queries:
            reply(topic, person)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_regions_of_a_topic_are_found():
    person = writer()
    topic = Topic(board=BoardFactory(), title="送迎の保険", purpose=Purpose.CONSULTATION)
    actions.start_topic(
        topic,
        body="どの保険に入っていますか。",
        by=person,
        shown_as=ShownAs.NAME,
        key=uuid.uuid4(),
        links={"regions": [Region.objects.get(code="202134")]},
    )

    assert list(Topic.objects.matching("飯山市")) == [topic]
