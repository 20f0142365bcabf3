"""Confirming several small edits together."""

import pytest
from django.urls import reverse

from publishing.actions import confirm_changes
from publishing.models import Decision, Review
from tests.factories import secretariat
from tests.publishing.reviewing import QUEUE, edit, edited, review_of, submitted

pytestmark = pytest.mark.django_db
SMALL = reverse("publishing:confirm_small")


@pytest.fixture
def reviewer(client):
    user = secretariat()
    client.force_login(user)
    return user


def ticked(*cases):
    return SMALL + "?" + "&".join(f"review={review_of(case).pk}" for case in cases)


def seen(case):
    return f"{review_of(case).pk}:{case.version}"


def test_every_difference_is_shown_before_anything_is_confirmed(client, reviewer):
    one, two = edited(after="朝市への送迎"), edited(after="朝市までの送迎")

    content = client.get(ticked(one, two)).content.decode()

    assert content.count("<ins>") == 2
    assert seen(one) in content
    assert Review.objects.open().count() == 2


def test_confirming_all_of_them(client, reviewer):
    one, two = edited(after="朝市への送迎"), edited(after="朝市までの送迎")

    response = client.post(SMALL, {"seen": [seen(one), seen(two)]}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert "2件の変更を確認しました。" in response.content.decode()
    assert set(Review.objects.values_list("decision", flat=True)) == {Decision.PUBLISHED, Decision.CONFIRMED}


def test_what_changed_in_the_meantime_is_left_out_and_named(client, reviewer):
    plain, again, gone = edited(before="一つ目"), edited(before="二つ目"), edited(before="三つ目")
    data = {"seen": [seen(plain), seen(again), seen(gone)]}
    edit(again, title="二つ目をもう一度")
    confirm_changes(review_of(gone), by=secretariat())

    content = client.post(SMALL, data, follow=True).content.decode()

    assert "1件の変更を確認しました。" in content
    assert "「二つ目をもう一度」は確認していません。この画面を開いたあとで、内容が変わりました。" in content
    assert "ほかの方が先に決めた" in content
    assert review_of(again).is_open


def test_only_small_edits_can_be_confirmed_together(client, reviewer):
    new, large = submitted(), edited(after="あ" * 90)

    for case in (new, large):
        response = client.get(ticked(case), follow=True)
        assert "小さな変更を1件以上選んでから" in response.content.decode()
    client.post(SMALL, {"seen": [seen(new), seen(large)]})

    assert review_of(new).is_open
    assert review_of(large).is_open


@pytest.mark.parametrize("values", [[], ["x"], ["1:2:3"], ["9" * 30 + ":1"], ["1:" + "9" * 18], ["😀:1"]])
def test_nonsense_confirms_nothing(client, reviewer, values):
    case = edited()

    assert client.get(SMALL, {"review": values}).status_code == 302
    assert client.post(SMALL, {"seen": values}).status_code == 302
    assert review_of(case).is_open


def test_members_cannot_confirm_their_own_edits(client):
    case = edited()
    client.force_login(case.responsible_people().first())

    assert client.post(SMALL, {"seen": seen(case)}).status_code == 403
    assert review_of(case).is_open
