"""Posting as a member of an organization: new, the next one as a copy, edit, state, and every refusal."""

import re
import uuid
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import OrganizationRole
from events.models import Event, EventSeries
from publishing.actions import change_status, save_changes
from publishing.models import Status, WorkingCopy
from publishing.scheduling import publish_due
from taxonomy.models import Region, Theme
from tests.factories import EventFactory, OrganizationFactory, UserFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
CREATE = "/events/new/"
IIYAMA = "202134"
NOON = timezone.make_aware(datetime(2026, 11, 25, 12))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def club():
    return OrganizationFactory(published=True, name="雪見台みまもり隊", regions=[Region.objects.get(code=IIYAMA)])


@pytest.fixture
def member(client, club):
    user = member_of(club, OrganizationRole.EDITOR)
    client.force_login(user)
    return user


def typed(organization, /, **fields):
    return {
        "key": str(uuid.uuid4()),
        "organization": organization.pk,
        "title": "移動支援を考える集い",
        "start_date": "令和8年12月16日（水）",
        "start_time": "午後1時30分",
        "end_date": "",
        "end_time": "１６：００",
        "format": "venue",
        "venue": "飯山市公民館",
        "regions": [IIYAMA],
        "summary": "送迎のはじめ方を話し合います。",
        "audience": ["anyone", "coordinator"],
        "fee": "無料",
        "capacity": "先着30名",
        "application": "needed",
        "application_closes_on": "2026-12-10",
        "application_closes_at": "17時",
        "application_url": "www.example.jp/form",
        "accessibility": ["childcare"],
        "kind": "exchange",
        "tags": "移動、担い手",
        "series_title": "毎月の集い",
        "_save": "1",
        **fields,
    }


def of_event(event, /, **fields):
    """What the form of ``event``, made by `typed`, sends when it is sent back, with ``fields`` typed anew."""
    return typed(event.organization, version=event.version, **fields)


def post(client, club, /, **fields):
    client.post(CREATE, typed(club, **fields))
    return Event.objects.order_by("pk").last()


def published(client, club, member, /, **fields):
    event = post(client, club, **fields)
    return change_status(change_status(event, "submit", by=member), "publish", by=None)


def errors(response):
    return [sentence for _, sentence in response.context["form"].problems()]


def text_of(response):
    return re.sub(r"<[^>]+>|\s", "", response.content.decode())


# A new one.


def test_the_form_begins_with_what_is_known(client, club, member):
    form = client.get(CREATE).context["form"]

    assert form.initial["organization"] == club.pk
    assert form.initial["regions"] == [IIYAMA]
    assert (form["format"].value(), form["application"].value()) == ("venue", "not_needed")
    assert not any(part.is_open for part in form.parts)


def test_the_page_of_an_organization_leads_to_its_form(client, club, member):
    other = OrganizationFactory(published=True, regions=[Region.objects.get(code="13")])
    other.memberships.create(user=member, role="editor")
    address = f"{CREATE}?organization={other.pk}"

    assert f'href="{address}"' in client.get(other.get_absolute_url()).content.decode()
    form = client.get(address).context["form"]
    assert (form["organization"].value(), form["regions"].value()) == (other.pk, ["13"])
    for unknown in (OrganizationFactory(published=True).pk, "x", "9" * 40, ""):
        assert client.get(CREATE, {"organization": unknown}).context["form"]["organization"].value() is None


def test_the_list_leads_to_posting(client):
    assert f'href="{CREATE}"' in client.get("/events/").content.decode()


def test_a_new_event_is_a_draft_with_everything_that_was_typed(client, club, member):
    response = client.post(CREATE, typed(club))
    event = Event.objects.get()

    assert response.url == reverse("events:edit", args=[event.pk])
    assert (event.status, event.created_by) == (Status.DRAFT, member)
    assert (event.start_date, event.end_date) == (date(2026, 12, 16), date(2026, 12, 16))
    assert (event.start_time, event.end_time) == (time(13, 30), time(16))
    assert (event.fee, event.capacity, event.audience) == (0, 30, ["anyone", "coordinator"])
    assert (event.application_closes_on, event.application_closes_at) == (date(2026, 12, 10), time(17))
    assert event.application_url == "https://www.example.jp/form"
    assert sorted(event.tags.names()) == ["担い手", "移動"]
    assert event.series == EventSeries.objects.get(organization=club, title="毎月の集い")
    assert [region.code for region in event.regions.all()] == [IIYAMA]


def test_title_day_way_place_and_summary_are_enough(client, club, member):
    needed = {name: typed(club)[name] for name in ("key", "organization", "title", "format", "regions", "summary")}

    client.post(CREATE, {**needed, "start_date": "2026-12-16", "application": "not_needed", "kind": "other"})

    event = Event.objects.get()
    assert event.is_all_day
    assert (event.end_date, event.fee, event.capacity, event.series) == (date(2026, 12, 16), None, None, None)


def test_online_needs_no_place(client, club, member):
    event = post(client, club, format="online", regions=[], venue="")

    assert event.format == "online"
    assert not event.regions.exists()


def test_only_the_month_is_known(client, club, member):
    event = post(
        client, club, only_month_known="on", start_date="2028-02-10", start_time="", end_time="", **without_closing()
    )

    assert (event.start_date, event.end_date) == (date(2028, 2, 1), date(2028, 2, 29))
    assert event.when == "令和10年2月（日にちは未定）"


def without_closing():
    return {"application_closes_on": "", "application_closes_at": ""}


def test_past_midnight_it_ends_on_the_next_day(client, club, member):
    event = post(client, club, start_date="2026-12-31", start_time="23:30", end_date="2027-01-01", end_time="1:00")

    assert event.when == "令和8年12月31日（木）23:30〜令和9年1月1日（金）1:00"


def test_sent_twice_it_makes_one(client, club, member):
    data = typed(club)

    for _ in range(2):
        client.post(CREATE, data)

    assert Event.objects.count() == 1


def test_a_self_publishing_organization_publishes_at_once(client, club, member):
    type(club).objects.update(can_self_publish=True)

    response = client.post(CREATE, {**typed(club), "_submit": "1"}, follow=True)

    event = Event.objects.get()
    assert event.status == Status.PUBLISHED
    assert response.redirect_chain[-1][0] == event.get_absolute_url()


def test_others_send_it_to_the_reviewers(client, club, member):
    client.post(CREATE, {**typed(club), "_submit": "1"})

    event = Event.objects.get()
    assert event.status == Status.SUBMITTED
    assert event.receipt_number


def test_it_is_published_at_the_time_that_was_set(client, club, member, clock):
    type(club).objects.update(can_self_publish=True)
    client.post(CREATE, {**typed(club), "publish_at": "2026-12-01T09:00", "_submit": "1"})
    assert Event.objects.get().status == Status.SCHEDULED

    clock.move_to(timezone.make_aware(datetime(2026, 12, 1, 9, 1)))
    publish_due()

    assert Event.objects.get().status == Status.PUBLISHED


def test_the_preview_saves_nothing_and_keeps_what_was_typed(client, club, member):
    response = client.post(CREATE, {**typed(club, title="見るだけの題名"), "_preview": "1"})

    html = re.sub(r"\s+", " ", response.content.decode())
    assert "令和8年12月16日（水）13:30〜16:00" in html
    assert 'name="series_title" value="毎月の集い"' in html
    assert not Event.objects.exists()
    assert not EventSeries.objects.exists()
    assert client.post(CREATE, {**typed(club), "_back": "1"}).context["form"]["title"].value() == typed(club)["title"]


def test_a_half_written_form_is_kept_and_comes_back(client, club, member):
    client.post(CREATE, {"title": "書きかけ", "pasted": "日時：", "start_time": "13", "_keep": "1"})

    assert WorkingCopy.objects.get().form == "event:new:full"
    html = client.get(CREATE).content.decode()
    for text in ('value="書きかけ"', 'value="13"', ">日時：</textarea>"):
        assert text in html
    assert 'href="/events/new/"' in client.get("/mypage/").content.decode()


def test_a_copy_that_was_begun_is_found_again(client, club, member):
    old = EventFactory(organization=club)
    address = reverse("events:copy", args=[old.pk])

    client.post(address, {"title": "書きかけの次の回", "_keep": "1"})

    html = client.get("/mypage/").content.decode()
    assert "書きかけの次の回" in html
    assert f'href="{address}"' in html
    assert 'value="書きかけの次の回"' in client.get(address).content.decode()


def test_places_and_organizations_are_added_without_javascript(client, club, member):
    other = OrganizationFactory(published=True, name="飯山市社会福祉協議会")
    data = typed(club)
    data.pop("_save")

    places = client.post(CREATE, {**data, "region": "13", "_places": "municipalities"})
    assert "東京都の市区町村" in places.content.decode()
    added = client.post(CREATE, {**data, "region": "13", "municipality": "132080", "_places": "add"})
    assert [region.code for region in added.context["form"].chosen_places] == [IIYAMA, "132080"]
    sought = client.post(CREATE, {**data, "co_organizers_text": "社会福祉協議会", "_find": "co_organizers"})
    assert f'id="co_organizers-{other.pk}"' in sought.content.decode()
    assert not Event.objects.exists()

    event = post(client, club, co_organizers=[other.pk])
    assert list(event.co_organizers.all()) == [other]


def test_the_pick_offers_public_organizations_to_those_who_are_signed_in(client, club):
    OrganizationFactory(published=True, name="飯山の会")
    OrganizationFactory(name="飯山の下書きの会")
    address = "/organizations/pick/co_organizers/?co_organizers_text=飯山"

    assert client.get(address).status_code == 204
    client.force_login(UserFactory())
    html = client.get(address).content.decode()
    assert "飯山の会" in html
    assert "下書きの会" not in html


# What was pasted.


NOTICE = """移動支援を考える集いのご案内

日時：令和8年12月16日（水）13:30〜16:00
会場：飯山市公民館（長野県飯山市大字飯山1110-1）
参加費：無料
"""


def test_a_pasted_notice_fills_what_is_empty_and_leaves_the_rest(client, club, member):
    response = client.post(CREATE, {"pasted": NOTICE, "title": "わたしの題名", "format": "venue", "_read": "1"})

    form, reading = response.context["form"], response.context["reading"]
    assert form["title"].value() == "わたしの題名"
    assert (form["start_date"].value(), form["start_time"].value()) == ("2026-12-16", "13:30")
    assert (form["venue"].value(), form["fee"].value()) == ("飯山市公民館", "無料")
    assert [line.label for line in reading.left_alone] == ["イベント名"]
    lines = {line.label: line.text for line in reading.put_in}
    assert lines == {
        "開始日": "令和8年12月16日（水）",
        "終了日": "令和8年12月16日（水）",
        "開始時刻": "13:30",
        "終了時刻": "16:00",
        "会場の名前": "飯山市公民館",
        "会場の住所": "長野県飯山市大字飯山1110-1",
        "参加費": "無料",
    }
    assert "7つの欄に入れました。合っているか、確かめてください" in response.content.decode()
    assert not errors(response)
    assert not Event.objects.exists()


@pytest.mark.parametrize("pasted", ["", "こんにちは。", "あ" * 100_000, "<script>alert(1)</script>"])
def test_what_says_nothing_fills_nothing(client, club, member, pasted):
    response = client.post(CREATE, {"pasted": pasted, "_read": "1"})

    assert "<script>alert" not in response.content.decode()
    assert not [line for line in response.context["reading"].put_in if line.label != "イベント名"]


# The next one as a copy.


def test_the_next_one_is_a_copy_on_the_same_weekday_of_the_next_month(client, club, member):
    other = OrganizationFactory(published=True)
    old = post(
        client,
        club,
        start_date="2026-11-18",
        application_closes_on="2026-11-12",
        content="続く内容",
        report="盛会でした",
        themes=[Theme.objects.first().pk],
        co_organizers=[other.pk],
    )
    save_changes(old, cancelled, by=member)
    address = reverse("events:copy", args=[old.pk])

    response = client.get(address)
    form, html = response.context["form"], response.content.decode()
    assert "第3水曜日に合わせて12月16日を入れました。確かめてください。" in html
    assert (form["start_date"].value(), form["end_date"].value()) == (date(2026, 12, 16), date(2026, 12, 16))
    assert form["application_closes_on"].value() == date(2026, 12, 10)
    assert (form["content"].value(), form["report"].value() or "") == ("続く内容", "")
    assert (form["series_title"].value(), form["co_organizers"].value()) == ("毎月の集い", [other.pk])
    assert 'value="13:30"' in html
    assert 'value="無料"' in html
    client.post(address, typed(club))

    new = Event.objects.exclude(pk=old.pk).get()
    assert (new.state, new.state_note, new.is_full) == ("planned", "", False)
    assert (new.series, new.sequence) == (old.series, 0)
    assert new.uid != old.uid


def cancelled(event):
    event.state, event.state_note, event.is_full = "cancelled", "大雪のため", True
    event.save()


@pytest.mark.parametrize(
    ("start", "expected", "sentence"),
    [
        (date(2026, 11, 30), date(2026, 12, 28), "12月には第5月曜日がないので、第4月曜日の12月28日を入れました。"),
        (date(2026, 12, 9), date(2027, 1, 13), "第2水曜日に合わせて1月13日を入れました。"),
        (date(2024, 2, 29), date(2026, 11, 26), "11月には第5木曜日がないので、第4木曜日の11月26日を入れました。"),
        (date(2025, 5, 1), date(2026, 12, 3), "第1木曜日に合わせて12月3日を入れました。"),
    ],
)
def test_the_day_offered_is_told_and_never_past(client, club, member, start, expected, sentence):
    old = EventFactory(organization=club, start_date=start, end_date=start + timedelta(1))

    response = client.get(reverse("events:copy", args=[old.pk]))

    form = response.context["form"]
    assert form["start_date"].value() == expected
    assert form["end_date"].value() == expected + timedelta(1)
    assert sentence in response.content.decode()


def test_a_month_is_followed_by_the_next(client, club, member):
    month = {"start_date": date(2026, 12, 1), "end_date": date(2026, 12, 31), "only_month_known": True}
    old = EventFactory(organization=club, start_time=None, end_time=None, **month)

    form = client.get(reverse("events:copy", args=[old.pk])).context["form"]

    assert (form["start_date"].value(), form["end_date"].value()) == (date(2027, 1, 1), date(2027, 1, 31))


def test_the_next_one_is_two_presses_from_the_page(client, club, member):
    event = published(client, club, member)
    address = reverse("events:copy", args=[event.pk])

    for page in (event.get_absolute_url(), reverse("events:edit", args=[event.pk]), "/mypage/"):
        assert f'href="{address}"' in client.get(page).content.decode(), page
    client.logout()
    assert address not in client.get(event.get_absolute_url()).content.decode()


# Series.


def test_events_of_a_series_stand_on_each_others_pages(client, club, member):
    first = published(client, club, member, title="12月の集い")
    second = published(client, club, member, title="1月の集い", start_date="2027-01-20")

    assert EventSeries.objects.count() == 1
    assert first.series == second.series
    assert "1月の集い" in client.get(first.get_absolute_url()).content.decode()
    assert '<option value="毎月の集い">' in client.get(CREATE).content.decode()


def test_a_series_belongs_to_its_organization(client, club, member):
    other = OrganizationFactory(published=True)
    other.memberships.create(user=member, role="editor")
    EventSeries.objects.create(organization=OrganizationFactory(), title="よその集い")

    post(client, club)
    post(client, other)

    assert EventSeries.objects.filter(title="毎月の集い").count() == 2
    assert "よその集い" not in client.get(CREATE).content.decode()


def test_an_event_leaves_its_series(client, club, member):
    event = post(client, club)

    client.post(reverse("events:edit", args=[event.pk]), of_event(event, series_title=""))

    event.refresh_from_db()
    assert event.series is None


# Edits.


def test_an_edit_of_a_public_event_shows_at_once_and_is_read_later(client, club, member):
    event = published(client, club, member)

    client.post(reverse("events:edit", args=[event.pk]), of_event(event, venue="飯山市役所"))

    assert "飯山市役所" in client.get(event.get_absolute_url()).content.decode()
    assert event.reviews.open().exists()


def test_texts_that_were_only_sent_back_have_not_changed(client, club, member):
    texts = {"content": "一行目\n二行目", "report": "はい。\nいいえ。"}
    event = published(client, club, member, **texts)
    data = of_event(event, **{name: text.replace("\n", "\r\n") for name, text in texts.items()})

    client.post(reverse("events:edit", args=[event.pk]), data)

    event.refresh_from_db()
    assert event.content == texts["content"]
    assert (event.version, event.sequence) == (2, 0)
    assert not event.reviews.open().exists()


def test_the_later_editor_is_shown_both(client, club, member):
    event = post(client, club)
    edit = reverse("events:edit", args=[event.pk])
    client.post(edit, of_event(event, start_time="10:00"))

    response = client.post(edit, of_event(event, start_time="11:00", series_title="別の集い"))

    event.refresh_from_db()
    assert event.start_time == time(10)
    conflicts = {one.label: (one.current, one.typed) for one in response.context["form"].conflicts}
    assert conflicts == {"開始時刻": ("10:00", "11:00"), "シリーズの名前": ("毎月の集い", "別の集い")}


def test_the_form_says_no_more_than_the_state_page_decides(client, club, member):
    event = published(client, club, member)
    save_changes(event, cancelled, by=member)
    event.refresh_from_db()

    client.post(reverse("events:edit", args=[event.pk]), of_event(event, state="planned", is_full=""))

    event.refresh_from_db()
    assert (event.state, event.is_full) == ("cancelled", True)


def test_what_was_returned_shows_the_reason_at_its_field(client, club, member):
    event = EventFactory(organization=club)
    change_status(event, "submit", by=member)
    comments = {"videos": "字幕もお願いします", "title": "年は不要です", "state_note": "理由も"}
    change_status(event, "return", by=secretariat(), note="会場を書いてください", comments=comments)

    html = client.get(reverse("events:edit", args=[event.pk])).content.decode()

    for text in ("会場を書いてください", *comments.values()):
        assert text in html


def test_a_discarded_one_shows_its_state_and_no_form(client, club, member):
    event = EventFactory(organization=club)
    change_status(event, "discard", by=member)

    for name in ("edit", "state"):
        response = client.get(reverse(f"events:{name}", args=[event.pk]))
        assert response.context["form"] is None
        assert "下書きに戻す" in response.content.decode()


def test_what_waits_for_its_time_is_not_changed_and_nothing_typed_is_lost(client, club, member):
    event = post(client, club)
    change_status(event, "submit", by=member)
    change_status(event, "schedule", by=secretariat(), publish_at=timezone.now() + timedelta(days=1))

    client.post(reverse("events:state", args=[event.pk]), {"state": "cancelled", "version": event.version})

    event.refresh_from_db()
    assert event.state == "planned"
    assert WorkingCopy.objects.get().form == f"event:{event.pk}:state"


# The state.


def state(event, /, **fields):
    data = {"version": event.version, "state": event.state, "start_date": event.start_date.isoformat()}
    data |= {"end_date": event.end_date.isoformat(), "start_time": "13:30", "end_time": "16:00", "_save": "1"}
    return reverse("events:state", args=[event.pk]), {**data, **fields}


def test_a_cancellation_is_told_at_once(client, club, member):
    event = published(client, club, member)

    response = client.post(*state(event, state="cancelled", state_note="大雪のためです。"), follow=True)

    event.refresh_from_db()
    assert (event.status, event.state, event.sequence) == (Status.PUBLISHED, "cancelled", 1)
    client.logout()
    html = client.get(event.get_absolute_url()).content.decode()
    for text in ("このイベントは中止になりました", "大雪のためです。", "お知らせした変更", "開催予定"):
        assert text in html
    assert ">中止</span>" in client.get("/events/").content.decode()
    assert "もう反映されています" in response.content.decode()


def test_a_postponed_event_gets_a_day_again(client, club, member, clock):
    event = published(client, club, member)
    client.post(*state(event, state="postponed"))
    event.refresh_from_db()
    assert (event.state, event.start_date) == ("postponed", date(2026, 12, 16))
    assert client.get(reverse("events:state", args=[event.pk])).context["form"].shows_days
    clock.move_to(timezone.make_aware(datetime(2026, 12, 20, 12)))
    client.force_login(member)

    refused = client.post(*state(event, state="planned"))
    assert "新しい日にちを入力してください" in "".join(errors(refused))
    client.post(*state(event, state="planned", start_date="2027-01-20", end_date=""))

    event.refresh_from_db()
    assert (event.state, event.start_date, event.end_date) == ("planned", date(2027, 1, 20), date(2027, 1, 20))
    assert event.sequence == 2


def test_a_full_event_says_so(client, club, member):
    event = published(client, club, member)

    client.post(*state(event, is_full="on"))

    assert "満員・受付終了" in client.get(event.get_absolute_url()).content.decode()


def test_the_state_is_previewed_and_kept_and_compared_as_everything_is(client, club, member):
    event = published(client, club, member)
    address, data = state(event, state="cancelled", state_note="先の人")

    preview = client.post(address, {**data, "_preview": "1"})
    assert "このイベントは中止になりました" in preview.content.decode()
    client.post(address, {"state_note": "書きかけ", "_keep": "1"})
    assert "書きかけ" in client.get(address).content.decode()
    assert f'href="{address}"' in client.get("/mypage/").content.decode()
    client.post(address, data)
    late = client.post(address, {**data, "state_note": "あとの人"})

    event.refresh_from_db()
    assert (event.state, event.state_note) == ("cancelled", "先の人")
    assert "ほかの方が先に保存しました" in late.content.decode()


def test_the_state_is_one_press_from_the_page_for_members_only(client, club, member):
    event = published(client, club, member)
    address = reverse("events:state", args=[event.pk])

    assert f'href="{address}"' in client.get(event.get_absolute_url()).content.decode()
    client.logout()
    assert address not in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": ""}, "開催の状態：開催の状態を選んでください。"),
        ({"state": "over"}, "開催の状態：開催の状態を、並んでいるものから選んでください。"),
        ({"state_note": "あ" * 10_001}, "説明：説明は10,000文字以内で入力してください"),
        ({"start_date": ""}, "開始日：開始日を入力してください。"),
        ({"end_time": "10:00"}, "終了時刻：終了時刻が、開始時刻より前か、同じ時刻になっています。"),
    ],
)
def test_every_mistake_about_the_state_has_its_sentence(client, club, member, fields, sentence):
    event = post(client, club)

    response = client.post(*state(event, **fields))

    assert [one for one in errors(response) if one.startswith(sentence)], errors(response)


# After the event.


def test_what_is_over_asks_for_a_report(client, club, member, clock):
    event = published(client, club, member)
    edit = reverse("events:edit", args=[event.pk])
    assert "このイベントは終わりました。" not in client.get(edit).content.decode()
    clock.move_to(timezone.make_aware(datetime(2026, 12, 17, 9)))
    client.force_login(member)

    html = client.get(edit).content.decode()
    assert "このイベントは終わりました。" in html
    assert next(part.is_open for part in client.get(edit).context["form"].parts if part.kind.id == "afterwards")
    assert f'href="{edit}#afterwards"' in client.get(event.get_absolute_url()).content.decode()
    assert "終わったイベント" in client.get("/mypage/").content.decode()
    client.post(edit, of_event(event, report="30人が集まりました。"))

    assert "30人が集まりました。" in client.get(event.get_absolute_url()).content.decode()
    assert "終わったイベント" not in client.get("/mypage/").content.decode()


def test_nobody_is_asked_whether_what_is_over_is_still_right(client, club, member):
    long_ago = date(2025, 1, 1)
    EventFactory(published=True, title="終わった会", organization=club, start_date=long_ago, confirmed_at=long_ago)
    EventFactory(
        published=True, title="来年の会", organization=club, start_date=date(2027, 1, 1), confirmed_at=long_ago
    )

    shelves = client.get("/mypage/").context["shelves"]

    assert [line.item.title for line in shelves["confirm"].lines] == ["来年の会"]
    assert [line.item.title for line in shelves["published"].lines] == ["終わった会"]


# Mistakes and refusals.


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "イベント名：イベント名を入力してください。"),
        ({"title": "あ" * 10_000}, "イベント名：イベント名は100文字以内で入力してください（いまは10,000文字です）。"),
        ({"title": "制御\x07文字"}, "イベント名：イベント名に使えない文字（制御文字）が入っています。"),
        ({"summary": "あ" * 301}, "概要：概要は300文字以内で入力してください（いまは301文字です）。"),
        ({"organization": "99999999"}, "主催する団体：この団体は選べません。"),
        ({"organization": "あ"}, "主催する団体：この団体は選べません。"),
        ({"start_date": ""}, "開始日：開始日を入力してください。"),
        ({"start_date": "2026-02-30"}, "開始日：開始日の日付を読み取れません。"),
        ({"start_date": "いつか"}, "開始日：開始日の日付を読み取れません。"),
        ({"end_date": "2026-12-15"}, "終了日：終了日が、開始日より前になっています。"),
        ({"end_time": "13:30"}, "終了時刻：終了時刻が、開始時刻より前か、同じ時刻になっています。"),
        ({"end_time": ""}, "終了時刻：終了時刻を入力してください。"),
        ({"start_time": ""}, "開始時刻：開始時刻を入力してください。"),
        ({"start_time": "25時"}, "開始時刻：開始時刻を読み取れません。"),
        ({"end_time": "24:00"}, "終了時刻：24時は書けません。"),
        ({"only_month_known": "on"}, "日にちは未定（月だけ決まっている）：日にちが決まっていないときは、"),
        ({"format": ""}, "開催の方法：開催の方法を、並んでいるものから選んでください。"),
        ({"format": "x"}, "開催の方法：開催の方法を、並んでいるものから選んでください。"),
        ({"regions": []}, "地域：地域を1つ以上加えてください。"),
        ({"format": "hybrid", "regions": []}, "地域：地域を1つ以上加えてください。"),
        ({"regions": ["99"]}, "地域：選んだ地域が見つかりません。選び直してください。"),
        ({"themes": ["x"]}, "分野：選んだ分野が見つかりません。選び直してください。"),
        ({"audience": ["x"]}, "対象：対象は、並んでいるものから選んでください。"),
        ({"accessibility": ["x"]}, "参加しやすさのための用意：参加しやすさのための用意は、"),
        ({"fee": "-1"}, "参加費：参加費は「無料」「500円」のように入力してください。"),
        ({"fee": "会員500円、一般1,000円"}, "参加費：参加費は「無料」「500円」のように入力してください。"),
        ({"fee": "9" * 40}, "参加費：参加費は「無料」「500円」のように入力してください。"),
        ({"fee": "2,000万円"}, "参加費：参加費が大きすぎます。"),
        ({"capacity": "0"}, "定員：定員は1人以上、"),
        ({"capacity": "9" * 40}, "定員：定員は「30」「30人」のように、"),
        ({"capacity": "たくさん"}, "定員：定員は「30」「30人」のように、"),
        ({"application": "x"}, "申込：申込を、並んでいるものから選んでください。"),
        ({"application": "not_needed"}, "申込：申込の開始日か締切日が入っています。"),
        ({"application_opens_on": "2026-12-11"}, "申込の締切日：申込の締切日が、申込の開始日より前になっています。"),
        ({"application_closes_on": "2026-12-17"}, "申込の締切日：申込の締切日が、イベントの終わる日より後に"),
        ({"application_closes_on": ""}, "申込の締切日：申込の締切日も入力してください。"),
        ({"application_url": "javascript:alert(1)"}, "申込ページのアドレス：https://"),
        ({"application_url": f"https://e.jp/{'x' * 600}"}, "申込ページのアドレス：申込ページのアドレスは500文字以内"),
        ({"contact_email": "x@y"}, "問い合わせ先のメールアドレス：メールアドレスの形になっていません。"),
        ({"latitude": "36.8"}, "経度：緯度と経度は、両方を入力するか、"),
        ({"latitude": "91", "longitude": "1"}, "緯度："),
        ({"co_organizers": ["99999999"]}, "共催する団体：選んだ団体が見つかりません。"),
        ({"co_organizers": ["x"]}, "共催する団体：選んだ団体が見つかりません。"),
        ({"co_organizers_text": "どこにもない会"}, "共催する団体：「どこにもない会」は見つかりません。"),
        ({"series_title": "あ" * 101}, "シリーズの名前：シリーズの名前は100文字以内で入力してください"),
        ({"tags": "、".join("あいうえおかきくけこさしすせそたちつてとな")}, "タグ：タグは20個まで、"),
        ({"publish_at": "2020-01-01T09:00"}, "公開する日時：公開する日時が過ぎています。"),
    ],
)
def test_every_mistake_has_its_sentence_and_nothing_typed_is_lost(client, club, member, fields, sentence):
    response = client.post(CREATE, typed(club, **fields))

    assert [one for one in errors(response) if one.startswith(sentence)], errors(response)
    assert not Event.objects.exists()
    html = response.content.decode()
    assert "送迎のはじめ方を話し合います。" in html or "summary" in fields
    assert 'value="飯山市公民館"' in html


@pytest.mark.parametrize("name", ["edit", "copy", "state"])
def test_an_empty_form_is_a_form_with_mistakes(client, club, member, name):
    event = EventFactory(organization=club)

    response = client.post(reverse(f"events:{name}", args=[event.pk]), {})

    assert "開始日：開始日を入力してください。" in errors(response)


def test_a_mistake_in_a_folded_part_unfolds_it(client, club, member):
    response = client.post(CREATE, typed(club, contact_email="x"))

    is_open = {part.kind.id: part.is_open for part in response.context["form"].parts}
    assert (is_open["content"], is_open["afterwards"]) == (True, False)


def test_the_own_organization_is_no_co_organizer(client, club, member):
    response = client.post(CREATE, typed(club, co_organizers=[club.pk]))

    assert "「主催する団体」と同じ団体は選べません。" in "".join(errors(response))


def test_emoji_and_markup_are_text(client, club, member):
    type(club).objects.update(can_self_publish=True)
    markup = {"title": "<script>🏠</script>", "content": "<img src=x onerror=alert(1)>", "series_title": "<script>"}

    client.post(CREATE, {**typed(club, **markup), "_submit": "1"})

    for address in (Event.objects.get().get_absolute_url(), CREATE, "/mypage/"):
        html = client.get(address).content.decode()
        assert "<script>🏠" not in html
        assert "<img src=x" not in html
        assert '"<script>"' not in html


def test_people_without_an_organization_are_told_why_not(client):
    client.force_login(UserFactory())

    response = client.get(CREATE)

    assert response.status_code == 403
    assert "イベントを載せられるのは、団体のメンバーだけです。" in response.content.decode()


def test_nothing_new_is_posted_for_an_organization_that_has_ended(client, club, member):
    button = f'href="{CREATE}"'
    assert button in client.get("/mypage/").content.decode()

    change_status(club, "close", by=None, note="解散しました。")

    assert button not in client.get("/mypage/").content.decode()
    assert client.get(CREATE).status_code == 403


def test_a_forged_organization_is_refused(client, club, member):
    other = OrganizationFactory(published=True)

    assert "この団体は選べません" in "".join(errors(client.post(CREATE, typed(other))))
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["edit", "copy", "state"])
def test_outsiders_find_no_draft_and_may_not_edit_what_they_see(client, club, name):
    draft, public = EventFactory(organization=club), EventFactory(published=True, organization=club)
    addresses = {one: reverse(f"events:{name}", args=[one.pk]) for one in (draft, public)}

    assert client.get(addresses[public]).status_code == 302
    client.force_login(member_of(OrganizationFactory(published=True)))
    assert client.get(addresses[draft]).status_code == 404
    response = client.get(addresses[public])
    assert response.status_code == 403
    assert "このイベントを編集できるのは、載せている団体のメンバーだけです。" in response.content.decode()
    assert client.post(addresses[public], typed(club)).status_code == 403
    client.force_login(UserFactory())
    assert client.get(addresses[public]).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "trace"])
def test_addresses_say_which_methods_they_take(client, club, member, method):
    event = EventFactory(organization=club)
    pages = [reverse(f"events:{name}", args=[event.pk]) for name in ("edit", "copy", "state")]

    for address in (CREATE, *pages):
        assert getattr(client, method)(address).status_code == 405


# What reviewers and members read.


def test_reviewers_and_members_read_times_choices_and_fees_as_people_write_them(client, club, member):
    event = published(client, club, member)

    def write(current):
        current.start_time, current.end_date, current.end_time = time(23, 30), date(2026, 12, 17), time(1)
        current.audience, current.fee, current.state = ["residents"], 500, "postponed"
        current.save()

    save_changes(event, write, by=member)
    client.force_login(secretariat())
    review = text_of(client.get(reverse("publishing:review", args=[event.reviews.open().get().pk])))
    client.force_login(member)
    history = text_of(client.get(reverse("publishing:history", args=["event", event.pk])))

    for seen in (review, history):
        for text in ("13:30", "23:30", "1:00", "令和8年12月17日", "生活支援コーディネーター", "住民・活動団体"):
            assert text in seen, text
        for text in ("無料", "500円", "延期"):
            assert text in seen, text
        for text in ("13:30:00", "anyone", "residents", "postponed", "['"):
            assert text not in seen, text


@pytest.mark.parametrize("count", [1, 15])
def test_the_pages_take_the_same_queries_for_any_number(client, club, member, count, django_assert_num_queries):
    event = EventFactory(organization=club, regions=Region.objects.filter(code__startswith="20")[:count])
    event.co_organizers.set(OrganizationFactory.create_batch(count, published=True))
    for number in range(count):
        club.event_series.create(title=f"集い{number}")
        event.tags.add(f"タグ{number}")
    addresses = {name: reverse(f"events:{name}", args=[event.pk]) for name in QUERIES}
    for address in addresses.values():
        client.get(address)

    for name, address in addresses.items():
        with django_assert_num_queries(QUERIES[name]):
            client.get(address)


QUERIES = {"edit": 18, "copy": 21, "state": 9}
