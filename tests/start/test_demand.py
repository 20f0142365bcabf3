"""「この情報がほしいと伝える」: counted once, with nobody's name."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from start.actions import count_demand
from start.models import Demand, Part
from taxonomy.models import Region, Theme

WISH = {"theme": "meals", "region": "202134", "part": "cases"}


def rows():
    return list(Demand.objects.values_list("theme__slug", "region_id", "part", "count"))


@pytest.mark.django_db
def test_a_wish_is_counted_and_the_page_says_so(client):
    response = client.post("/start/tell/", WISH)

    assert response["Location"] == "/start/?theme=meals&region=202134&told=cases"
    assert rows() == [("meals", "202134", "cases", 1)]
    assert "事務局に伝えました" in client.get(response["Location"]).content.decode()
    # Opening the page again tells nothing again.
    assert rows() == [("meals", "202134", "cases", 1)]


@pytest.mark.django_db
def test_pressing_twice_counts_once_and_somebody_else_counts_too(client):
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        client.post("/start/tell/", WISH, REMOTE_ADDR=address)

    assert rows() == [("meals", "202134", "cases", 2)]


@pytest.mark.django_db
def test_a_day_without_theme_or_place_has_one_row_too():
    for _ in range(2):
        count_demand(None, None, Part.EVENTS)

    assert rows() == [(None, None, "events", 2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.create(part=Part.EVENTS, day=timezone.localdate())


@pytest.mark.django_db
def test_a_flood_of_wishes_is_refused_with_a_sentence(client):
    codes = list(Region.objects.filter(code__startswith="20").values_list("code", flat=True)[:31])

    answers = [client.post("/start/tell/", {**WISH, "region": code}) for code in codes]

    assert [answer.status_code for answer in answers] == [302] * 30 + [429]
    assert "1時間ほどたってから" in answers[-1].content.decode()
    assert Demand.objects.count() == 30


@pytest.mark.django_db
def test_a_full_day_takes_no_new_wish(monkeypatch):
    monkeypatch.setattr("start.actions.DEMANDS_PER_DAY", 1)
    meals = Theme.objects.get(slug="meals")
    count_demand(meals, None, Part.CASES)

    count_demand(meals, None, Part.EVENTS)

    assert rows() == [("meals", None, "cases", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
    ids=["another site", "another origin", "no origin"],
)
def test_another_site_cannot_count_for_its_visitors(headers):
    client = Client(enforce_csrf_checks=True)

    client.post("/start/tell/", WISH, headers=headers)
    assert rows() == []

    client.post("/start/tell/", WISH, headers={"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"})
    assert len(rows()) == 1


@pytest.mark.django_db
def test_what_is_no_part_of_the_page_is_not_counted(client):
    response = client.post("/start/tell/", {**WISH, "part": "x"})

    assert response["Location"] == "/start/?theme=meals&region=202134"
    assert rows() == []


@pytest.mark.django_db
def test_the_page_leaves_no_cookie(client):
    response = client.get("/start/?theme=meals&region=202134")

    assert not response.cookies
    assert "public" in response["Cache-Control"]
