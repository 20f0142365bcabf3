"""Following organizations, cases, events and lists: what is kept, what is told, and that it is told once."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from events.choices import EventState
from forum import digests, event_news, following, saved_lists
from forum.indexing import index_topic
from forum.links import Stop, manage_address, stop_address
from forum.models import EventNews, Frequency, Subscriber, Subscription, What
from forum.permissions import Visibility
from forum.subscriptions import follow, subscriber_of
from publishing.actions import save_changes
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
    UserFactory,
    writer,
)

pytestmark = pytest.mark.django_db
FOLLOW = "/forum/follow/"


def moment(text):
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.fixture
def at(time_machine):
    return lambda text: time_machine.move_to(moment(text), tick=False)


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Run a job; returns the mails it makes."""

    def run(job):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            job()
        return mail.outbox[before:]

    return run


@pytest.fixture
def person(client):
    user = UserFactory(email="hanako@example.jp")
    client.force_login(user)
    return user


def followed(person, frequency="", **parameters):
    """What ``person`` follows from now on; as addresses name it."""
    target = following.read({name: str(value) for name, value in parameters.items()}, person)
    return follow(subscriber_of(person), target, frequency=frequency)


# Lists


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/cases/", "/cases/"),
        ("/cases/?page=3&sort=new&theme=x&nothing=1", "/cases/"),
        (
            "/cases/?theme=meals&theme=shopping&q=買い物",
            "/cases/?q=買い物&theme=shopping&theme=meals",
        ),
        ("/policies/?open=now&kind=program", "/policies/?kind=program"),
        ("/events/?format=online&region=13", "/events/?region=13&format=online"),
        ("/forum/?show=unanswered&purpose=news&after=1.2", "/forum/?purpose=news&show=unanswered"),
        ("/forum/search/posts/?q=送迎", "/forum/search/posts/?q=送迎"),
        ("/search/?q=送迎", "/search/?q=送迎"),
    ],
)
def test_a_list_is_kept_as_its_own_parser_reads_it(typed, kept):
    saved = saved_lists.read(typed, UserFactory())

    assert unquote(saved.url) == kept
    assert saved_lists.stored(saved.url, UserFactory()).address == saved.address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "cases/",
        "/cases/1/",
        "/mypage/",
        "/admin/",
        "/nowhere/",
        "//example.com/cases/",
        "https://example.com/cases/",
        "/\\example.com/cases/",
        "/events/past/",
        "/forum/boards/closed/",
        "/forum/search/closed/",
        "/cases/?" + "&".join(f"theme={n}" for n in range(2_000)),
        "/cases/?q=" + "あ" * 10_000,
    ],
)
def test_nothing_else_can_be_saved(client, person, typed):
    BoardFactory(slug="closed", visibility=Visibility.COORDINATORS)

    response = client.post(FOLLOW, {"list": typed} if typed else {"list": "x"})

    assert response.status_code == 404
    assert not Subscription.objects.exists()


def test_a_list_is_saved_under_a_name_and_shows_what_is_new(client, person, at):
    at("2026-11-25T12:00:00")
    page = client.get("/cases/?region=20").content.decode()
    assert "この条件の新着を受け取る" in page
    client.post(FOLLOW, {"list": "/cases/?region=20", "name": "長野の事例", "frequency": "never"})
    assert "この条件の新着を受け取っています" in client.get("/cases/?region=20").content.decode()
    at("2026-11-26T12:00:00")
    for code in ("20", "202134", "13"):
        CaseStudyFactory(published=True, regions=[Region.objects.get(code=code)])
    one = Subscription.objects.get()

    assert re.search(r"新着2件を見る", client.get("/mypage/").content.decode())
    at("2026-11-26T13:00:00")
    response = client.post(f"/forum/follows/{one.pk}/look/")
    assert response["Location"] == "/cases/?region=20&sort=new"
    assert "新着2件" not in client.get("/mypage/").content.decode()
    assert (one.name, one.frequency) == ("長野の事例", Frequency.NEVER)
    client.post(f"/forum/follows/{one.pk}/stop/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("typed", [{"name": "あ" * 61}, {"frequency": "hourly"}])
def test_what_cannot_be_kept_is_said(client, person, typed):
    response = client.post(FOLLOW, {"list": "/cases/"} | typed, follow=True)

    assert "60文字まで" in response.content.decode()
    assert not Subscription.objects.exists()


def test_a_list_of_topics_and_one_of_everything_are_told(at, sent, person):
    at("2026-11-23T12:00:00")
    meals = Theme.objects.get(name="食事")
    followed(person, list="/forum/?purpose=recruiting")
    followed(person, list="/search/?theme=" + meals.slug)
    board = BoardFactory()
    wanted = TopicFactory(title="食事づくりの仲間を募集", purpose="recruiting", board=board)
    TopicFactory(title="ただの雑談", purpose="chat", board=board)
    about_meals = TopicFactory(title="配食を始めるには", purpose="chat", board=board)
    about_meals.themes.add(meals)
    index_topic(about_meals)
    PolicyFactory(published=True, title="配食の補助", themes=[meals])
    PolicyFactory(published=True, title="見守りの補助")
    at("2026-11-30T08:00:00")

    (message,) = sent(digests.send_digests)

    for text in (message.body, message.alternatives[0].content):
        assert all(title in text for title in (wanted.title, about_meals.title, "配食の補助"))
        assert "ただの雑談" not in text
        assert "見守りの補助" not in text
    assert "（話題2件・施策・予算1件）" in message.subject


def test_a_list_that_one_may_not_read_any_more_tells_nothing(at, sent, client):
    at("2026-11-23T12:00:00")
    person, board = writer(role=Role.COORDINATOR), BoardFactory(slug="closed", visibility=Visibility.COORDINATORS)
    followed(person, list="/forum/boards/closed/")
    TopicFactory(title="限られた人の話題", board=board)
    at("2026-11-30T08:00:00")
    assert "限られた人の話題" in sent(digests.send_digests)[0].body
    person.role_assignments.all().delete()
    TopicFactory(title="もっと限られた話題", board=board)
    at("2026-12-07T08:00:00")

    assert sent(digests.send_digests) == []
    client.force_login(person)
    assert "ご覧になれないため" in client.get("/forum/settings/").content.decode()


# Organizations, cases, fields and places


def test_an_organization_and_a_case_are_told(at, sent, person):
    at("2026-11-23T12:00:00")
    organization, origin = OrganizationFactory(published=True), CaseStudyFactory(published=True, title="もとの事例")
    followed(person, organization=organization.pk)
    followed(person, case=origin.pk)
    at("2026-11-25T12:00:00")
    CaseStudyFactory(published=True, title="団体の事例", organization=organization)
    CaseStudyFactory(published=True, title="まねた事例", origin=origin)
    CaseStudyFactory(published=True, title="ほかの事例")
    CaseStudyFactory(title="下書きの事例", organization=organization)
    EventFactory(published=True, title="団体の催し", organization=organization)
    EventFactory(published=True, title="終わった催し", organization=organization, **days(2026, 11, 24))
    topic = TopicFactory(title="もとの事例への質問")
    topic.cases.add(origin)
    at("2026-11-30T08:00:00")

    (message,) = sent(digests.send_digests)

    told = ("団体の事例", "まねた事例", "団体の催し", "もとの事例への質問")
    assert all(message.body.count(title) == 1 for title in told)
    assert not any(title in message.body for title in ("ほかの事例", "下書きの事例", "終わった催し"))


def days(year, month, day):
    return {"start_date": date(year, month, day), "end_date": date(year, month, day)}


def test_what_two_follows_of_several_frequencies_hold_is_told_once(at, sent, person):
    at("2026-11-23T12:00:00")
    meals, nagano = Theme.objects.get(name="食事"), Region.objects.get(code="20")
    followed(person, "daily", theme=meals.slug)
    followed(person, "weekly", region="20")
    at("2026-11-25T12:00:00")
    both = {"themes": [meals], "regions": [nagano]}
    CaseStudyFactory(published=True, title="長野の食事の事例", **both)
    CaseStudyFactory(published=True, title="長野の事例", regions=[nagano])
    topic = TopicFactory(title="長野の食事の話題")
    topic.themes.add(meals)
    topic.regions.add(nagano)
    at("2026-11-26T08:00:00")
    (daily,) = sent(digests.send_digests)
    at("2026-11-30T08:00:00")
    (weekly,) = sent(digests.send_digests)

    assert "1日のまとめ（話題1件・事例1件）" in daily.subject
    assert "長野の食事の事例" in daily.body
    assert "新着のまとめ（事例1件）" in weekly.subject  # both were due; only one had something to tell
    assert "食事" not in re.sub(r"フォローしているもの：.*", "", weekly.body)
    at("2026-12-07T08:00:00")
    assert sent(digests.send_digests) == []
    at("2027-02-10T03:40:00")
    digests.forget_old()
    assert not Subscriber.objects.get().digest_items.exists()


def test_each_goes_on_where_it_was_when_the_job_dies(at, sent, monkeypatch, person):
    at("2026-11-23T12:00:00")
    daily, weekly = followed(person, "daily", theme="meals"), followed(person, "weekly", region="20")
    at("2026-11-29T12:00:00")
    CaseStudyFactory(published=True, themes=Theme.objects.filter(slug="meals"))
    at("2026-11-30T08:00:00")
    with monkeypatch.context() as patch:
        patch.setattr(digests, "_remember", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent(digests.send_digests)
    assert mail.outbox == []

    assert len(sent(digests.send_digests)) == 1
    assert sent(digests.send_digests) == []
    for one in (daily, weekly):
        one.refresh_from_db()
        assert one.sent_until == timezone.now()


def test_the_page_says_what_comes_and_the_button_follows(client, person):
    organization = OrganizationFactory(published=True)
    url = organization.get_absolute_url()
    assert "週に1回（月曜日の朝）" in client.get(url).content.decode()

    for _ in range(2):
        response = client.post(FOLLOW, {"organization": organization.pk, "next": url})
        assert response["Location"] == url

    assert "フォローをやめる" in client.get(url).content.decode()
    assert Subscription.objects.get().organization == organization
    assert client.post(FOLLOW, {"organization": organization.pk, "next": "//example.com/"})["Location"] == url
    for unknown in ({"case": CaseStudyFactory().pk}, {"event": "x"}, {"organization": "9" * 30}, {"region": "99"}):
        assert client.post(FOLLOW, unknown).status_code == 404


def test_visitors_are_led_to_the_page_for_mail_addresses_and_cost_nothing(client, django_assert_num_queries):
    case = CaseStudyFactory(published=True)
    address = f"/forum/subscribe/?case={case.pk}"
    assert address in client.get(case.get_absolute_url()).content.decode()
    assert "/forum/subscribe/?list=%2Fcases%2F%3Fregion%3D20" in client.get("/cases/?region=20").content.decode()

    with django_assert_num_queries(1):
        page = client.get(address).content.decode()

    assert str(case) in page
    assert 'name="theme"' not in page


def test_without_an_account_one_follows_a_list_and_an_event_by_mail(client, django_capture_on_commit_callbacks):
    event = EventFactory(published=True)
    wanted = {"/cases/?region=20": "?list=/cases/%3Fregion%3D20", str(event): f"?event={event.pk}"}
    for query in wanted.values():
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/forum/subscribe/{query}", {"email": "taro@example.jp", "frequency": "daily"})
        link = re.search(r"http\S+/subscribe/confirm/\S+", mail.outbox[-1].body)[0]
        assert client.get(link).status_code == 200
        assert "登録しました" in client.post(link).content.decode()

    subscriber = Subscriber.objects.get(email="taro@example.jp")
    listed, of_event = subscriber.subscriptions.all()
    assert (listed.what, listed.address, listed.frequency) == (What.LIST, "/cases/?region=20", "daily")
    assert of_event.event == event
    page = client.get(manage_address(subscriber.pk)).content.decode()
    assert "変更や中止があったとき" in page
    client.post(stop_address(Stop.EVENTS, subscriber.pk))
    assert not Subscriber.objects.get().event_changes_at_once
    listed.delete()
    client.post(stop_address(Stop.EVENTS, subscriber.pk))
    assert not Subscriber.objects.exists()


# Changes of events, at once


def change(event, **fields):
    def write(current):
        for name, value in fields.items():
            setattr(current, name, value)
        current.save()

    return save_changes(event, write, by=None)


@pytest.fixture
def event(at):
    at("2026-11-25T12:00:00")
    return EventFactory(published=True, title="送迎の勉強会", **days(2026, 12, 5))


def test_who_follows_an_event_or_its_organization_hears_of_a_change_at_once_and_once(event, sent, person):
    followed(person, event=event.pk)
    followed(person, organization=event.organization_id)
    never = followed(UserFactory(), "never", organization=event.organization_id)
    followed(UserFactory(is_active=False), event=event.pk)
    change(event, state=EventState.CANCELLED, state_note="大雪のため中止します。", venue="集会所")

    (message,) = sent(event_news.send_due)

    assert message.to == [person.email]
    assert "「送迎の勉強会」は中止になりました" in message.subject
    assert "大雪のため中止します。" in message.body
    assert "変更後：集会所" in message.body
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.body
    assert sent(event_news.send_due) == []
    assert not EventNews.objects.filter(subscriber=never.subscriber).exists()


def test_what_was_undone_or_rolled_back_is_told_to_nobody(event, sent, person):
    followed(person, event=event.pk)

    def cancel_and_fail():
        with transaction.atomic():
            change(event, state=EventState.CANCELLED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cancel_and_fail()
    assert not EventNews.objects.exists()
    change(event, state=EventState.POSTPONED)
    change(event, state=EventState.PLANNED)

    assert sent(event_news.send_due) == []
    assert not EventNews.objects.filter(mail_due=True).exists()


def test_many_changes_make_few_mails(event, sent, person, at, monkeypatch):
    monkeypatch.setattr(event_news, "SHOWN", 2)
    others = [EventFactory(published=True, organization=event.organization, **days(2026, 12, 6)) for _ in range(3)]
    followed(person, organization=event.organization_id)
    for one in others:
        change(one, venue="体育館")
    (message,) = sent(event_news.send_due)
    assert "イベント3件の予定が変わりました" in message.subject
    assert "ほかに1件のイベントが変わりました。" in message.body

    for number in range(4):
        change(event, venue=f"集会所{number}")
        sent(event_news.send_due)
    assert len(mail.outbox) == 3
    at("2026-11-25T13:01:00")

    (message,) = sent(event_news.send_due)

    assert "変更前：集会所1" in message.body
    assert "変更後：集会所3" in message.body


def test_who_stopped_these_mails_gets_none_and_old_follows_go(event, sent, client, person, at):
    one = followed(person, event=event.pk)
    client.post(stop_address(Stop.EVENTS, one.subscriber_id))
    change(event, state=EventState.CANCELLED)
    assert sent(event_news.send_due) == []
    at("2027-02-01T12:00:00")
    event_news.forget_old()
    assert Subscription.objects.exists()
    at("2027-02-10T12:00:00")

    event_news.forget_old()

    assert not Subscription.objects.exists()


# In the database


def test_a_subscription_is_of_one_thing():
    subscriber = Subscriber.objects.create(email="taro@example.jp")
    wrong = [
        {"what": What.LIST},
        {"what": What.CASE},
        {"what": What.PLACE, "address": "/cases/"},
        {"what": What.EVENT, "event": EventFactory(), "theme": Theme.objects.first()},
    ]
    for fields in wrong:
        with pytest.raises(Exception, match="forum_subscription_is_of_one_thing"), transaction.atomic():
            Subscription.objects.create(subscriber=subscriber, **fields)


def test_counts_and_settings_cost_the_same_for_one_follow_and_many(client, person, django_assert_max_num_queries):
    followed(person, list="/cases/?region=20")
    with django_assert_max_num_queries(40) as few:
        client.get("/mypage/")
    for code in ("13", "14", "15"):
        followed(person, list=f"/cases/?region={code}")
        followed(person, region=code)
        followed(person, organization=OrganizationFactory(published=True).pk)
    with django_assert_max_num_queries(len(few) + 1):  # the first of these holds no topics
        client.get("/mypage/")
    with django_assert_max_num_queries(9):
        client.get("/forum/settings/")


def test_the_digest_costs_the_same_for_one_follow_and_many(person, django_assert_max_num_queries, at):
    at("2026-11-25T12:00:00")
    TopicFactory()
    for code in ("13", "14", "20"):
        followed(person, list=f"/search/?q=地域&region={code}")
        followed(person, organization=OrganizationFactory(published=True, regions=Region.objects.filter(code=code)).pk)
    start, end = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    subscriber = Subscriber.objects.get()
    due = [digests.Due(one, start, end) for one in subscriber.subscriptions.for_list()]

    with django_assert_max_num_queries(9):
        digests.digest_of(subscriber, due)
