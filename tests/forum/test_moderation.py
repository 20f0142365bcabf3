"""What moderators do: each step with whom it is for, what it leaves, and who hears of it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.roles import Role
from forum import actions, indexing, moderation, moderation_answers, moderation_boards, moderation_moving
from forum import moderation_people as people
from forum.actions import NotAllowed, Suspended
from forum.models import (
    AGAINST,
    Bookmark,
    ModerationStep,
    Notice,
    NoticeKind,
    Outcome,
    Post,
    ReadMark,
    Report,
    ShownAs,
    State,
    Step,
    Suspension,
    Topic,
    Watch,
)
from forum.moderation_moving import CannotMove, Why
from forum.moderation_steps import AlreadyDone, RuleMissing
from forum.permissions import Visibility
from forum.rules import Rule
from mailing import jobs
from search.models import Entry
from taxonomy.models import Theme
from tests.factories import BoardFactory, CaseStudyFactory, PostFactory, TopicFactory, UserFactory, secretariat, writer

pytestmark = pytest.mark.django_db
RULE = Rule.NO_ADS
KINDS = ("topic", "post", "closed_topic", "closed_post")


@pytest.fixture
def moderator():
    return secretariat()


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """The mails that ``act`` sends."""

    def run(act, *args, **options):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **options)
        return mail.outbox[before:]

    return run


def reply(topic, by=None, body="うちでは、まず町内会に声をかけました。"):
    return actions.write_reply(topic, body=body, by=by or writer(), shown_as=ShownAs.NAME, key=uuid.uuid4())


def topic_with(replies=0, *, state=State.VISIBLE, **fields):
    topic = TopicFactory(state=state, **fields)
    for number in range(2, replies + 2):
        PostFactory(topic=topic, number=number, body=f"{number}番目の話です。")
    topic.refresh_from_db()
    actions.recount(topic)
    indexing.index_all_of(topic)
    return topic


def indexed(*kinds):
    return set(Entry.objects.filter(kind__in=kinds or KINDS).values_list("kind", "object_id"))


def numbers(topic):
    return list(topic.posts.order_by("number").values_list("number", flat=True))


def held_post():
    return TopicFactory(state=State.HELD, first_post__published_at=None, published_at=None).posts.get()


# Who may, and the rule


STEPS = {
    "release": lambda by: moderation.release(held_post(), by=by),
    "dismiss": lambda by: moderation.dismiss(reported(), by=by),
    "hide_post": lambda by: moderation.hide_post(PostFactory(), by=by, rule=RULE),
    "restore_post": lambda by: moderation.restore_post(PostFactory(state=State.HIDDEN, rule=RULE), by=by),
    "hide_topic": lambda by: moderation.hide_topic(TopicFactory(), by=by, rule=RULE),
    "restore_topic": lambda by: moderation.restore_topic(TopicFactory(state=State.HIDDEN, first_post__state=V), by=by),
    "annotate": lambda by: moderation.annotate(PostFactory(), by=by, note="リンク先を直しました。"),
    "lock": lambda by: moderation.lock(TopicFactory(), by=by, rule=RULE),
    "unlock": lambda by: moderation.unlock(TopicFactory(is_locked=True), by=by),
    "pin": lambda by: moderation.pin(TopicFactory(), by=by),
    "unpin": lambda by: moderation.unpin(TopicFactory(pinned_at=timezone.now()), by=by),
    "move": lambda by: moderation_moving.move(TopicFactory(), BoardFactory(), by=by),
    "merge": lambda by: moderation_moving.merge(TopicFactory(), TopicFactory(), by=by),
    "split": lambda by: moderation_moving.split(topic_with(1), [2], title="別の話", by=by),
    "warn": lambda by: people.warn(UserFactory(), by=by, rule=RULE),
    "suspend": lambda by: people.suspend(UserFactory(), by=by, rule=RULE, until=in_days(7)),
    "lift": lambda by: people.lift(suspended(), by=by),
    "uphold": lambda by: moderation_answers.uphold(answered(), by=by, reply="変えません。"),
    "take_back": lambda by: moderation_answers.take_back(answered(), by=by, reply="戻します。"),
}
V = State.VISIBLE


def in_days(days):
    return timezone.now() + timedelta(days=days)


def reported():
    post = PostFactory()
    moderation.report(post, by=UserFactory(), rule=RULE)
    return post


def suspended(**fields):
    person = writer(**fields)
    people.suspend(person, by=secretariat(), rule=RULE, until=in_days(7))
    return person


def answered():
    step = moderation.hide_post(PostFactory(), by=secretariat(), rule=RULE)
    return moderation_answers.answer(step, by=step.person, answer="宣伝のつもりはありませんでした。")


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.MUNICIPAL, Role.PREFECTURAL, Role.MINISTRY])
def test_nobody_else_takes_any_step(name, role):
    person = UserFactory(role=role)
    with pytest.raises(NotAllowed):
        STEPS[name](person)

    assert not ModerationStep.objects.filter(by=person).exists()


@pytest.mark.parametrize("name", STEPS)
def test_the_secretariat_takes_every_step_and_it_is_kept(name, moderator):
    step = STEPS[name](moderator)

    assert moderator in (step.by, step.settled_by)
    assert ModerationStep.objects.filter(pk=step.pk).exists()


@pytest.mark.parametrize("rule", ["", "unknown"])
@pytest.mark.parametrize(
    "act",
    [
        lambda **told: moderation.hide_post(PostFactory(), **told),
        lambda **told: moderation.hide_topic(TopicFactory(), **told),
        lambda **told: moderation.lock(TopicFactory(), **told),
        lambda **told: people.warn(UserFactory(), **told),
        lambda **told: people.suspend(UserFactory(), until=in_days(1), **told),
    ],
)
def test_steps_against_somebody_name_a_rule(act, rule, moderator):
    with pytest.raises(RuleMissing):
        act(by=moderator, rule=rule)

    assert not ModerationStep.objects.exists()
    assert not Topic.objects.exclude(state=State.VISIBLE, is_locked=False).exists()


@pytest.mark.parametrize("step", AGAINST)
def test_the_database_knows_the_rule_is_missing(step, moderator):
    with pytest.raises(IntegrityError, match="names_the_rule"), transaction.atomic():
        ModerationStep.objects.create(step=step, by=moderator)


@pytest.mark.parametrize("fields", [{"outcome": Outcome.UPHELD}, {"settled_at": timezone.now()}])
def test_the_database_knows_that_answers_are_settled_with_an_outcome(fields, moderator):
    step = moderation.hide_post(PostFactory(), by=moderator, rule=RULE)
    with pytest.raises(IntegrityError, match="settles_an_answer"), transaction.atomic():
        ModerationStep.objects.filter(pk=step.pk).update(**fields)


# Posts


def test_a_hidden_post_is_counted_and_found_no_more(moderator, told):
    topic = topic_with(2)
    post = topic.posts.get(number=3)
    reporter = UserFactory()
    moderation.report(post, by=reporter, rule=RULE)

    sent = {
        one.to[0]: one for one in told(moderation.hide_post, post, by=moderator, rule=RULE, note="商品の宣伝でした。")
    }
    assert sent.keys() == {post.author.email, reporter.email}
    message = sent[post.author.email]

    post.refresh_from_db()
    topic.refresh_from_db()
    assert (post.state, post.rule, topic.reply_count) == (State.HIDDEN, RULE, 1)
    assert ("post", post.pk) not in indexed()
    assert Report.objects.get().closed_by == moderator
    step = ModerationStep.objects.get()
    assert (step.step, step.person, step.post, step.topic) == (Step.HIDE, post.author, post, topic)
    assert message.to == [post.author.email]
    for text in (
        Rule.NO_ADS.label,
        "商品の宣伝でした。",
        topic.title,
        "3番目",
        "3番目の話です。",
        step.get_absolute_url(),
    ):
        assert text in message.body
    assert str(moderator) not in message.body
    assert Notice.objects.get(kind=NoticeKind.STEP).person == post.author


def test_a_best_answer_that_is_hidden_is_none_any_more(moderator):
    topic = topic_with(1)
    post = topic.posts.get(number=2)
    actions.choose_best(topic, post, by=topic.author)

    moderation.hide_post(post, by=moderator, rule=RULE)

    topic.refresh_from_db()
    assert topic.best_answer is None
    assert (topic.reply_count, topic.answered_at) == (0, None)


@pytest.mark.parametrize("replies", [0, 1])
def test_a_topic_goes_with_its_first_post_when_nothing_else_is_left(replies, moderator):
    topic = topic_with(replies)
    first = topic.posts.get(number=1)

    moderation.hide_post(first, by=moderator, rule=RULE)

    topic.refresh_from_db()
    assert topic.state == (State.VISIBLE if replies else State.HIDDEN)
    assert (("topic", topic.pk) in indexed()) == bool(replies)
    moderation.restore_post(first, by=moderator)
    topic.refresh_from_db()
    assert topic.state == State.VISIBLE
    assert ("topic", topic.pk) in indexed()
    assert "移動支援" in Topic.objects.matching("移動支援").get().posts.get(number=1).body


def test_what_nobody_ever_read_is_released_when_it_is_restored(moderator):
    post = held_post()
    moderation.hide_post(post, by=moderator, rule=RULE)
    post.topic.refresh_from_db()
    assert post.topic.state == State.HIDDEN

    step = moderation.restore_post(post, by=moderator)

    post.refresh_from_db()
    assert step.step == Step.RELEASE
    assert (post.state, post.topic.state, post.rule) == (State.VISIBLE, State.VISIBLE, "")
    assert post.published_at


def test_releasing_tells_the_author(moderator, told):
    post = held_post()

    (message,) = told(moderation.release, post, by=moderator)

    assert message.to == [post.author.email]
    assert "公開しました" in message.subject
    assert post.get_absolute_url() in message.body
    assert "ご意見があるとき" not in message.body


@pytest.mark.parametrize(
    ("state", "impossible"),
    [
        (State.VISIBLE, ["release", "restore_post", "dismiss"]),
        (State.HELD, ["restore_post", "dismiss"]),
        (State.HIDDEN, ["release", "hide_post", "dismiss"]),
        (State.DELETED, ["release", "hide_post", "restore_post", "annotate", "dismiss"]),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(state, impossible, moderator):
    post = PostFactory(topic=topic_with(0), state=state, rule=RULE if state == State.HIDDEN else "")
    arguments = {"hide_post": {"rule": RULE}, "annotate": {"note": "注記"}}
    for name in impossible:
        with pytest.raises(AlreadyDone):
            getattr(moderation, name)(post, by=moderator, **arguments.get(name, {}))

    post.refresh_from_db()
    assert post.state == state
    assert not ModerationStep.objects.exists()


def test_a_note_stands_below_the_post_and_can_be_taken_away(moderator, told):
    post = PostFactory(topic=topic_with(0))

    (message,) = told(moderation.annotate, post, by=moderator, note="日付は9月3日が正しいそうです。")
    assert "9月3日" in message.body
    with pytest.raises(AlreadyDone):
        moderation.annotate(post, by=moderator, note="日付は9月3日が正しいそうです。")
    assert told(moderation.annotate, post, by=moderator, note="") == []

    post.refresh_from_db()
    assert post.moderator_note == ""


def test_reports_are_open_once_per_person_and_dismissed_together(moderator):
    post, reader = PostFactory(), UserFactory()

    assert moderation.report(post, by=reader, rule=RULE, reason="宣伝です。")
    assert not moderation.report(post, by=reader, rule=RULE, reason="宣伝です。")
    assert moderation.report(post, by=UserFactory(), rule=Rule.RESPECT)
    moderation.dismiss(post, by=moderator)

    assert not Report.objects.open().exists()
    assert Report.objects.count() == 2
    assert moderation.report(post, by=reader, rule=RULE)


def test_moderators_get_no_mail_about_their_own_posts(moderator, told):
    post = PostFactory(topic=topic_with(0), author=moderator)

    assert told(moderation.hide_post, post, by=moderator, rule=RULE) == []


def test_who_has_left_gets_no_mail(moderator, told):
    post = PostFactory(topic=topic_with(0), author=UserFactory(is_active=False))

    assert told(moderation.hide_post, post, by=moderator, rule=RULE) == []
    assert told(moderation.restore_post, post, by=moderator) == []


# Topics


def test_a_hidden_topic_takes_all_of_itself_along_and_comes_back(moderator, told):
    topic = topic_with(3)
    before = indexed()
    reporter = UserFactory()
    moderation.report(topic.posts.get(number=2), by=reporter, rule=RULE)

    sent = {one.to[0]: one for one in told(moderation.hide_topic, topic, by=moderator, rule=RULE)}

    assert sent.keys() == {topic.author.email, reporter.email}
    message = sent[topic.author.email]
    assert "あなたが始めた話題を、ほかの方に表示しない" in message.body
    assert indexed() == set()
    assert not Report.objects.open().exists()
    assert not Topic.objects.visible_to(topic.author).exists()
    with pytest.raises(AlreadyDone):
        moderation.hide_topic(topic, by=moderator, rule=RULE)
    moderation.restore_topic(topic, by=moderator)
    assert indexed() == before
    assert set(topic.posts.values_list("state", flat=True)) == {State.VISIBLE}


def test_restoring_a_topic_whose_only_post_was_hidden_restores_the_post(moderator):
    topic = topic_with(0)
    moderation.hide_post(topic.posts.get(), by=moderator, rule=RULE)

    moderation.restore_topic(topic, by=moderator)

    assert topic.posts.get().state == State.VISIBLE
    topic.refresh_from_db()
    assert topic.state == State.VISIBLE


def test_a_topic_that_was_held_waits_again_after_it_was_hidden(moderator):
    topic = held_post().topic
    moderation.hide_topic(topic, by=moderator, rule=RULE)

    moderation.restore_topic(topic, by=moderator)

    topic.refresh_from_db()
    assert topic.state == State.HELD


def test_a_locked_topic_takes_no_replies_until_it_is_unlocked(moderator, told):
    topic, person = topic_with(0), writer()

    (message,) = told(moderation.lock, topic, by=moderator, rule=Rule.RESPECT, note="けんかになっていました。")

    assert Rule.RESPECT.label in message.body
    with pytest.raises(actions.NotOpen):
        reply(topic, person)
    with pytest.raises(AlreadyDone):
        moderation.lock(topic, by=moderator, rule=RULE)
    moderation.unlock(topic, by=moderator)
    assert reply(topic, person).number == 2
    with pytest.raises(AlreadyDone):
        moderation.unlock(topic, by=moderator)


def test_at_most_three_topics_are_pinned_on_a_board(moderator, told):
    board = BoardFactory()
    topics = TopicFactory.create_batch(4, board=board)
    for topic in topics[:3]:
        assert told(moderation.pin, topic, by=moderator) == []

    with pytest.raises(moderation.TooManyPinned):
        moderation.pin(topics[3], by=moderator)
    with pytest.raises(AlreadyDone):
        moderation.pin(topics[0], by=moderator)
    moderation.pin(TopicFactory(), by=moderator)
    moderation.unpin(topics[0], by=moderator)
    moderation.pin(topics[3], by=moderator)

    assert set(board.topics.filter(pinned_at__isnull=False)) == set(topics[1:])


# Moving, merging, splitting


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.COORDINATORS])
def test_moving_to_a_closed_board_leaves_nothing_in_the_public_index_and_back_again(visibility, moderator, told):
    topic = topic_with(3)
    public = indexed()
    closed = {(f"closed_{kind}", pk) for kind, pk in public}
    home, hall = topic.board, BoardFactory(visibility=visibility, title="内輪の部屋")

    (message,) = told(moderation_moving.move, topic, hall, by=moderator)

    assert "内輪の部屋" in message.body
    assert indexed() == closed
    assert set(Entry.objects.values_list("kind", flat=True)) == {"closed_topic", "closed_post"}
    moderation_moving.move(topic, home, by=moderator)
    assert indexed() == public


def test_a_moved_topic_is_not_pinned_and_needs_a_theme_where_boards_do(moderator):
    topic, board = TopicFactory(pinned_at=timezone.now()), BoardFactory(is_by_theme=True)
    with pytest.raises(CannotMove) as refused:
        moderation_moving.move(topic, board, by=moderator)
    assert refused.value.why == Why.NEEDS_THEME

    moderation_moving.move(topic, board, by=moderator, themes=[Theme.objects.first()])

    topic.refresh_from_db()
    assert (topic.board, topic.pinned_at, topic.themes.count()) == (board, None, 1)
    with pytest.raises(CannotMove):
        moderation_moving.move(topic, board, by=moderator)


@pytest.mark.parametrize("replies", [None, 0, 1, 200])
def test_merged_posts_are_numbered_on_in_their_order(replies, moderator, told):
    topic, into = topic_with(replies or 0), topic_with(2)
    if replies is None:
        topic.posts.all().delete()
    order = list(topic.posts.order_by("number").values_list("pk", flat=True))

    told(moderation_moving.merge, topic, into, by=moderator)

    topic.refresh_from_db()
    into.refresh_from_db()
    assert (topic.state, topic.merged_into) == (State.HIDDEN, into)
    assert list(into.posts.order_by("number").values_list("pk", flat=True))[3:] == order
    assert numbers(into) == list(range(1, 4 + len(order)))
    assert into.reply_count == 2 + len(order)
    posts = {("post", pk) for pk in into.posts.exclude(number=1).values_list("pk", flat=True)}
    assert indexed() == posts | {("topic", into.pk)}
    assert reply(into).number == into.last_number + 1 > max(numbers(into)[:-1])


def test_numbers_in_merged_texts_go_on_naming_the_same_posts(moderator):
    topic, into = topic_with(1), topic_with(2)
    post = PostFactory(topic=topic, number=3, body=">>2 なるほど。＞＞1 も >>99 も。`>>2`")

    moderation_moving.merge(topic, into, by=moderator)

    post.refresh_from_db()
    assert post.number == 6
    assert post.body == ">>5 なるほど。>>4 も >>99 も。`>>2`"
    assert "&gt;&gt;5" in post.html


def test_what_people_keep_of_a_topic_goes_along(moderator):
    topic, into = topic_with(1), topic_with(2)
    only_here, both, switched_off = UserFactory(), UserFactory(), UserFactory()
    for person in (only_here, both, switched_off):
        Watch.objects.create(topic=topic, user=person)
        Bookmark.objects.create(topic=topic, user=person)
        ReadMark.objects.create(topic=topic, user=person, number=2)
    Watch.objects.create(topic=into, user=switched_off, is_on=False)
    Bookmark.objects.create(topic=into, user=both)
    ReadMark.objects.create(topic=into, user=both, number=3)
    ReadMark.objects.create(topic=into, user=switched_off, number=1)
    case = CaseStudyFactory(published=True)
    topic.cases.add(case)

    moderation_moving.merge(topic, into, by=moderator)

    assert dict(into.watches.values_list("user", "is_on")) == {
        only_here.pk: True,
        both.pk: True,
        switched_off.pk: False,
    }
    assert set(into.bookmarks.values_list("user", flat=True)) == {only_here.pk, both.pk, switched_off.pk}
    # Nothing that is unread there counts as read.
    assert dict(into.read_marks.values_list("user", "number")) == {both.pk: 5, switched_off.pk: 1}
    assert list(into.cases.all()) == [case]
    assert [topic.watches.count(), topic.bookmarks.count(), topic.read_marks.count()] == [0, 0, 0]


def test_best_answers_do_not_go_along_when_topics_are_merged(moderator):
    topic, into = topic_with(1), topic_with(1)
    actions.choose_best(topic, topic.posts.get(number=2), by=topic.author)
    actions.choose_best(into, into.posts.get(number=2), by=into.author)
    best = Topic.objects.get(pk=into.pk).best_answer

    moderation_moving.merge(topic, into, by=moderator)

    topic.refresh_from_db()
    into.refresh_from_db()
    assert (topic.best_answer, into.best_answer) == (None, best)


def test_old_addresses_lead_on_through_several_mergers(client, moderator):
    first, second, third = topic_with(0), topic_with(0), topic_with(0)
    moderation_moving.merge(first, second, by=moderator)
    moderation_moving.merge(second, third, by=moderator)

    for topic in (first, second):
        assert client.get(topic.get_absolute_url())["Location"].startswith(third.get_absolute_url())
    assert numbers(third) == [1, 2, 3]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda topic: topic, Why.SAME),
        (lambda topic: topic_with(0, board=BoardFactory(visibility=Visibility.MEMBERS)), Why.OTHER_READERS),
        (lambda topic: topic_with(0, state=State.HIDDEN, first_post__state=State.VISIBLE), Why.NOT_SHOWN),
    ],
)
def test_topics_that_do_not_fit_are_not_merged(make, why, moderator):
    topic = topic_with(1)
    with pytest.raises(CannotMove) as refused:
        moderation_moving.merge(topic, make(topic), by=moderator)

    assert refused.value.why == why
    assert numbers(topic) == [1, 2]


@pytest.mark.parametrize("count", [1, 200])
def test_split_posts_make_a_topic_of_their_own(count, moderator, told):
    topic = topic_with(count + 2)
    chosen = list(range(3, 3 + count))
    pks = list(topic.posts.filter(number__in=chosen).order_by("number").values_list("pk", flat=True))
    topic.themes.add(Theme.objects.first())

    (message,) = told(moderation_moving.split, topic, chosen, title="保険の話", by=moderator)

    new = Topic.objects.get(title="保険の話")
    topic.refresh_from_db()
    assert list(new.posts.order_by("number").values_list("pk", flat=True)) == pks
    assert numbers(new) == list(range(1, count + 1))
    assert numbers(topic) == [1, 2, count + 3]
    assert (new.reply_count, topic.reply_count, new.last_number) == (count - 1, 2, count)
    assert new.author == Post.objects.get(pk=pks[0]).author
    assert new.themes.count() == 1
    assert message.to == [new.author.email]
    assert ("topic", new.pk) in indexed()
    assert ("post", pks[0]) not in indexed()
    assert reply(topic).number == count + 4


def test_numbers_in_split_texts_lead_to_the_same_posts(moderator):
    topic = topic_with(2, title="送迎 [相談](x)")
    moving = PostFactory(topic=topic, number=4, body=">>3 と >>2 を見ました。>>98")
    staying = PostFactory(topic=topic, number=5, body=">>4 と >>2 を見ました。")

    moderation_moving.split(topic, [3, 4], title="保険の話", by=moderator)

    new = Topic.objects.get(title="保険の話")
    moving.refresh_from_db()
    staying.refresh_from_db()
    assert moving.body.startswith(">>1 と [「送迎 相談x」の2番目](/forum/")
    assert f'href="/forum/{topic.pk}/#post-2"' in moving.html
    assert moving.body.endswith(">>98")
    assert f'href="/forum/{new.pk}/#post-2"' in staying.html
    assert ">>2 を見ました" in staying.body


def test_what_was_read_and_watched_stays_so_after_a_split(moderator):
    topic, person = topic_with(3), UserFactory()
    Watch.objects.create(topic=topic, user=person, is_on=False)
    ReadMark.objects.create(topic=topic, user=person, number=3)

    moderation_moving.split(topic, [2, 3, 4], title="保険の話", by=moderator)

    new = Topic.objects.get(title="保険の話")
    assert new.read_marks.get().number == 2
    assert not new.watches.get().is_on


def test_a_best_answer_that_is_split_off_is_none_any_more(moderator):
    topic = topic_with(2)
    actions.choose_best(topic, topic.posts.get(number=2), by=topic.author)

    moderation_moving.split(topic, [2], title="保険の話", by=moderator)

    topic.refresh_from_db()
    assert topic.best_answer is None


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ([], Why.NO_POSTS),
        ([1], Why.FIRST_POST),
        ([9], Why.NO_POSTS),
        ([2, 3], Why.HELD_OR_HIDDEN),
        (list(range(2, 600)), Why.TOO_MANY),
    ],
)
def test_posts_that_do_not_fit_are_not_split(chosen, why, moderator):
    topic = topic_with(1)
    PostFactory(topic=topic, number=3, state=State.HELD)
    with pytest.raises(CannotMove) as refused:
        moderation_moving.split(topic, chosen, title="別の話", by=moderator)

    assert refused.value.why == why
    assert Topic.objects.filter(title="別の話").count() == 0


# People


def test_warnings_name_the_rule_and_come_once_per_post_and_form(moderator, told):
    post, key = PostFactory(), uuid.uuid4()

    (message,) = told(
        people.warn, post.author, by=moderator, rule=Rule.PRIVACY, note="お名前が入っています。", post=post
    )

    assert Rule.PRIVACY.label in message.body
    assert "投稿は、いまも表示されています" in message.body
    with pytest.raises(AlreadyDone):
        people.warn(post.author, by=moderator, rule=Rule.PRIVACY, post=post)
    people.warn(post.author, by=moderator, rule=RULE, key=key)
    with pytest.raises(AlreadyDone):
        people.warn(post.author, by=moderator, rule=RULE, key=key)
    assert ModerationStep.objects.filter(step=Step.WARN).count() == 2


def test_suspended_people_write_nothing_until_the_time_is_over(moderator, told, time_machine):
    time_machine.move_to("2026-11-25T10:00:00+09:00", tick=False)
    person, topic = writer(), topic_with(0)
    own = reply(topic, person)
    board = topic.board

    (message,) = told(people.suspend, person, by=moderator, rule=RULE, until=in_days(7), note="三度目です。")
    assert "令和8年12月2日（水）10:00まで" in message.body

    start = Topic(board=board, title="別の相談")
    for write in (
        lambda: reply(topic, person),
        lambda: actions.edit_post(own, body="直しました。", by=person),
        lambda: actions.start_topic(start, body="本文", by=person, shown_as=ShownAs.NAME, key=uuid.uuid4()),
    ):
        with pytest.raises(Suspended):
            write()
    with pytest.raises(AlreadyDone):
        people.suspend(person, by=moderator, rule=RULE, until=in_days(9))
    time_machine.move_to("2026-12-02T10:00:01+09:00", tick=False)
    assert reply(topic, person).number == 3
    with pytest.raises(AlreadyDone):
        people.lift(person, by=moderator)


def test_a_suspension_can_be_lifted(moderator, told):
    person = suspended()

    (message,) = told(people.lift, person, by=moderator)

    assert "いまから、また書き込めます" in message.body
    assert reply(topic_with(0), person)
    assert Suspension.objects.get().lifted_at
    people.suspend(person, by=moderator, rule=RULE, until=in_days(1))


@pytest.mark.parametrize("days", [0, -1, 367, 5000])
def test_a_suspension_ends_within_a_year(days, moderator):
    with pytest.raises(people.TooLong):
        people.suspend(writer(), by=moderator, rule=RULE, until=in_days(days))


def test_moderators_are_not_suspended(moderator):
    with pytest.raises(people.IsModerator):
        people.suspend(secretariat(), by=moderator, rule=RULE, until=in_days(1))


# Answers


def test_the_author_answers_once_and_hears_what_follows(moderator, told):
    step = moderation.hide_post(PostFactory(topic=topic_with(0)), by=moderator, rule=RULE)
    for stranger in (UserFactory(), moderator):
        with pytest.raises(NotAllowed):
            moderation_answers.answer(step, by=stranger, answer="わたしです。")

    moderation_answers.answer(step, by=step.person, answer="宣伝のつもりはありませんでした。")
    with pytest.raises(AlreadyDone):
        moderation_answers.answer(step, by=step.person, answer="もう一度。")
    (message,) = told(moderation_answers.uphold, step, by=moderator, reply="価格が書かれているためです。")

    for text in ("対応は変えないことにしました", "宣伝のつもりはありませんでした。", "価格が書かれているためです。"):
        assert text in message.body
    step.refresh_from_db()
    assert (step.outcome, step.settled_by, step.post.state) == (Outcome.UPHELD, moderator, State.HIDDEN)
    with pytest.raises(AlreadyDone):
        moderation_answers.take_back(step, by=moderator, reply="やはり戻します。")


@pytest.mark.parametrize("kind", ["post", "topic", "lock", "suspend"])
def test_a_step_that_is_taken_back_is_undone_and_told_in_one_mail(kind, moderator, told):
    topic = topic_with(1)
    step = {
        "post": lambda: moderation.hide_post(topic.posts.get(number=2), by=moderator, rule=RULE),
        "topic": lambda: moderation.hide_topic(topic, by=moderator, rule=RULE),
        "lock": lambda: moderation.lock(topic, by=moderator, rule=RULE),
        "suspend": lambda: people.suspend(topic.author, by=moderator, rule=RULE, until=in_days(3)),
    }[kind]()
    moderation_answers.answer(step, by=step.person, answer="読み直してください。")

    (message,) = told(moderation_answers.take_back, step, by=moderator, reply="たしかに、誤りでした。")

    assert "たしかに、誤りでした。" in message.body
    topic.refresh_from_db()
    assert (topic.state, topic.is_locked) == (State.VISIBLE, False)
    assert set(topic.posts.values_list("state", flat=True)) == {State.VISIBLE}
    assert not topic.author.forum_suspensions.in_force(timezone.now()).exists()


def test_what_was_undone_before_is_told_all_the_same(moderator, told):
    step = answered()
    moderation.restore_post(step.post, by=moderator)

    (message,) = told(moderation_answers.take_back, step, by=moderator, reply="戻してあります。")

    assert "対応を取り消しました" in message.body
    assert "戻してあります。" in message.body


def test_a_warning_cannot_be_taken_back(moderator):
    step = people.warn(writer(), by=moderator, rule=RULE)
    moderation_answers.answer(step, by=step.person, answer="なぜですか。")

    with pytest.raises(NotAllowed):
        moderation_answers.take_back(step, by=moderator, reply="戻します。")


def test_releases_cannot_be_answered(moderator):
    step = moderation.release(held_post(), by=moderator)

    with pytest.raises(NotAllowed):
        moderation_answers.answer(step, by=step.person, answer="ありがとう。")


# Boards


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.COORDINATORS])
def test_a_board_that_is_closed_leaves_the_public_index_at_once(visibility, monkeypatch):
    deferred = []
    monkeypatch.setattr(jobs, "defer", lambda task, **arguments: deferred.append((task, arguments["board_pk"])))
    topic, elsewhere = topic_with(2), topic_with(1)
    others = {("topic", elsewhere.pk), ("post", elsewhere.posts.get(number=2).pk)}
    mine = indexed() - others
    topic.board.visibility = visibility
    topic.board.save()

    moderation_boards.readers_changed(topic.board)

    assert indexed() == others
    assert deferred == [(moderation_boards.INDEX_BOARD, topic.board_id)]
    moderation_boards.index_board(topic.board_id)
    assert indexed() == others | {(f"closed_{kind}", pk) for kind, pk in mine}


# Two at once, on connections of their own


def both(*acts):
    """What becomes of acts that begin at the same moment: the name of what was done, or of the exception."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            return act().step
        except (AlreadyDone, moderation.TooManyPinned, CannotMove) as error:
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_wins():
    one, other, post = secretariat(), secretariat(), held_post()

    results = both(
        lambda: moderation.release(Post.objects.get(pk=post.pk), by=one),
        lambda: moderation.hide_post(Post.objects.get(pk=post.pk), by=other, rule=RULE),
    )

    # Hiding what was just released is a step of its own; releasing what was hidden is none.
    assert results in (["AlreadyDone", "hide"], ["hide", "release"])
    assert Post.objects.get(pk=post.pk).state == State.HIDDEN

    results = both(*[lambda by=by: moderation.restore_post(Post.objects.get(pk=post.pk), by=by) for by in (one, other)])
    assert "AlreadyDone" in results
    assert ModerationStep.objects.filter(step__in=[Step.RELEASE, Step.RESTORE]).count() in (1, 2)
    assert Post.objects.get(pk=post.pk).state == State.VISIBLE


@pytest.mark.django_db(transaction=True)
def test_two_topics_merged_into_each_other_at_once_do_not_block():
    one, other = topic_with(2), topic_with(3)
    by = secretariat()

    results = both(
        lambda: moderation_moving.merge(one, other, by=by), lambda: moderation_moving.merge(other, one, by=by)
    )

    assert results.count("merge") == 1
    assert Topic.objects.filter(merged_into__isnull=False).count() == 1
    assert Post.objects.filter(topic__state=State.VISIBLE).count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_pinned_at_once_are_not_four():
    board, by = BoardFactory(), secretariat()
    topics = TopicFactory.create_batch(4, board=board)
    for topic in topics[:2]:
        moderation.pin(topic, by=by)

    results = both(*[lambda topic=topic: moderation.pin(topic, by=by) for topic in topics[2:]])

    assert results == ["TooManyPinned", "pin"]


@pytest.mark.django_db(transaction=True)
def test_a_reply_that_is_written_while_its_topic_is_merged_is_lost_nowhere():
    topic, into, by = topic_with(1), topic_with(1), secretariat()
    person = writer()

    def write():
        return type("Done", (), {"step": f"number {reply(topic, person).number}"})

    def write_or_not():
        try:
            return write()
        except actions.NotOpen:
            return type("Done", (), {"step": "NotOpen"})

    results = both(write_or_not, lambda: moderation_moving.merge(topic, into, by=by))

    assert "merge" in results
    written = Post.objects.filter(author=person, topic__in=[topic, into])
    assert written.count() == (0 if "NotOpen" in results else 1)
    assert not topic.posts.exists()
