"""Digests: what is in them, when they go out, and that nothing is told twice."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from forum import actions, digests, notice_mails
from forum.models import Frequency, Post, ShownAs, State, Subscriber, Subscription, Topic
from forum.permissions import Visibility
from forum.rules import Rule
from forum.subscriptions import add, set_frequency, subscriber_of
from forum.windows import last_moment
from mailing.models import OutgoingMail
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    writer,
)

pytestmark = pytest.mark.django_db
MONDAY = "2026-11-30T08:00:00+09:00"


def moment(text):
    return datetime.fromisoformat(f"{text}+09:00")


@pytest.fixture
def at(time_machine):
    return lambda text: time_machine.move_to(moment(text), tick=False)


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Run the job; returns the mails."""

    def run():
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            digests.send_digests()
        return mail.outbox[before:]

    return run


@pytest.fixture
def monday(at):
    """It is the Monday before."""
    at("2026-11-23T08:00:00")


def follower(theme=None, region=None, person=None, email="", **fields):
    """Somebody who follows a field and a place from now on."""
    subscriber = Subscriber.objects.create(email=email) if email else subscriber_of(person or UserFactory())
    Subscription.objects.create(subscriber=subscriber, theme=theme, region=region, **fields)
    return subscriber


def digest_of(subscriber, start, end):
    due = [digests.Due(one, start, end) for one in subscriber.subscriptions.for_list()]
    return digests.digest_of(subscriber, due)


def topic(title="担い手が集まりません", themes=(), regions=(), **fields):
    made = TopicFactory(title=title, **fields)
    made.themes.set(themes)
    made.regions.set(Region.objects.filter(code__in=regions))
    return made


def reply(to, body="うちでは、まず町内会に声をかけました。", **fields):
    now = timezone.now()
    post = PostFactory(topic=to, body=body, published_at=now, **fields)
    Topic.objects.filter(pk=to.pk).update(last_posted_at=now)
    return post


# When


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", "2026-11-30T08:00:00", "2026-11-30T08:00:00"),
        ("daily", "2026-11-30T07:59:59", "2026-11-29T08:00:00"),
        ("weekly", "2026-11-30T08:00:00", "2026-11-30T08:00:00"),
        ("weekly", "2026-11-30T07:59:59", "2026-11-23T08:00:00"),
        ("weekly", "2026-12-06T23:59:59", "2026-11-30T08:00:00"),
        ("monthly", "2026-12-01T08:00:00", "2026-12-01T08:00:00"),
        ("monthly", "2026-12-01T07:59:59", "2026-11-01T08:00:00"),
        ("monthly", "2027-02-28T23:00:00", "2027-02-01T08:00:00"),
        ("monthly", "2027-03-01T07:00:00", "2027-02-01T08:00:00"),
        ("monthly", "2028-02-29T12:00:00", "2028-02-01T08:00:00"),
        ("monthly", "2027-01-01T08:00:00", "2027-01-01T08:00:00"),
        # Other countries put their clocks back that night.
        ("daily", "2026-10-25T08:00:00", "2026-10-25T08:00:00"),
        ("weekly", "2026-10-26T08:00:00", "2026-10-26T08:00:00"),
    ],
)
def test_digests_are_due_at_eight_in_japan(frequency, now, due):
    assert last_moment(frequency, moment(now)) == moment(due)
    assert last_moment(frequency, moment(now)).utcoffset() == timedelta(hours=9)


def test_a_week_s_digest_goes_out_on_monday_at_eight_and_not_before(send, at, monday):
    follower()
    at("2026-11-25T12:00:00")
    topic()
    at("2026-11-30T07:59:00")
    assert send() == []

    at("2026-11-30T08:00:00")

    assert len(send()) == 1
    for again in ("2026-11-30T08:00:01", "2026-11-30T20:00:00", "2026-12-06T08:00:00", "2026-12-07T08:00:00"):
        at(again)
        assert send() == []


def test_each_week_tells_only_what_the_last_one_did_not(send, at, monday):
    follower()
    at("2026-11-30T07:59:59")
    topic("前の週の話題")
    at("2026-11-30T08:00:00")
    topic("次の週の話題")
    at("2026-11-30T08:05:00")

    (first,) = send()
    at("2026-12-07T08:00:00")
    (second,) = send()

    assert "前の週の話題" in first.body
    assert "次の週の話題" not in first.body
    assert "次の週の話題" in second.body
    assert "前の週の話題" not in second.body


def test_a_window_that_was_missed_is_made_up_for_once(send, at, monday):
    follower()
    at("2026-11-24T12:00:00")
    topic("はじめの週")
    at("2026-12-02T12:00:00")
    topic("次の週")
    at("2026-12-10T12:00:00")  # a Thursday: two Mondays have passed without a worker

    (message,) = send()

    assert "はじめの週" in message.body
    assert "次の週" in message.body
    assert send() == []


@pytest.mark.parametrize(("frequency", "days"), [("daily", 30), ("weekly", 5), ("monthly", 1)])
def test_a_month_of_mornings(send, at, frequency, days):
    """November 2026 begins on a Sunday and has five Mondays."""
    at("2026-10-31T23:00:00")
    follower(frequency=frequency)
    sent = 0
    for day in range(30):
        morning = moment("2026-11-01T08:00:00") + timedelta(days=day)
        at((morning - timedelta(hours=2)).isoformat()[:19])
        topic()
        at(morning.isoformat()[:19])
        sent += len(send())

    assert sent == days


def test_never_means_never(send, at, monday):
    follower(frequency=Frequency.NEVER)
    topic()
    at("2026-12-31T08:00:00")

    assert send() == []


def test_who_begins_again_is_not_told_what_was_meanwhile(send, at, monday):
    subscriber = follower(frequency=Frequency.NEVER)
    topic("休んでいるあいだの話題")
    at("2026-11-28T12:00:00")
    set_frequency(subscriber.subscriptions.get(), Frequency.WEEKLY)
    topic("それからの話題")
    at("2026-11-30T08:00:00")

    (message,) = send()

    assert "それからの話題" in message.body
    assert "休んでいるあいだ" not in message.body


def test_changing_the_frequency_tells_nothing_twice(send, at, monday):
    subscriber = follower()
    topic("一度だけの話題")
    at("2026-11-30T08:00:00")
    assert len(send()) == 1
    set_frequency(subscriber.subscriptions.get(), Frequency.DAILY)
    at("2026-12-01T08:00:00")

    assert send() == []


# What


def test_a_digest_holds_the_text_itself_cut_after_300_letters(send, at, monday):
    follower()
    at("2026-11-25T09:05:00")
    made = topic(first_post__body="**担い手**が集まりません。<b>困って</b>います。", regions=["20"])
    reply(made, "あ" * 400)
    at("2026-11-30T08:00:00")

    (message,) = send()

    assert message.subject.endswith("1週間のまとめ（話題1件）")
    html = message.alternatives[0].content
    assert "担い手が集まりません。<b>困って</b>います。" in message.body
    assert "担い手が集まりません。&lt;b&gt;困って&lt;/b&gt;います。" in html
    for text in (message.body, html):
        assert "あ" * 299 + "…" in text
        assert "あ" * 300 not in text
        assert "長野県" in text
        assert "令和8年11月25日（水）9:05" in text
        assert f"/forum/{made.pk}/" in text


def test_only_what_is_followed_is_told(send, at, monday):
    ride, meals = Theme.objects.get(name="移動（交通）"), Theme.objects.get(name="食事")
    nagano, tokyo = Region.objects.get(code="20"), Region.objects.get(code="13")
    follows = {
        "移動と長野": follower(ride, nagano),
        "移動": follower(ride),
        "長野": follower(None, nagano),
        "食事と東京": follower(meals, tokyo),
    }
    topic("飯山市の移動", [ride], ["202134"])
    topic("長野県の食事", [meals], ["20"])
    topic("東京の移動", [ride], ["131016"])
    at("2026-11-30T08:00:00")

    mails = {message.to[0]: message.body for message in send()}

    def told(name):
        return {
            title for title in ("飯山市の移動", "長野県の食事", "東京の移動") if title in mails[follows[name].address]
        }

    assert told("移動と長野") == {"飯山市の移動"}
    assert told("移動") == {"飯山市の移動", "東京の移動"}
    assert told("長野") == {"飯山市の移動", "長野県の食事"}
    assert follows["食事と東京"].address not in mails


def test_who_follows_two_things_hears_of_a_topic_once(send, at, monday):
    ride, nagano = Theme.objects.get(name="移動（交通）"), Region.objects.get(code="20")
    subscriber = follower(ride)
    add(subscriber, None, nagano)
    topic("飯山市の移動", [ride], ["202134", "20"])
    at("2026-11-30T08:00:00")

    (message,) = send()

    assert message.body.count("飯山市の移動") == 1
    assert "話題1件" in message.subject


def test_new_topics_stand_before_those_that_go_on(send, at):
    at("2026-11-10T12:00:00")
    old, own = topic("前からの話題"), topic("静かな話題")
    at("2026-11-23T08:00:00")
    follower()
    topic("新しい話題です")
    reply(old, "新しい返信です。")
    at("2026-11-30T08:00:00")

    body = send()[0].body

    assert body.index("新しい話題です") < body.index("■ 返信のあった話題") < body.index("新しい返信です。")
    assert "移動支援の担い手が" not in body[body.index("■ 返信のあった話題") :]
    assert own.title not in body


def test_own_posts_and_replies_that_were_mailed_at_once_are_no_news(
    send, at, monday, django_capture_on_commit_callbacks
):
    person = writer()
    follower(person=person)
    made = topic(author=person)
    Post.objects.update(author=person)
    actions.watch(made, by=person, on=True)
    helper = writer()
    actions.write_reply(
        made, body="すぐに届いた返信", by=helper, shown_as=ShownAs.NAME, key="c9e4bd3e-0000-4000-8000-000000000001"
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert notice_mails.send_due() == 1
    at("2026-11-30T08:00:00")

    assert send() == []


def test_what_was_held_is_told_in_the_week_of_its_release(send, at, monday):
    follower()
    made = topic()
    at("2026-11-24T12:00:00")
    held = PostFactory(topic=made, body="確認を待った返信", state=State.HELD, published_at=None, author=writer())
    at("2026-11-30T08:00:00")
    assert "確認を待った返信" not in send()[0].body
    at("2026-12-01T12:00:00")
    actions.release(held)
    at("2026-12-07T08:00:00")

    assert "確認を待った返信" in send()[0].body


def test_hidden_posts_closed_boards_and_samples_stay_out(send, at, monday):
    follower(email="nobody@example.jp")
    member = follower(person=writer(role=Role.COORDINATOR))
    topic("限られた人の話題", board=BoardFactory(visibility=Visibility.COORDINATORS))
    topic("見本の話題", is_sample=True)
    topic("消された話題", state=State.DELETED)
    reply(topic("公開の話題"), "隠された返信", state=State.HIDDEN, rule=Rule.NO_ADS)
    at("2026-11-30T08:00:00")

    mails = {message.to[0]: message.body for message in send()}

    assert "公開の話題" in mails["nobody@example.jp"]
    assert "限られた人の話題" not in mails["nobody@example.jp"]
    assert "限られた人の話題" in mails[member.address]
    for body in mails.values():
        assert not any(title in body for title in ("見本の話題", "消された話題", "隠された返信"))


def test_long_weeks_are_cut_and_say_so(send, at, monday):
    follower()
    for number in range(25):
        topic(f"話題その{number}です")
    long = topic("長い話題")
    for _ in range(30):
        reply(long)
    at("2026-11-30T08:00:00")

    (message,) = send()

    assert "話題20件以上" in message.subject
    assert "このほかにも、新しい話題や返信があります。" in message.body
    assert "ほかに28件の返信があります。" in message.body
    assert len(message.alternatives[0].content.encode()) < 100_000  # more is cut off by mail programs


def test_events_and_cases_of_the_same_fields_come_along(send, at, monday):
    ride = Theme.objects.get(name="移動（交通）")
    follower(ride)
    at("2026-11-25T12:00:00")
    EventFactory(published=True, title="移動の勉強会", themes=[ride])
    EventFactory(published=True, title="食事の勉強会")
    CaseStudyFactory(published=True, title="移動の事例", themes=[ride])
    CaseStudyFactory(published=True, title="移動の見本", themes=[ride], is_sample=True)
    at("2026-11-30T08:00:00")

    (message,) = send()

    assert "（イベント1件・事例1件）" in message.subject
    for text in (message.body, message.alternatives[0].content):
        assert "移動の勉強会" in text
        assert "移動の事例" in text
        assert "食事の勉強会" not in text
        assert "移動の見本" not in text


def test_somebody_inactive_gets_nothing(send, at, monday):
    follower(person=UserFactory(is_active=False))
    topic()
    at("2026-11-30T08:00:00")

    assert send() == []


def test_links_stop_and_change_without_sign_in(client, send, at, monday):
    follower(email="hanako@example.jp")
    topic()
    at("2026-11-30T08:00:00")

    (message,) = send()

    raw = message.message()
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    manage = re.search(r"受け取るものや回数を変える：(\S+)", message.body)[1]
    stop = re.search(r"まとめのメールを止める（サインインはいりません）：(\S+)", message.body)[1]
    assert raw["List-Unsubscribe"] == f"<{stop}>"
    assert "hanako" not in manage + stop
    assert client.get(manage).status_code == 200
    client.post(stop)
    assert not Subscriber.objects.exists()
    assert client.get(manage).status_code == 410


def test_the_number_of_queries_of_one_digest_does_not_grow(at, monday):
    ride = Theme.objects.get(name="移動（交通）")
    counts = []
    for number in (1, 15):
        for _ in range(number):
            reply(topic(themes=[ride], regions=["20"]))
        at("2026-11-25T12:00:00")
        subscriber = follower(ride)
        with CaptureQueriesContext(connection) as queries:
            digest_of(subscriber, moment("2026-11-20T00:00:00"), moment("2026-11-30T08:00:00"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


# Once, whatever happens


def test_a_job_that_dies_goes_on_where_it_was(send, at, monday, monkeypatch):
    for _ in range(3):
        follower()
    topic()
    at("2026-11-30T08:00:00")
    save, saved = OutgoingMail.save, []

    def die_at_the_second(self, **options):
        saved.append(self.to)
        if len(saved) == 2:
            raise RuntimeError("killed")
        return save(self, **options)

    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "save", die_at_the_second)
        with pytest.raises(RuntimeError):
            send()
    send()

    recipients = [message.to[0] for message in mail.outbox]
    assert len(recipients) == len(set(recipients)) == 3


def test_one_window_makes_one_mail_even_if_somebody_forgot_that_it_was_sent(send, at, monday):
    subscriber = follower()
    topic()
    at("2026-11-30T08:00:00")
    send()

    subscriber.subscriptions.update(sent_until=moment("2026-11-23T08:00:00"))
    send()

    assert OutgoingMail.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_digest_once():
    for number in range(12):
        subscriber = Subscriber.objects.create(email=f"person{number}@example.jp")
        Subscription.objects.create(subscriber=subscriber, frequency=Frequency.DAILY)
    now = timezone.now()
    Subscription.objects.update(sent_until=now - timedelta(days=4))
    made = topic(published_at=now - timedelta(days=2), last_posted_at=now - timedelta(days=2))
    made.posts.update(published_at=now - timedelta(days=2))
    start, sent = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            sent.append(digests.send_digests())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(sent) == 12
    assert OutgoingMail.objects.count() == 12
    assert OutgoingMail.objects.values("to").distinct().count() == 12


def test_database_constraints_of_subscribers():
    with pytest.raises(Exception, match="forum_subscriber_is_a_person_or_an_address"), transaction.atomic():
        Subscriber.objects.create()
    subscriber = follower(email="hanako@example.jp")
    with pytest.raises(Exception, match="forum_subscriber_address_is_unique"), transaction.atomic():
        Subscriber.objects.create(email="Hanako@example.jp")
    with pytest.raises(Exception, match="forum_subscription_is_of_it_once"), transaction.atomic():
        Subscription.objects.create(subscriber=subscriber)
