"""The pages of moderators, the page of a step, reports, rules and numbers."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from forum import actions, moderation, moderation_answers, moderation_moving
from forum import moderation_people as people
from forum.models import Board, ModerationStep, Outcome, Post, Report, ShownAs, State, Step, Suspension, Topic
from forum.moderation_numbers import by_month
from forum.permissions import Visibility
from forum.rules import Rule
from publishing.digest import send_digest
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    secretariat,
    superuser,
    writer,
)

pytestmark = pytest.mark.django_db
RULE = Rule.NO_ADS
QUEUE = "/forum/moderation/"


@pytest.fixture
def moderator(client):
    moderator = secretariat()
    client.force_login(moderator)
    return moderator


def held(**fields):
    topic = TopicFactory(state=State.HELD, published_at=None, first_post__published_at=None, **fields)
    return topic.posts.get()


def page_of(thing):
    names = {Post: "moderation_post", Topic: "moderation_topic"}
    return reverse(f"forum:{names.get(type(thing), 'moderation_person')}", args=[thing.pk])


def text(response):
    return response.content.decode()


def told(response):
    return [str(message) for message in response.context["messages"]]


def hidden_step(by=None, **fields):
    return moderation.hide_post(PostFactory(**fields), by=by or secretariat(), rule=RULE, note="宣伝でした。")


def in_days(days):
    return timezone.now() + timedelta(days=days)


# Who gets in


@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_are_told_that_the_pages_are_not_theirs(client, role, method):
    post = PostFactory()
    client.force_login(UserFactory(role=role))

    for address in (QUEUE, f"{QUEUE}log/", page_of(post), page_of(post.topic), page_of(post.author)):
        response = getattr(client, method)(address, {"do": "hide", "rule": RULE})
        assert response.status_code in (403, 405)
    post.refresh_from_db()
    assert post.state == State.VISIBLE


def test_superusers_moderate_and_visitors_sign_in_first(client):
    assert client.get(QUEUE)["Location"].startswith("/accounts/login/")
    client.force_login(superuser())

    assert client.get(QUEUE).status_code == 200


# The queue


def test_the_queue_shows_what_waits_with_the_text_and_what_is_known(client, moderator, time_machine):
    time_machine.move_to("2026-11-20T15:00:00+09:00", tick=False)
    author = UserFactory(display_name="山田花子")
    post = held(author=author, first_post__body="はじめまして。")
    people.warn(author, by=moderator, rule=RULE)
    told_of = PostFactory()
    moderation.report(told_of, by=UserFactory(display_name="鈴木一郎"), rule=Rule.RESPECT, reason="言葉がきついです。")
    moderation.report(told_of, by=UserFactory(), rule=RULE)
    step = hidden_step()
    moderation_answers.answer(step, by=step.person, answer="宣伝ではありません。")
    time_machine.move_to("2026-11-25T09:00:00+09:00", tick=False)
    client.force_login(moderator)

    html = text(client.get(QUEUE))

    for said in ("公開を待っている投稿（1件）", "通報された投稿（1件）", "対応への返事（1件）", "2営業日待っています"):
        assert said in html
    for said in ("はじめまして。", "山田花子", "注意：1回", "言葉がきついです。", "鈴木一郎", "宣伝ではありません。"):
        assert said in html
    assert html.count("<b>通報：</b>") == 2
    assert page_of(post) in html
    assert step.get_absolute_url() in html
    # In the header, too.
    assert "掲示板の確認（3件）" in html


def test_an_empty_queue_says_so(client, moderator):
    assert text(client.get(QUEUE)).count("いまはありません。") == 3


def test_held_posts_of_topics_out_of_sight_do_not_wait(client, moderator):
    topic = TopicFactory()
    PostFactory(topic=topic, state=State.HELD)
    moderation.hide_topic(topic, by=moderator, rule=RULE)

    assert "公開を待っている投稿（0件）" in text(client.get(QUEUE))


def test_the_oldest_are_shown_first_and_the_rest_on_the_next_page(client, moderator):
    posts = [held() for _ in range(22)]

    html = text(client.get(QUEUE))

    assert "公開を待っている投稿（22件）" in html
    assert page_of(posts[0]) in html
    assert page_of(posts[21]) not in html
    assert 'href="?held=2"' in html
    html = text(client.get(f"{QUEUE}?held=2&reported=x&answers=999999"))
    assert page_of(posts[0]) not in html
    assert page_of(posts[21]) in html


def test_a_held_post_is_released_from_the_queue(client, moderator, django_capture_on_commit_callbacks):
    post = held()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page_of(post), {"do": "release", "next": "queue"}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert told(response) == ["公開しました。書いた人にメールで知らせます。"]
    post.refresh_from_db()
    assert post.state == State.VISIBLE
    assert [message.to for message in mail.outbox] == [[post.author.email]]
    visitor = Client()
    assert "移動支援" in text(visitor.get(post.topic.get_absolute_url()))


def test_files_of_held_posts_are_there_to_be_looked_at(client, moderator):
    post = held()
    file = AttachmentFactory(item=post, title="当番表")

    assert file.get_absolute_url() in text(client.get(QUEUE))
    assert file.get_absolute_url() in text(client.get(page_of(post)))


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_of_the_queue_does_not_grow(client, moderator, count, django_assert_max_num_queries):
    for _ in range(count):
        held()
        moderation.report(PostFactory(), by=UserFactory(), rule=RULE)
        step = hidden_step(by=moderator)
        moderation_answers.answer(step, by=step.person, answer="宣伝ではありません。")
    client.get(QUEUE)

    with django_assert_max_num_queries(25):
        client.get(QUEUE)


# One post


def test_the_page_of_a_post_shows_everything_about_it(client, moderator):
    author = UserFactory(display_name="山田花子")
    post = PostFactory(author=author, byline="生活支援コーディネーター（長野県）")
    actions.edit_post(post, body="書き直しました。", by=author)
    moderation.annotate(post, by=moderator, note="日付を直しました。")
    moderation.report(post, by=UserFactory(), rule=Rule.PRIVACY)

    html = text(client.get(page_of(post)))

    for said in (
        "山田花子",
        "生活支援コーディネーター（長野県）",
        "書き直しました。",
        "うちでは、まず町内会",
        "日付を直しました。",
    ):
        assert said in html
    assert Rule.PRIVACY.label in html
    for name in ("dismiss", "hide", "note", "warn"):
        assert f'value="{name}"' in html
    for name in ("release", "restore"):
        assert f'value="{name}"' not in html


def test_hiding_without_a_rule_is_answered_with_a_sentence_and_keeps_the_text(client, moderator):
    post = PostFactory()

    html = text(client.post(page_of(post), {"do": "hide", "note": "宣伝でした。"}))

    assert "どのルールに反するのかを選んでください" in html
    assert "宣伝でした。" in html
    assert not ModerationStep.objects.exists()


@pytest.mark.parametrize(
    ("do", "data", "changed"),
    [
        ("hide", {"rule": RULE, "note": "宣伝でした。"}, {"state": State.HIDDEN, "rule": RULE}),
        ("note", {"note": "日付を直しました。"}, {"moderator_note": "日付を直しました。"}),
        ("warn", {"rule": RULE, "key": str(uuid.uuid4())}, {"state": State.VISIBLE}),
    ],
)
def test_each_form_of_a_post_does_what_its_button_says(client, moderator, do, data, changed):
    post = PostFactory()

    response = client.post(page_of(post), {"do": do, **data}, follow=True)

    assert response.redirect_chain == [(page_of(post), 302)]
    post.refresh_from_db()
    assert {name: getattr(post, name) for name in changed} == changed
    assert ModerationStep.objects.get().step == do
    assert ModerationStep.objects.get().get_step_display() in text(response)


def test_a_second_click_is_no_second_step(client, moderator):
    post = PostFactory()
    data = {"do": "hide", "rule": RULE, "next": "queue"}
    client.post(page_of(post), data)

    client.get(QUEUE)

    response = client.post(page_of(post), data, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert told(response) == ["すでに、あなたが対応しています（非表示にした）。"]
    assert ModerationStep.objects.count() == 1


def test_whoever_is_slower_is_told_who_was_faster_and_loses_no_words(client, moderator):
    post, colleague = PostFactory(), secretariat()
    moderation.hide_post(post, by=colleague, rule=RULE)

    response = client.post(page_of(post), {"do": "hide", "rule": RULE, "note": "わたしの説明です。"})

    assert response.status_code == 409
    html = text(response)
    assert f"{colleague}さんが先に対応しました（非表示にした" in html
    assert "わたしの説明です。" in html
    assert 'value="restore"' in html


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_on_two_pages_one_wins():
    post, start, clients = held(), Barrier(2), [Client(), Client()]
    for browser in clients:
        browser.force_login(secretariat())

    def press(browser):
        try:
            start.wait()
            return browser.post(page_of(post), {"do": "release"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        codes = sorted(threads.map(press, clients))

    assert codes == [302, 409]
    assert ModerationStep.objects.count() == 1
    assert Post.objects.get(pk=post.pk).state == State.VISIBLE


@pytest.mark.parametrize("do", ["", "unknown", "pin", "<script>"])
def test_unknown_buttons_change_nothing(client, moderator, do):
    response = client.post(page_of(PostFactory()), {"do": do}, follow=True)

    assert "どの操作か分からなかったため" in text(response)
    assert not ModerationStep.objects.exists()


@pytest.mark.parametrize("name", ["moderation_post", "moderation_topic", "moderation_person", "moderation_step"])
def test_what_is_not_there_is_not_found(client, moderator, name):
    assert client.get(reverse(f"forum:{name}", args=[999_999])).status_code == 404
    assert client.get(f"/forum/moderation/posts/{'9' * 30}/").status_code == 404


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_of_the_page_of_a_post_does_not_grow(client, moderator, count, django_assert_max_num_queries):
    post = PostFactory()
    for number in range(count):
        moderation.report(post, by=UserFactory(), rule=RULE)
        actions.edit_post(post, body=f"{number}", by=post.author)
        moderation.annotate(post, by=moderator, note=f"{number}")
        AttachmentFactory(item=post)
    client.get(page_of(post))

    with django_assert_max_num_queries(18):
        client.get(page_of(post))


# One topic


@pytest.mark.parametrize("do", ["lock", "hide"])
def test_topics_are_locked_and_hidden_with_a_rule(client, moderator, do):
    topic = TopicFactory()
    assert "どのルールに反するのかを選んでください" in text(client.post(page_of(topic), {"do": do}))

    client.post(page_of(topic), {"do": do, "rule": Rule.RESPECT})

    topic.refresh_from_db()
    assert (topic.is_locked, topic.state) == ((True, State.VISIBLE) if do == "lock" else (False, State.HIDDEN))
    html = text(client.get(page_of(topic)))
    assert 'value="unlock"' in html if do == "lock" else 'value="restore"' in html


def test_the_page_of_a_topic_offers_pinning_and_the_topic_itself_too(client, moderator):
    topic = TopicFactory()
    assert "この話題を管理する" in text(client.get(topic.get_absolute_url()))

    response = client.post(page_of(topic), {"do": "pin", "next": "topic"}, follow=True)

    assert response.redirect_chain == [(topic.get_absolute_url(), 302)]
    topic.refresh_from_db()
    assert topic.pinned_at
    client.post(page_of(topic), {"do": "unpin"})
    topic.refresh_from_db()
    assert topic.pinned_at is None


def test_only_moderators_see_what_moderators_may_do(client, moderator):
    post = PostFactory()
    assert page_of(post) in text(client.get(post.topic.get_absolute_url()))
    client.force_login(writer())

    html = text(client.get(post.topic.get_absolute_url()))

    assert "moderation" not in html.replace(reverse("forum:numbers"), "")
    assert reverse("forum:report", args=[post.pk]) in html


def test_a_fourth_pinned_topic_is_refused_with_a_sentence(client, moderator):
    board = BoardFactory()
    TopicFactory.create_batch(3, board=board, pinned_at=timezone.now())

    response = client.post(page_of(TopicFactory(board=board)), {"do": "pin"})

    assert response.status_code == 409
    assert "固定できるのは3件までです" in text(response)


def test_to_open_what_was_written_for_some_has_to_be_confirmed(client, moderator):
    topic, public = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS)), BoardFactory()
    members = BoardFactory(visibility=Visibility.MEMBERS)
    for board in (public, members):
        html = text(client.post(page_of(topic), {"do": "move", "board": board.pk}))
        assert "より多くの人に読まれるようになります" in html

    client.post(page_of(topic), {"do": "move", "board": members.pk, "is_opening": "on"})
    topic.refresh_from_db()
    assert topic.board == members

    client.post(page_of(topic), {"do": "move", "board": Board.objects.get(pk=public.pk).pk, "is_opening": "on"})
    closed = BoardFactory(visibility=Visibility.COORDINATORS)
    client.post(page_of(topic), {"do": "move", "board": closed.pk})
    topic.refresh_from_db()
    assert topic.board == closed


def test_a_board_by_theme_asks_for_a_theme(client, moderator):
    topic, board = TopicFactory(), BoardFactory(is_by_theme=True)

    assert "分野を1つ以上選んでください" in text(client.post(page_of(topic), {"do": "move", "board": board.pk}))
    theme = moderation_moving.Topic.themes.rel.model.objects.first()
    client.post(page_of(topic), {"do": "move", "board": board.pk, "themes": [theme.pk]})

    topic.refresh_from_db()
    assert topic.board == board


@pytest.mark.parametrize(
    "typed", ["{pk}", "/forum/{pk}/", "https://portal.example.jp/forum/{pk}/?page=2#post-25", "　{pk} "]
)
def test_topics_are_merged_by_number_or_address(client, moderator, typed):
    topic, into = TopicFactory(), TopicFactory()

    response = client.post(page_of(topic), {"do": "merge", "into": typed.format(pk=into.pk)}, follow=True)

    assert told(response) == ["まとめました。もとのアドレスからは、まとめた先へ移ります。"]
    assert into.title in text(response)
    assert client.get(topic.get_absolute_url())["Location"].startswith(into.get_absolute_url())


@pytest.mark.parametrize("typed", ["", "0", "99999999", "9" * 300, "abc", "/cases/1/", "\u202e", "<script>"])
def test_topics_that_cannot_be_found_are_answered_at_the_field(client, moderator, typed):
    html = text(client.post(page_of(TopicFactory()), {"do": "merge", "into": typed, "note": "同じ話題です。"}))

    assert "error-summary" in html
    assert "同じ話題です。" in html


@pytest.mark.parametrize(
    ("typed", "moved"), [("2", [2]), ("３、５〜６", [3, 5, 6]), ("2-3, 6番", [2, 3, 6]), (" 5～6 2 ", [2, 5, 6])]
)
def test_posts_to_split_are_typed_by_their_numbers(client, moderator, typed, moved):
    topic = TopicFactory()
    for number in range(2, 7):
        PostFactory(topic=topic, number=number, body=f"{number}番")

    client.post(page_of(topic), {"do": "split", "numbers": typed, "title": "保険の話"})

    new = Topic.objects.get(title="保険の話")
    assert list(new.posts.order_by("number").values_list("body", flat=True)) == [f"{number}番" for number in moved]


@pytest.mark.parametrize("typed", ["", "二番", "5-3", "1-999999", "2;3", "-", "99", "1"])
def test_numbers_that_mean_no_posts_are_answered_with_a_sentence(client, moderator, typed):
    topic = TopicFactory()
    PostFactory(topic=topic, number=2)
    topic.refresh_from_db()

    html = text(client.post(page_of(topic), {"do": "split", "numbers": typed, "title": "保険の話"}))

    assert "error-summary" in html
    assert "保険の話" in html
    assert Topic.objects.count() == 1


# People and the log


def test_the_page_of_a_person_shows_posts_steps_and_suspensions(client, moderator):
    person = writer(display_name="山田花子")
    post = PostFactory(author=person)
    moderation.hide_post(post, by=moderator, rule=RULE)
    until = timezone.localdate() + timedelta(days=7)

    response = client.post(
        page_of(person), {"do": "suspend", "rule": RULE, "until": f"{until}", "note": "三度目です。"}, follow=True
    )

    html = text(response)
    for said in ("山田花子", "生活支援コーディネーター", "書き込みを止めています", "三度目です。", "非表示"):
        assert said in html
    assert timezone.localtime(Suspension.objects.get().until).date() == until
    assert 'value="suspend"' not in html
    client.post(page_of(person), {"do": "lift"})
    assert 'value="suspend"' in text(client.get(page_of(person)))
    assert not person.forum_suspensions.in_force(timezone.now()).exists()


@pytest.mark.parametrize("typed", ["", "2020-01-01", "2100-01-01", "きょう", "99999-99-99"])
def test_impossible_ends_of_a_suspension_are_answered_at_the_field(client, moderator, typed):
    html = text(client.post(page_of(writer()), {"do": "suspend", "rule": RULE, "until": typed, "note": "理由です。"}))

    assert 'href="#id_suspend_until"' in html
    assert "理由です。" in html
    assert not Suspension.objects.exists()


def test_the_form_of_a_warning_sent_twice_warns_once(client, moderator):
    person, key = writer(), str(uuid.uuid4())
    for _ in range(2):
        response = client.post(page_of(person), {"do": "warn", "rule": RULE, "key": key}, follow=True)

    assert told(response) == ["すでに、あなたが対応しています（注意した）。"]
    assert ModerationStep.objects.count() == 1


def test_a_moderator_is_not_suspended_by_another(client, moderator):
    data = {"do": "suspend", "rule": RULE, "until": f"{timezone.localdate() + timedelta(days=3)}"}

    assert "事務局の人の書き込みは止められません" in text(client.post(page_of(secretariat()), data))


def test_the_log_lists_every_step_once(client, moderator):
    post = PostFactory()
    for number in range(35):
        moderation.annotate(post, by=moderator, note=f"注記{number}です。")

    pages = [text(client.get(f"{QUEUE}log/?page={number}")) for number in (1, 2)]

    found = [int(number) for page in pages for number in re.findall(r"<p>注記(\d+)です。</p>", page)]
    assert found == list(range(34, -1, -1))
    assert "（2ページ目）" in pages[1]
    assert "注記0です。" in text(client.get(f"{QUEUE}log/?page=999999"))


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_of_log_topic_and_person_does_not_grow(client, moderator, count, django_assert_max_num_queries):
    person = writer()
    topic = TopicFactory(author=person)
    for _ in range(count):
        post = PostFactory(topic=topic, author=person)
        moderation.hide_post(post, by=moderator, rule=RULE)
        people.suspend(person, by=moderator, rule=RULE, until=in_days(1))
        people.lift(person, by=moderator)
    for address in (f"{QUEUE}log/", page_of(topic), page_of(person)):
        client.get(address)
        with django_assert_max_num_queries(20):
            client.get(address)


# The page of a step


def test_the_author_reads_the_step_answers_once_and_reads_what_follows(client):
    step = hidden_step(body="この商品がおすすめです。")
    client.force_login(step.person)

    html = text(client.get(step.get_absolute_url()))
    for said in (RULE.label, "宣伝でした。", "この商品がおすすめです。", "一度だけ"):
        assert said in html
    assert str(step.by) not in html

    assert "返事を入力してください" in text(client.post(step.get_absolute_url(), {"do": "answer", "answer": " "}))
    response = client.post(step.get_absolute_url(), {"do": "answer", "answer": "役に立つと思いました。"}, follow=True)
    assert "役に立つと思いました。" in text(response)
    assert 'value="answer"' not in text(response)
    response = client.post(step.get_absolute_url(), {"do": "answer", "answer": "もう一度。"}, follow=True)
    assert told(response) == ["返事は、すでにいただいています。書けるのは一度だけです。"]

    moderation_answers.uphold(step, by=secretariat(), reply="価格が書かれているためです。")
    html = text(client.get(step.get_absolute_url()))
    assert "対応は変えません。" in html
    assert "価格が書かれているためです。" in html


def test_an_answer_that_is_too_long_is_kept_in_the_field(client):
    step = hidden_step()
    client.force_login(step.person)

    html = text(client.post(step.get_absolute_url(), {"do": "answer", "answer": "長" * 1001}))

    assert "1,000文字以内" in html
    assert "長" * 1001 in html


@pytest.mark.parametrize("person", [UserFactory, writer])
def test_others_do_not_see_a_step(client, person):
    step = hidden_step()
    client.force_login(person())

    assert client.get(step.get_absolute_url()).status_code == 404
    assert client.post(step.get_absolute_url(), {"do": "answer", "answer": "わたしです。"}).status_code == 404


def test_moderators_settle_an_answer_and_only_they_do(client, moderator):
    step = hidden_step()
    moderation_answers.answer(step, by=step.person, answer="宣伝ではありません。")
    html = text(client.get(step.get_absolute_url()))
    assert str(step.by) in html
    assert "回答" in html
    client.force_login(step.person)
    client.post(step.get_absolute_url(), {"do": "take_back", "reply": "戻します。"})
    step.post.refresh_from_db()
    assert step.post.state == State.HIDDEN
    client.force_login(moderator)
    assert client.post(step.get_absolute_url(), {"do": "answer", "answer": "x"}).status_code == 403

    response = client.post(step.get_absolute_url(), {"do": "take_back", "reply": "誤りでした。"}, follow=True)
    again = client.post(step.get_absolute_url(), {"do": "uphold", "reply": "やはり。"}, follow=True)

    assert told(response) == ["対応を取り消しました。本人にメールで知らせます。"]
    assert "先に回答が済んでいます" in told(again)[0]
    step.refresh_from_db()
    step.post.refresh_from_db()
    assert (step.outcome, step.post.state) == (Outcome.TAKEN_BACK, State.VISIBLE)


def test_a_suspended_person_reads_why_and_until_when(client, moderator):
    person = writer()
    step = people.suspend(person, by=moderator, rule=RULE, until=in_days(7))
    client.force_login(person)

    assert "書き込みを止める期間" in text(client.get(step.get_absolute_url()))
    topic = TopicFactory()
    assert "書き込みを止めています" in text(client.get(topic.get_absolute_url()))
    data = {"body": "本文です。", "key": str(uuid.uuid4()), "shown_as": ShownAs.NAME}
    client.post(reverse("forum:reply", args=[topic.pk]), data)
    assert topic.posts.count() == 1


def test_query_count_of_a_step(client, django_assert_max_num_queries):
    step = hidden_step()
    client.force_login(step.person)
    client.get(step.get_absolute_url())

    with django_assert_max_num_queries(13):
        client.get(step.get_absolute_url())


# Reports


def report_of(post):
    return reverse("forum:report", args=[post.pk])


def test_a_reader_tells_of_a_post_once(client):
    post = PostFactory()
    client.force_login(UserFactory())
    assert post.excerpt in text(client.get(report_of(post)))

    first = client.post(report_of(post), {"rule": RULE, "reason": "宣伝です。"}, follow=True)
    second = client.post(report_of(post), {"rule": RULE, "reason": "宣伝です。"}, follow=True)

    assert "ありがとうございます" in told(first)[0]
    assert "すでにお知らせいただいています" in told(second)[0]
    assert (Report.objects.get().rule, Report.objects.get().reason) == (RULE, "宣伝です。")


@pytest.mark.parametrize("data", [{}, {"rule": "unknown"}, {"rule": RULE, "reason": "長" * 501}])
def test_mistakes_in_a_report_are_told_and_the_text_is_kept(client, data):
    client.force_login(UserFactory())

    html = text(client.post(report_of(PostFactory()), {"reason": "気になりました。", **data}))

    assert "error-summary" in html
    assert data.get("reason", "気になりました。") in html
    assert not Report.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_are_led_to_the_contact_form(client, method):
    post = PostFactory()

    response = getattr(client, method)(report_of(post))

    assert response["Location"].startswith(reverse("contact"))
    assert f"話題{post.topic_id}の{post.number}番目の投稿" in text(client.get(response["Location"]))


@pytest.mark.parametrize("state", [State.HELD, State.HIDDEN, State.DELETED])
def test_what_cannot_be_read_cannot_be_reported(client, state):
    post = PostFactory(state=state, rule=RULE)
    client.force_login(UserFactory())

    assert client.get(report_of(post)).status_code == 404


@pytest.mark.parametrize(
    ("role", "visibility", "code"),
    [
        (None, Visibility.PUBLIC, 200),
        (None, Visibility.MEMBERS, 404),
        (Role.MINISTRY, Visibility.MEMBERS, 200),
        (Role.MINISTRY, Visibility.COORDINATORS, 404),
        (Role.MUNICIPAL, Visibility.COORDINATORS, 200),
    ],
)
def test_who_may_follow_a_board_may_tell_of_its_posts(client, role, visibility, code):
    post = PostFactory(topic=TopicFactory(board=BoardFactory(visibility=visibility)))
    client.force_login(UserFactory(role=role))

    assert client.get(report_of(post)).status_code == code


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_of_a_report_does_not_grow(client, count, django_assert_max_num_queries):
    topic = TopicFactory()
    post = PostFactory.create_batch(count, topic=topic)[0]
    client.force_login(UserFactory())
    client.get(report_of(post))

    with django_assert_max_num_queries(10):
        client.get(report_of(post))


# Rules, numbers, the mail of the morning


def test_the_rules_are_there_for_everybody(client):
    html = text(client.get(reverse("forum:rules")))

    for rule in Rule:
        assert rule.label in html
    assert reverse("forum:numbers") in html


def test_the_numbers_are_those_of_the_table_in_every_month(client, time_machine):
    moderator = secretariat()
    time_machine.move_to("2026-08-31T23:30:00+09:00", tick=False)
    held(), held()
    time_machine.move_to("2026-09-01T00:30:00+09:00", tick=False)
    moderation.release(Post.objects.filter(state=State.HELD).first(), by=moderator)
    time_machine.move_to("2026-11-10T10:00:00+09:00", tick=False)
    steps = [hidden_step(by=moderator) for _ in range(3)]
    moderation.hide_topic(TopicFactory(), by=moderator, rule=Rule.RESPECT)
    moderation.lock(TopicFactory(), by=moderator, rule=RULE)
    people.warn(writer(), by=moderator, rule=RULE)
    people.suspend(writer(), by=moderator, rule=RULE, until=in_days(7))
    for step, settle in zip(steps, (moderation_answers.uphold, moderation_answers.take_back), strict=False):
        moderation_answers.answer(step, by=step.person, answer="ちがいます。")
        settle(step, by=moderator, reply="読みました。")

    html = text(client.get(reverse("forum:numbers")))

    assert table(html, 0) == {
        "令和8年11月": [0, 0, 4, 1, 1, 1, 2, 1],
        "令和8年10月": [0] * 8,
        "令和8年9月": [0, 1, 0, 0, 0, 0, 0, 0],
        "令和8年8月": [2, 0, 0, 0, 0, 0, 0, 0],
    }
    assert table(html, 1)["令和8年11月"] == [1, 0, 0, 0, 3]
    assert table(html, 1)["令和8年10月"] == [0] * 5
    hidden = ModerationStep.objects.filter(step=Step.HIDE)
    assert sum(month.hidden_in_all for month in by_month()) == hidden.count() == 4
    for name in (str(moderator), steps[0].person.display_name, steps[0].post.body):
        assert name not in html


def table(html, number):
    """The rows of a table by their month."""
    body = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)[number]
    rows = re.findall(r"<th[^>]*>(.*?)</th>(.*?)</tr>", body, re.DOTALL)
    return {
        re.sub("<.*?>", "", month).strip(): [int(count) for count in re.findall(r">(\d+)</td>", rest)]
        for month, rest in rows
    }


def test_the_numbers_before_anything_happened_are_this_month_of_zeros(client):
    assert list(table(text(client.get(reverse("forum:numbers"))), 0).values()) == [[0] * 8]


def test_the_numbers_ask_the_database_seldom(client):
    client.get(reverse("forum:numbers"))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("forum:numbers"))

    assert len(queries) == 0


def test_numbers_over_more_than_two_years_are_those_of_the_last_two(client, time_machine):
    moderator = secretariat()
    time_machine.move_to("2024-01-10T10:00:00+09:00", tick=False)
    hidden_step(by=moderator)
    time_machine.move_to("2024-12-01T00:00:00+09:00", tick=False)
    hidden_step(by=moderator)
    time_machine.move_to("2026-11-10T10:00:00+09:00", tick=False)

    found = table(text(client.get(reverse("forum:numbers"))), 1)

    assert len(found) == 24
    assert found["令和6年12月"] == [0, 0, 0, 0, 1]


def test_the_mail_of_the_morning_tells_of_the_board(time_machine, django_capture_on_commit_callbacks, settings):
    time_machine.move_to("2026-11-25T08:15:00+09:00", tick=False)
    held()
    moderation.report(PostFactory(), by=UserFactory(), rule=RULE)

    with django_capture_on_commit_callbacks(execute=True):
        send_digest()

    (message,) = mail.outbox
    assert "（2件）" in message.subject
    assert "■ 交流掲示板で確認を待っているもの：2件" in message.body
    assert f"{settings.SITE_URL}/forum/moderation/" in message.body


def test_the_header_counts_only_for_those_who_moderate(client, moderator):
    held()
    assert "掲示板の確認（1件）" in text(client.get("/about/"))
    client.force_login(writer())

    assert "掲示板の確認" not in text(client.get("/about/"))


# The admin


def test_the_secretariat_sets_up_boards_and_a_change_of_readers_takes_effect_at_once(client, moderator):
    topic = TopicFactory()
    address = reverse("admin:forum_board_change", args=[topic.board_id])
    fields = {
        "title": "取り組む人の部屋",
        "slug": "room",
        "description": "説明",
        "visibility": "members",
        "position": 1,
    }

    response = client.post(address, {**fields, "is_open": "on"}, follow=True)

    assert "読める人を変えました" in text(response)
    topic.board.refresh_from_db()
    assert topic.board.visibility == Visibility.MEMBERS
    assert list(Topic.objects.matching("移動支援")) == []
    assert Client().get(topic.get_absolute_url()).status_code == 404


def test_everything_else_of_the_board_is_there_to_read(client, moderator):
    step = people.suspend(writer(), by=moderator, rule=RULE, until=in_days(2))
    post = PostFactory()
    moderation.report(post, by=UserFactory(), rule=RULE)
    rows = (post, post.topic, step, Report.objects.get(), Suspension.objects.get())

    for row in rows:
        name = f"admin:forum_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert client.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    assert client.get(reverse("admin:forum_post_changelist"), {"q": "利用者"}).status_code == 200
    assert client.get(reverse("admin:forum_topic_changelist"), {"q": "担い手"}).status_code == 200


# What nobody should type


HOSTILE = ("あ" * 10_000, "👩‍👩‍👧‍👦", "a\x00b", "\u202e", "<script>alert(1)</script>", "9" * 40, "' OR 1=1 --")
NAMES = ("rule", "note", "key", "until", "board", "themes", "into", "numbers", "title", "reply", "next", "is_opening")


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered(client, moderator, typed):
    post, topic, person = PostFactory(), TopicFactory(), writer()
    step = hidden_step()
    moderation_answers.answer(step, by=step.person, answer="x")
    for thing, acts in (
        (page_of(post), ("hide", "note", "warn", "dismiss")),
        (page_of(topic), ("lock", "move", "merge", "split", "hide")),
        (page_of(person), ("warn", "suspend", "lift")),
        (step.get_absolute_url(), ("uphold", "take_back", "answer")),
        (report_of(post), ("",)),
    ):
        for do in acts:
            response = client.post(thing, {"do": do, "reason": typed, **dict.fromkeys(NAMES, typed)})
            assert response.status_code < 500
            assert "<script>alert" not in text(response)
