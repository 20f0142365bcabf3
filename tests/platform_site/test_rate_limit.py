"""Floods of forms are held back, across processes, and everything goes on afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.limits import Limit
from accounts.models import Tally
from platform_site import rate_limit
from platform_site.settings import FORM_LIMITS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def real_limits(settings):
    settings.FORM_LIMITS = FORM_LIMITS


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


def post(client, **headers):
    return client.post(
        reverse("accounts:profile"), {"display_name": "はなこ", "affiliation": "支え合いの会"}, **headers
    )


def save(client, **headers):
    return client.post("/working-copy/forget/", {"affiliation": "支え合いの会"}, **headers)


def keep(client, **fields):
    data = {"_form": "case:new:full", "title": "買物の送迎"} | fields
    return client.post(reverse("publishing:keep"), data, headers={"hx-request": "true"})


def test_a_flood_of_forms_is_held_back_and_everything_goes_on_afterwards(client, person):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        statuses = [post(client).status_code for _ in range(200)]
        assert statuses == [302] * 60 + [429] * 140
        assert client.get(reverse("accounts:profile")).status_code == 200  # reading is not limited

    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        assert post(client).status_code == 302


def test_page_says_when_to_go_on_and_keeps_what_was_typed(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):
            post(client)
        clock.shift(20)
        response = save(client, headers=OURS)

    html = response.content.decode()
    assert response.status_code == 429
    assert response["Retry-After"] == "40"
    assert "40秒ほどたってから" in html
    assert '<input type="hidden" name="affiliation" value="支え合いの会">' in html
    assert html.count("<h1") == 1
    assert response["Cache-Control"] == "private, no-store"


def test_what_another_site_sends_is_not_kept(client, person):
    for _ in range(60):
        post(client)

    assert "支え合いの会" not in save(client, headers={"origin": "https://evil.example"}).content.decode()


def test_hour_has_a_limit_of_its_own(client, person, settings):
    settings.FORM_LIMITS = FORM_LIMITS | {"person": [(6, 60), (60, 3600)]}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            assert {post(client).status_code for _ in range(6)} == {302}
            clock.shift(61)
        response = post(client)
        assert response.status_code == 429
        assert "を過ぎてから" in response.content.decode()

        clock.shift(3600)
        assert post(client).status_code == 302


def test_each_person_is_counted_alone_wherever_they_are(client, person):
    for number in range(61):
        response = post(client, REMOTE_ADDR=f"192.0.2.{number}")
    assert response.status_code == 429

    other = Client()
    other.force_login(UserFactory())
    assert post(other).status_code == 302


def test_automatic_saving_is_counted_by_itself_and_answered_with_a_sentence(client, person):
    statuses = [keep(client, title=f"題{number}").status_code for number in range(31)]

    assert statuses == [200] * 30 + [429]
    html = keep(client).content.decode()
    assert "自動保存を1分ほど休んでいます" in html
    assert "<html" not in html
    assert post(client).status_code == 302


def test_visitors_are_counted_by_address(client):
    def send(address):
        return client.post(reverse("contact"), {"name": ""}, REMOTE_ADDR=address).status_code

    assert [send("192.0.2.1") for _ in range(61)] == [200] * 60 + [429]
    assert send("192.0.2.2") == 200


def test_behind_a_proxy_a_forged_address_is_no_new_visitor(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1

    def send(forwarded):
        return client.post(reverse("contact"), {"name": ""}, headers={"x-forwarded-for": forwarded}).status_code

    assert [send(f"8.8.8.{n}, 203.0.113.1") for n in range(61)][-1] == 429
    assert send("8.8.8.8, 203.0.113.2") == 200


def test_connection_with_many_ipv6_addresses_is_one_visitor():
    assert limits.place("2001:db8:1:2:3::1") == limits.place("2001:db8:1:2:ffff::9") != limits.place("2001:db8:1:3::1")
    assert limits.place("192.0.2.1") == "192.0.2.1"
    assert limits.place("") == ""


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_ways_to_write_are_counted_too(client, person, method):
    statuses = {getattr(client, method)(reverse("accounts:profile")).status_code for _ in range(61)}

    assert statuses == {405, 429}


def test_form_costs_one_statement_and_a_page_none(client, person, django_assert_max_num_queries):
    with django_assert_max_num_queries(50) as captured:
        keep(client)
        client.get(reverse("accounts:profile"))

    assert len([query for query in captured.captured_queries if "accounts_signintries" in query["sql"]]) == 1


def test_two_limits_of_one_name_are_counted_apart_and_a_refused_use_counts_in_neither():
    minute, hour = Limit(1, 60), Limit(2, 3600)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert limits.take(("a", minute), ("a", hour)) == 0
        assert [limits.take(("a", minute), ("a", hour)) for _ in range(5)] == [60] * 5
        clock.shift(60)
        assert limits.take(("a", minute), ("a", hour)) == 0
        clock.shift(60)
        assert limits.take(("a", minute), ("a", hour)) == 3480
        assert limits.take(("b", minute), ("b", hour)) == 0


def test_use_that_is_given_back_does_not_count():
    limit = Limit(1, 60)
    limits.take(("a", limit))
    limits.give_back("a", limit)
    assert limits.take(("a", limit)) == 0

    limits.forget("a", limit)
    assert limits.take(("a", limit)) == 0
    limits.give_back("never used", limit)


def test_table_names_nobody_and_old_counts_are_swept():
    limits.take(("hanako@example.jp", Limit(1, 60)))
    assert "hanako" not in Tally.objects.get().key

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        limits.sweep()
    assert not Tally.objects.exists()


def test_exceeded_tells_the_sixth_of_five():
    assert [rate_limit.exceeded("x", "192.0.2.1", times=5, seconds=60) for _ in range(6)] == [False] * 5 + [True]
    assert not rate_limit.exceeded("x", "192.0.2.2", times=5, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_several_connections_at_once_lose_no_count():
    def use(_):
        try:
            return limits.take(("a", Limit(10, 60)), ("b", Limit(1000, 60)))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(use, range(40)))

    assert sum(wait == 0 for wait in waits) == 10
    # What the one refused is counted no more in the other.
    assert sorted(Tally.objects.values_list("count", flat=True)) == [10, 40]


def test_table_is_not_logged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'accounts_signintries'")
        assert cursor.fetchone() == ("u",)
