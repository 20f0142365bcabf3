"""The secretariat's pages of events and their series."""

import pytest
from django.urls import reverse

from events.models import Event
from publishing.models import Status
from search.models import Entry
from tests.factories import EventFactory, OrganizationFactory, secretariat

pytestmark = pytest.mark.django_db
ROWS = ("changes", "publishing-statuschange-content_type-object_id")


@pytest.fixture(autouse=True)
def _signed_in(client):
    client.force_login(secretariat())


def typed(organization, **fields):
    management = {f"{name}-{what}_FORMS": "0" for name in ROWS for what in ("TOTAL", "INITIAL")}
    return {
        "title": "移動支援を考える集い",
        "organization": organization.pk,
        "kind": "exchange",
        "state": "planned",
        "start_date": "2026-12-16",
        "start_time": "13:30",
        "end_date": "2026-12-16",
        "end_time": "16:00",
        "format": "venue",
        "summary": "送迎のはじめ方を話し合います。",
        "application": "not_needed",
        "audience": ["anyone"],
        "accessibility": ["childcare", "toilet"],
        **management,
        **fields,
    }


def test_the_lists_and_the_forms_open(client):
    event = EventFactory(published=True, audience=["anyone"])
    series = event.organization.event_series.create(title="毎月の集い")
    event.series = series
    event.save()

    assert event.title in client.get(reverse("admin:events_event_changelist")).content.decode()
    html = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "参加しやすさのための用意" in html
    listed = client.get(reverse("admin:events_eventseries_changelist"), {"q": "毎月"}).content.decode()
    assert "毎月の集い" in listed
    assert '<td class="field-events_so_far">1</td>' in listed
    assert client.get(reverse("admin:events_eventseries_change", args=[series.pk])).status_code == 200


def test_an_event_is_written_and_published(client):
    response = client.post(reverse("admin:events_event_add"), typed(OrganizationFactory(published=True), _publish="1"))

    assert response.status_code == 302, response.context["errors"]
    event = Event.objects.get()
    assert (event.status, event.accessibility) == (Status.PUBLISHED, ["childcare", "toilet"])
    assert "令和8年12月16日（水）13:30〜16:00" in Entry.objects.get(kind="event", object_id=event.pk).card.html


def test_an_edit_is_told_to_the_public_as_that_of_a_member_is(client):
    event = EventFactory(published=True)

    client.post(reverse("admin:events_event_change", args=[event.pk]), typed(event.organization, state="cancelled"))

    event.refresh_from_db()
    assert (event.state, event.sequence) == ("cancelled", 1)
    assert ">中止</span>" in Entry.objects.get(kind="event", object_id=event.pk).card.html
    change = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "お知らせした変更" in change


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"end_time": "13:00"}, "終了時刻が、開始時刻より前か、同じ時刻になっています。"),
        ({"end_date": "2026-12-15"}, "終了日が、開始日より前になっています。"),
        ({"end_time": ""}, "終了時刻を入力してください。"),
        ({"audience": ["x"]}, "選択してください"),
    ],
)
def test_mistakes_are_told_in_sentences(client, fields, sentence):
    response = client.post(reverse("admin:events_event_add"), typed(OrganizationFactory(published=True), **fields))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Event.objects.exists()


def test_nothing_is_deleted_in_the_admin(client):
    event = EventFactory()
    series = event.organization.event_series.create(title="毎月の集い")

    assert client.post(reverse("admin:events_event_delete", args=[event.pk])).status_code == 403
    assert client.post(reverse("admin:events_eventseries_delete", args=[series.pk])).status_code == 403
