"""What people are told of: in the site at once, replies by mail, each thing once and never for oneself."""

import re
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import close_account
from accounts.roles import Role
from forum import actions, notice_mails, notices
from forum.models import ModerationStep, Notice, NoticeKind, Post, ShownAs, State, Step, Subscriber, Topic, Watch
from forum.rules import Rule
from forum.subscriptions import subscriber_of
from mailing.models import OutgoingMail
from tests.factories import BoardFactory, PostFactory, UserFactory, secretariat, writer

pytestmark = pytest.mark.django_db
NOON = "2026-11-25T12:00:00+09:00"


@pytest.fixture
def at(time_machine):
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def asker():
    return writer(display_name="相談した人")


@pytest.fixture
def send(asker, django_capture_on_commit_callbacks):
    """Run the job that mails replies; returns the mails to the asker."""

    def run():
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            notice_mails.send_due()
        return [message for message in mail.outbox[before:] if message.to == [asker.email]]

    return run


@pytest.fixture
def topic(asker):
    made = Topic(board=BoardFactory(), title="担い手が集まりません")
    return actions.start_topic(
        made, body="移動支援の担い手が集まりません。", by=asker, shown_as=ShownAs.NAME, key=uuid.uuid4()
    )


def reply(topic, by=None, body="うちでは、まず町内会に声をかけました。"):
    by = by or writer()
    return actions.write_reply(topic, body=body, by=by, shown_as=ShownAs.NAME, key=uuid.uuid4())


def told(person):
    return [(notice.kind, notice.post_id) for notice in Notice.objects.filter(person=person).order_by("pk")]


# In the site


def test_those_who_watch_hear_of_a_reply_and_the_writer_does_not(topic, asker):
    other, off = UserFactory(), UserFactory()
    actions.watch(topic, by=other, on=True)
    actions.watch(topic, by=off, on=False)
    helper = writer()

    post = reply(topic, helper)

    assert told(asker) == told(other) == [("reply", post.pk)]
    assert told(off) == told(helper) == []


def test_somebody_who_is_quoted_hears_of_it_once_and_not_as_a_watcher_too(topic, asker):
    helper = writer()
    first = reply(topic, helper)

    second = reply(topic, asker, ">>2 ありがとうございます。>>2 ＞＞1 くわしく教えてください。")

    assert told(helper) == [("quoted", second.pk)]
    assert told(asker) == [("reply", first.pk)]


def test_a_quotation_reaches_somebody_who_switched_the_topic_off_but_not_by_mail(topic, asker, send):
    actions.watch(topic, by=asker, on=False)

    reply(topic, body=">>1 くわしく教えてください。")

    assert [kind for kind, _ in told(asker)] == ["quoted"]
    assert send() == []


def test_a_post_that_names_everybody_tells_ten_people_at_most(topic):
    for _ in range(15):
        PostFactory(topic=topic, author=UserFactory())
    topic.refresh_from_db()

    post = reply(topic, body=" ".join(f">>{number}" for number in range(2, 17)))

    assert Notice.objects.filter(post=post, kind=NoticeKind.QUOTED).count() == 10


def test_what_waits_is_told_when_it_is_released(topic, asker):
    post = reply(topic, UserFactory(role=Role.COORDINATOR))
    assert post.state == State.HELD
    assert told(asker) == []

    actions.release(post)

    assert told(asker) == [("reply", post.pk)]


def test_telling_costs_the_writer_the_same_for_one_watcher_and_for_many(topic):
    helper = writer()
    reply(topic, helper)
    counts = []
    for watchers in (1, 60):
        for person in UserFactory.create_batch(watchers):
            actions.watch(topic, by=person, on=True)
        with CaptureQueriesContext(connection) as queries:
            reply(topic, helper, body=f">>1 {watchers}")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_best_answer_is_told_once(topic, asker):
    post = reply(topic)
    actions.choose_best(topic, post, by=asker)
    actions.reopen(topic, by=asker)
    actions.choose_best(topic, post, by=asker)

    assert [kind for kind, _ in told(post.author)] == ["best"]


def test_one_s_own_best_answer_is_no_news(topic, asker):
    actions.choose_best(topic, reply(topic, asker), by=asker)

    assert told(asker) == []


def test_steps_of_moderators_are_told_to_the_author(topic, asker):
    moderator = secretariat()
    for step, rule in ((Step.HIDE, Rule.NO_ADS), (Step.PIN, "")):
        ModerationStep.objects.create(step=step, rule=rule, topic=topic, person=asker, by=moderator)

    notice = Notice.objects.get(person=asker)
    assert (notice.kind, notice.step.step) == ("step", "hide")
    assert notice.get_absolute_url() == notice.step.get_absolute_url()


def test_the_database_keeps_a_post_from_being_told_twice(topic, asker):
    post = reply(topic)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=asker, kind=NoticeKind.QUOTED, topic=topic, post=post)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=asker, kind=NoticeKind.HELP)


# The page


def test_the_page_tells_what_is_new_and_marks_all_as_read(client, topic, asker):
    post = reply(topic)
    client.force_login(asker)

    html = client.get(reverse("forum:notices")).content.decode()
    assert "<strong>1件</strong>" in html
    assert f'href="{post.get_absolute_url()}"' in html
    assert post.byline in html

    client.post(reverse("forum:notices_read"))

    assert notices.unread_count(asker) == 0
    assert "すべて読みました" in client.get(reverse("forum:notices")).content.decode()


def test_reading_the_topic_reads_its_notices(topic, asker):
    post = reply(topic)
    assert notices.unread_count(asker) == 1

    actions.mark_read(asker, topic, post.number)

    assert notices.unread_count(asker) == 0


def test_what_is_hidden_or_closed_to_the_person_is_not_shown(client, topic, asker):
    first, second = reply(topic), reply(topic)
    client.force_login(asker)
    Post.objects.filter(pk=first.pk).update(state=State.DELETED)
    assert notices.unread_count(asker) == 1

    topic.board.visibility = "coordinators"
    topic.board.save()
    asker.role_assignments.all().delete()

    assert str(topic) not in client.get(reverse("forum:notices")).content.decode()
    assert second.byline not in client.get(reverse("forum:notices")).content.decode()


def test_nobody_sees_or_reads_what_others_were_told(client, topic, asker):
    reply(topic)
    client.force_login(UserFactory())

    assert str(topic) not in client.get(reverse("forum:notices")).content.decode()
    client.post(reverse("forum:notices_read"))

    assert notices.unread_count(asker) == 1


@pytest.mark.parametrize("page", ["1", "2", "999999", "x", ""])
def test_any_page_opens(client, topic, asker, page):
    helper = writer()
    for _ in range(25):
        reply(topic, helper)
    client.force_login(asker)

    assert client.get(reverse("forum:notices"), {"page": page}).status_code == 200


def test_the_number_of_queries_does_not_grow(client, topic, asker):
    client.force_login(asker)
    counts = []
    for replies in (1, 15):
        helper = writer()
        for _ in range(replies):
            reply(topic, helper)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("forum:notices"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8


def test_mypage_says_how_much_is_unread(client, topic, asker):
    reply(topic)
    client.force_login(asker)

    assert "未読1件" in client.get("/mypage/").content.decode()


def test_whoever_leaves_is_forgotten(topic, asker):
    reply(topic)
    subscriber_of(asker)

    close_account(asker)

    assert not Notice.objects.filter(person=asker).exists()
    assert not Subscriber.objects.exists()
    assert not Watch.objects.filter(user=asker).exists()


# By mail


def test_a_reply_is_mailed_at_once_with_its_text_and_a_link(topic, asker, send, at, settings):
    at(NOON)
    post = reply(topic, body="**まず**町内会に声をかけました。\n\n<b>次に</b>、社協です。")

    (message,) = send()

    assert message.to == [asker.email]
    assert message.subject.endswith("返信がありました（担い手が集まりません）")
    assert "<b>次に</b>、社協です。" in message.body
    assert settings.SITE_URL + post.get_absolute_url() in message.body
    assert post.byline in message.body
    assert send() == []


def test_the_headers_let_a_mail_program_unsubscribe_with_one_click(client, topic, asker, send):
    reply(topic)
    (message,) = send()

    raw = message.message()
    address = re.fullmatch(r"<(\S+)>", raw["List-Unsubscribe"])[1]
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Folded as long lines are, but never cut or encoded.
    assert f"List-Unsubscribe: <{address}>" in re.sub(r"\s+", " ", raw.as_string())

    response = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert subscriber_of(asker).replies_at_once is False
    reply(topic)
    assert send() == []
    assert notices.unread_count(asker) == 2


def test_one_topic_can_be_stopped_alone(client, topic, asker, send):
    reply(topic)
    address = re.search(r"この話題の知らせだけを止める：(\S+)", send()[0].body)[1]

    assert client.get(address).status_code == 200
    assert Watch.objects.get(topic=topic, user=asker).is_on
    client.post(address)

    assert not Watch.objects.get(topic=topic, user=asker).is_on
    reply(topic)
    assert send() == []


def test_more_than_three_an_hour_go_in_one_mail_later(topic, asker, send, at):
    at("2026-11-25T12:00:00+09:00")
    helper = writer()
    for _ in range(3):
        reply(topic, helper)
        assert len(send()) == 1  # each by itself
    for minute in (10, 20):
        at(f"2026-11-25T12:{minute}:00+09:00")
        reply(topic, helper, f"{minute}分の返信です。")
        assert send() == []

    at("2026-11-25T13:00:00+09:00")
    (message,) = send()

    assert "返信が2件ありました" in message.subject
    assert "10分の返信です。" in message.body
    assert "20分の返信です。" in message.body
    assert send() == []


def test_many_replies_that_came_while_no_worker_ran_go_in_one_mail(topic, asker, send):
    helper = writer()
    for _ in range(30):
        reply(topic, helper)

    (message,) = send()

    assert "返信が30件ありました" in message.subject
    assert "ほかに10件あります" in message.body


def test_what_was_read_hidden_or_switched_off_before_is_not_mailed(topic, asker, send):
    read = reply(topic)
    actions.mark_read(asker, topic, read.number)
    hidden = reply(topic)
    Post.objects.filter(pk=hidden.pk).update(state=State.HIDDEN, rule=Rule.NO_ADS)

    assert send() == []
    assert not Notice.objects.filter(mail_due=True).exists()


def test_a_mail_tells_no_name_that_the_page_does_not(topic, send):
    helper = writer(display_name="山田花子", affiliation="飯山市社会福祉協議会")
    actions.write_reply(topic, body="答えます。", by=helper, shown_as=ShownAs.ROLE, key=uuid.uuid4())

    (message,) = send()

    assert "生活支援コーディネーター" in message.body
    assert "山田花子" not in message.body
    assert "飯山" not in message.body


def test_a_job_that_dies_has_neither_mailed_nor_noted_so(topic, asker, send, monkeypatch):
    reply(topic)
    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "save", lambda self, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send()

    assert Notice.objects.get(person=asker).mail_due
    assert len(send()) == 1


def test_old_notices_are_forgotten(topic, asker, send):
    reply(topic)
    notices.forget_old(timezone.now())
    assert Notice.objects.filter(person=asker).exists()  # it has yet to be mailed
    send()

    notices.forget_old(timezone.now())

    assert not Notice.objects.exists()


def test_a_topic_of_somebody_who_left_still_tells_the_others(topic, asker):
    watcher = UserFactory()
    actions.watch(topic, by=watcher, on=True)
    close_account(asker)

    post = reply(Topic.objects.get(pk=topic.pk))

    assert told(watcher) == [("reply", post.pk)]
