"""What authors change about their topics, what reporters hear, and what was released or merged."""

import uuid

import pytest
from django.core import mail

from forum import actions, moderation, moderation_moving
from forum.lists import lines_of, readable
from forum.models import Notice, NoticeKind, Report, State, TopicVersion
from forum.permissions import Visibility
from forum.reading import is_new
from forum.rules import Rule
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    secretariat,
    writer,
)

pytestmark = pytest.mark.django_db


def typed(**fields):
    return {"title": "買い物の送迎", "purpose": "cases", "themes": [], "regions": [], "cases": [], **fields}


@pytest.fixture
def topic(client):
    person = writer()
    client.force_login(person)
    topic = TopicFactory(author=person, title="送迎", purpose="consultation")
    topic.regions.add(Region.objects.get(code="20"))
    return topic


# Editing what a topic is about


def test_the_author_changes_what_a_topic_is_about_and_all_see_what_it_was(client, topic):
    reply = PostFactory(topic=topic, author=writer(), body="当番の表から始めました。")
    meals, case = Theme.objects.get(slug="meals"), CaseStudyFactory(published=True, title="朝市への送迎")
    address = f"/forum/{topic.pk}/edit/"
    assert 'value="送迎"' in client.get(address).content.decode()

    client.post(address, typed(themes=[meals.pk], regions=["13"], cases=[case.pk]))
    client.post(address, typed(themes=[meals.pk], regions=["13"], cases=[case.pk]))

    topic.refresh_from_db()
    assert (topic.title, topic.purpose, topic.slugs, topic.codes) == ("買い物の送迎", "cases", ["meals"], ["13"])
    assert TopicVersion.objects.get().title == "送迎"
    assert reply in type(reply).objects.matching("買い物")
    client.logout()
    page = client.get(topic.get_absolute_url()).content.decode()
    assert f"/forum/{topic.pk}/history/" in page
    history = client.get(f"/forum/{topic.pk}/history/").content.decode()
    assert all(said in history for said in ("送迎", "長野県", "東京都", "朝市への送迎", "相談", "事例さがし"))
    case.status = "closed"
    case.save()
    assert "朝市への送迎" not in client.get(f"/forum/{topic.pk}/history/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "あ" * 101}, {"purpose": "x"}, {"regions": ["99"]}, {"cases": ["x"]}]
)
def test_what_cannot_be_understood_changes_nothing(client, topic, wrong):
    html = client.post(f"/forum/{topic.pk}/edit/", typed(**wrong)).content.decode()

    assert "入力内容を確認してください" in html
    topic.refresh_from_db()
    assert topic.title == "送迎"


def test_a_board_by_theme_keeps_its_themes(client, topic):
    topic.board = BoardFactory(is_by_theme=True)
    topic.save()

    assert "分野を1つ以上選んでください" in client.post(f"/forum/{topic.pk}/edit/", typed()).content.decode()


def test_nobody_else_changes_a_topic_nor_anybody_on_a_closed_board(client, topic):
    with pytest.raises(actions.NotAllowed):
        actions.edit_topic(topic, title="x", purpose="chat", links={}, by=secretariat())
    topic.board.is_open = False
    topic.board.save()
    assert client.post(f"/forum/{topic.pk}/edit/", typed()).status_code == 403
    client.force_login(writer())
    assert client.post(f"/forum/{topic.pk}/edit/", typed()).status_code == 403
    hidden = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS))
    client.force_login(UserFactory())
    assert client.get(f"/forum/{hidden.pk}/history/").status_code == 404
    assert not TopicVersion.objects.exists()


# What reporters hear


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda post, by: moderation.hide_post(post, by=by, rule=Rule.NO_ADS), "表示しないことにしました。"),
        (lambda post, by: moderation.annotate(post, by=by, note="直しました。"), "事務局の注記を付けました。"),
        (lambda post, by: moderation.dismiss(post, by=by), "そのままにしました。"),
        (lambda post, by: moderation.hide_topic(post.topic, by=by, rule=Rule.NO_ADS), "表示しないことにしました。"),
    ],
)
def test_reporters_are_told_once_and_nobody_is_named(client, step, said, django_capture_on_commit_callbacks):
    post = PostFactory(topic=TopicFactory(), author=writer(display_name="書いた人の名"))
    reporters = [UserFactory(), UserFactory(is_active=False)]
    moderator = secretariat()
    for reporter in (*reporters, moderator):
        moderation.report(post, by=reporter, rule=Rule.NO_ADS)

    with django_capture_on_commit_callbacks(execute=True):
        step(post, moderator)

    (message,) = [message for message in mail.outbox if message.to == [reporters[0].email]]
    assert said in message.body
    assert "書いた人の名" not in message.body
    assert str(moderator) not in message.body
    assert not [message for message in mail.outbox if message.to[0] in (reporters[1].email, moderator.email)]
    assert not Report.objects.open().exists()
    client.force_login(reporters[0])
    html = client.get("/forum/notices/").content.decode()
    assert said in html
    assert Notice.objects.filter(kind=NoticeKind.REPORT).count() == 2
    assert client.get(Notice.objects.get(person=reporters[0]).get_absolute_url()).status_code == 200


# Released late


def test_what_is_released_after_others_have_read_on_is_new_to_them(client):
    topic, reader, newcomer = TopicFactory(), writer(), writer(posts=0)
    held = actions.write_reply(topic, body="はじめての返信", by=newcomer, shown_as="name", key=uuid.uuid4())
    actions.write_reply(topic, body="次の返信", by=writer(), shown_as="name", key=uuid.uuid4())
    for person in (reader, newcomer):
        actions.mark_read(person, topic, 3)
    assert not shown_to(reader, topic)

    moderation.release(held, by=secretariat())

    assert shown_to(reader, topic)
    assert not shown_to(newcomer, topic)
    client.force_login(reader)
    assert client.get(f"/forum/{topic.pk}/unread/")["Location"].endswith("#post-2")
    assert str(topic) in client.get("/forum/?show=new").content.decode()
    client.post(f"/forum/{topic.pk}/read/", {"number": 3})
    assert not shown_to(reader, topic)


def shown_to(person, topic) -> bool:
    (line,) = lines_of(readable(person).filter(pk=topic.pk), since=topic.created_at)
    return is_new(line, topic.created_at)


# Merged


def test_a_merged_topic_leads_to_its_first_post_and_takes_its_fields_along(client):
    into, middle, topic = (TopicFactory() for _ in range(3))
    meals, shopping = (Theme.objects.get(slug=slug) for slug in ("meals", "shopping"))
    into.themes.add(meals)
    topic.themes.add(shopping)
    for one, code in ((into, "20"), (topic, "13")):
        one.regions.add(Region.objects.get(code=code))
    PostFactory(topic=into)
    moderation_moving.merge(topic, middle, by=secretariat())
    moderation_moving.merge(middle, into, by=secretariat())

    assert client.get(f"/forum/{middle.pk}/")["Location"].endswith(f"/forum/{into.pk}/#post-3")
    assert client.get(f"/forum/{topic.pk}/")["Location"].endswith(f"/forum/{into.pk}/#post-4")
    assert set(into.slugs) == {"meals", "shopping"}
    assert into.codes == ["20"]  # the second named none by then: it concerned all places
    assert middle.slugs == ["shopping"]
    moved = into.posts.get(number=3)
    assert moved.state == State.VISIBLE
    assert into.pk in type(into).objects.matching("買い物").values_list("pk", flat=True)
