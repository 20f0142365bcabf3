"""Choosing mails: with an account, with a mail address only, and stopping them."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from forum.links import Stop, confirm_address, manage_address, stop_address
from forum.models import Frequency, Subscriber, Subscription
from forum.subscriptions import MOST_SUBSCRIPTIONS, TooMany, add, settings_of, subscriber_of
from taxonomy.models import Region, Theme
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db
SUBSCRIBE, SETTINGS = "/forum/subscribe/", "/forum/settings/"
TYPED = {"email": "hanako@example.jp", "theme": "", "region": "20", "frequency": "weekly"}


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    """Fill in the form of somebody without an account; returns the answer and the mails."""

    def send(**typed):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(SUBSCRIBE, TYPED | typed)
        return response, mail.outbox[before:]

    return send


def link_in(message):
    return re.search(r"(http\S+/subscribe/confirm/\S+)", message.body)[1]


# By mail address


def test_a_mail_asks_first_and_only_its_button_subscribes(client, ask):
    response, (message,) = ask()
    assert response["Location"] == "/forum/subscribe/sent/"
    assert message.to == ["hanako@example.jp"]
    assert "すべての分野・長野県" in message.body
    assert not Subscriber.objects.exists()

    page = client.get(link_in(message))
    assert page.status_code == 200
    assert "すべての分野・長野県" in page.content.decode()
    assert not Subscriber.objects.exists()  # a mail scanner has looked

    done = client.post(link_in(message))

    assert "登録しました" in done.content.decode()
    subscriber = Subscriber.objects.get(email="hanako@example.jp")
    assert [str(one) for one in subscriber.subscriptions.all()] == ["すべての分野・長野県"]
    assert subscriber.subscriptions.get().frequency == Frequency.WEEKLY
    client.post(link_in(message))
    assert Subscription.objects.count() == 1


def test_the_answer_does_not_tell_whether_an_address_is_known(client, ask):
    Subscriber.objects.create(email="hanako@example.jp")
    member(email="taro@example.jp")

    answers = [ask(email=email)[0] for email in ("hanako@example.jp", "taro@example.jp", "new@example.jp")]

    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    bodies = {re.sub(r"http\S+", "", message.body) for message in mail.outbox}
    assert len(bodies) == 1


def test_one_address_is_not_flooded_and_nobody_sees_that(ask):
    sent = [ask() for _ in range(5)]

    assert [len(messages) for _, messages in sent] == [1, 1, 1, 0, 0]
    assert {response["Location"] for response, _ in sent} == {"/forum/subscribe/sent/"}
    assert len(ask(email="HANAKO@example.jp")[1]) == 0


def test_one_visitor_is_slowed_and_loses_nothing(ask):
    for number in range(10):
        ask(email=f"person{number}@example.jp")

    response, messages = ask(email="last@example.jp")

    assert response.status_code == 429
    assert 'value="last@example.jp"' in response.content.decode()
    assert messages == []


@pytest.mark.parametrize(
    "typed",
    [
        {"email": ""},
        {"email": "hanako"},
        {"email": "a@example.jp\r\nBcc: b@example.jp"},
        {"email": f"{'a' * 300}@example.jp"},
        {"theme": "nothing"},
        {"region": "999999"},
        {"region": "00"},
        {"frequency": "never"},
        {"frequency": ""},
    ],
)
def test_what_cannot_be_understood_is_said_at_the_field(ask, typed):
    response, messages = ask(**typed)

    assert response.status_code == 200
    html = response.content.decode()
    assert "入力内容を確認してください" in html
    assert "field__error" in html
    assert messages == []


def test_links_expire_and_changed_ones_are_refused(client, time_machine):
    time_machine.move_to("2026-11-25T12:00:00+09:00", tick=False)
    confirm, manage = confirm_address("hanako@example.jp", {}, "weekly"), manage_address(1)
    stop = stop_address(Stop.DIGEST, 1)
    for address in (confirm, manage, stop):
        assert client.get(address[:-3] + "x/").status_code == 404
        assert client.post(address[:-3] + "x/").status_code == 404
    # One link's signature opens no other page.
    assert client.get(confirm.replace("subscribe/confirm", "unsubscribe")).status_code == 404
    assert client.get(stop.replace("unsubscribe", "subscription")).status_code == 404

    time_machine.move_to("2026-11-29T12:00:00+09:00", tick=False)
    assert client.get(confirm).status_code == 410
    assert client.post(confirm).status_code == 410
    time_machine.move_to("2027-11-29T12:00:00+09:00", tick=False)
    assert client.get(manage).status_code == 410
    assert client.get(stop).status_code == 200
    assert not Subscriber.objects.exists()


def test_the_address_of_an_account_subscribes_for_the_account(client):
    person = member(email="hanako@example.jp")

    client.post(confirm_address("Hanako@example.jp", {}, "monthly"))

    assert Subscriber.objects.get().person == person
    assert Subscription.objects.get().frequency == Frequency.MONTHLY


def test_an_unconfirmed_account_gets_nothing_of_the_owner_of_the_address(client):
    UserFactory(email="hanako@example.jp")

    client.post(confirm_address("hanako@example.jp", {}, "weekly"))

    assert Subscriber.objects.get().person is None


def test_who_signs_up_later_keeps_what_was_subscribed(client):
    client.post(confirm_address("hanako@example.jp", {"region": "20"}, "monthly"))
    person = member(email="hanako@example.jp")

    subscriber = subscriber_of(person)

    assert Subscriber.objects.get() == subscriber
    assert (subscriber.person, subscriber.email) == (person, "")
    assert [(one.region_id, one.frequency) for one in subscriber.subscriptions.all()] == [("20", Frequency.MONTHLY)]


def test_without_an_account_one_changes_everything_by_a_link(client):
    subscriber = Subscriber.objects.create(email="hanako@example.jp")
    first, second = (add(subscriber, None, Region.objects.get(code=code)) for code in ("13", "20"))
    address, theme = manage_address(subscriber.pk), Theme.objects.first()

    html = client.get(address).content.decode()
    assert "hanako" not in html
    assert "返信があったら" not in html
    client.post(address, {f"frequency_{first.pk}": "daily", "theme": theme.slug, "new_frequency": "monthly"})
    client.post(address, {"stop": second.pk})

    known = [(str(one), one.frequency) for one in subscriber.subscriptions.all()]
    assert known == [("すべての分野・東京都", "daily"), (f"{theme}・すべての地域", "monthly")]


# With an account


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_the_settings_show_the_defaults_and_write_nothing_when_looked_at(client, person):
    html = client.get(SETTINGS).content.decode()

    assert re.search(r'value="weekly"[^>]*selected', html)
    assert re.search(r'name="replies_at_once"[^>]*checked', html)
    assert "wants_unanswered" not in html
    assert not Subscriber.objects.exists()


def test_everything_is_saved_on_one_page(client, person):
    theme = Theme.objects.first()

    client.post(SETTINGS, {"new_frequency": "monthly", "theme": theme.slug, "region": "20", "wants_follow_ups": "on"})

    subscriber = settings_of(person)
    assert (subscriber.replies_at_once, subscriber.may_be_asked, subscriber.wants_follow_ups) == (False, False, True)
    one = subscriber.subscriptions.get()
    assert (str(one), one.frequency) == (f"{theme}・長野県", "monthly")
    client.post(SETTINGS, {f"frequency_{one.pk}": "never"})
    assert subscriber.subscriptions.get().frequency == Frequency.NEVER
    client.post(SETTINGS, {"stop": one.pk, f"frequency_{one.pk}": "daily"})
    assert not subscriber.subscriptions.exists()


def test_everything_everywhere_is_added_by_its_button(client, person):
    for _ in range(2):
        client.post(SETTINGS, {"theme": "", "region": "", "add": "1"})

    assert [str(one) for one in settings_of(person).subscriptions.all()] == ["すべての分野・すべての地域"]


def test_only_the_staff_of_prefectures_is_asked_about_its_mail(client):
    client.force_login(UserFactory(role=Role.PREFECTURAL))

    assert "wants_unanswered" in client.get(SETTINGS).content.decode()


def test_nobody_follows_more_than_thirty_things(client, person):
    subscriber = subscriber_of(person)
    regions = list(Region.objects.prefectures()[: MOST_SUBSCRIPTIONS + 1])
    kept = [add(subscriber, None, region).pk for region in regions[:-1]]
    with pytest.raises(TooMany):
        add(subscriber, None, regions[-1])

    typed = {f"frequency_{kept[0]}": "daily", "region": regions[-1].code, "add": "1"}
    html = client.post(SETTINGS, typed).content.decode()

    assert "30個まで" in html
    assert not subscriber.subscriptions.filter(frequency="daily").exists()
    client.post(SETTINGS, {"stop": kept[1]})
    client.post(SETTINGS, typed)
    assert subscriber.subscriptions.count() == MOST_SUBSCRIPTIONS
    assert subscriber.subscriptions.get(frequency="daily").pk == kept[0]


def test_nobody_changes_what_belongs_to_others(client, person):
    other = add(subscriber_of(UserFactory()), None, None)

    client.post(SETTINGS, {f"frequency_{other.pk}": "never"})
    for response in (
        client.post(SETTINGS, {"stop": other.pk}, follow=True),
        client.post(SETTINGS, {"stop": "x"}, follow=True),
        client.post(f"/forum/follows/{other.pk}/stop/"),
        client.post(f"/forum/follows/{other.pk}/look/"),
    ):
        assert response.status_code == 404 or "すでにやめています" in response.content.decode()
    other.refresh_from_db()
    assert other.frequency == Frequency.WEEKLY


def test_who_is_signed_in_is_led_to_the_settings(client, person):
    assert client.get(SUBSCRIBE)["Location"] == SETTINGS


# Stopping


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (Stop.REPLIES, "replies_at_once"),
        (Stop.HELP, "may_be_asked"),
        (Stop.FOLLOW_UPS, "wants_follow_ups"),
        (Stop.UNANSWERED, "wants_unanswered"),
    ],
)
def test_one_click_stops_what_the_link_names(client, what, name):
    person = UserFactory()
    address = stop_address(what, person.pk)

    page = client.get(address)
    assert "止める</button>" in page.content.decode()
    assert getattr(settings_of(person), name)

    for _ in range(2):
        response = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert "もうお送りしません" in response.content.decode()
    assert not getattr(settings_of(person), name)


def test_stopping_needs_neither_sign_in_nor_the_mark_of_a_form(client):
    client.handler.enforce_csrf_checks = True
    subscriber = subscriber_of(UserFactory())
    one = add(subscriber, None, None)

    assert client.post(stop_address(Stop.DIGEST, subscriber.pk)).status_code == 200
    assert client.post(manage_address(subscriber.pk)).status_code in (403, 410)
    assert client.post(SUBSCRIBE, TYPED).status_code == 403

    one.refresh_from_db()
    assert one.frequency == Frequency.NEVER


def test_a_link_of_somebody_who_left_is_no_error(client):
    for what in Stop:
        pks = [999_999, 999_999] if what == Stop.TOPIC else [999_999]
        assert client.post(stop_address(what, *pks)).status_code == 200
    assert not User.objects.exists()


def test_links_are_private_and_kept_by_no_cache(client):
    for address in (
        stop_address(Stop.DIGEST, 1),
        confirm_address("hanako@example.jp", {}, "weekly"),
        manage_address(Subscriber.objects.create(email="a@example.jp").pk),
    ):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert 'content="noindex"' in response.content.decode()


def test_pages_cost_few_queries(client, person, django_assert_max_num_queries):
    subscriber = subscriber_of(person)
    for region in Region.objects.prefectures()[:15]:
        add(subscriber, None, region)

    with django_assert_max_num_queries(8):
        client.get(SETTINGS)
    client.logout()
    with django_assert_max_num_queries(0):
        client.get(SUBSCRIBE)
    assert reverse("forum:subscribe") == SUBSCRIBE
