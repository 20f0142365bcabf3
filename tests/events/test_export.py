"""Lists of events as files: the standard header, harmless cells, and nothing changes when they come back."""

import csv
import io
import uuid
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.choices import Application, Format
from events.exporting import cells_of
from events.import_models import Plan
from events.importing import columns, files
from events.importing.matching import changes_of
from events.importing.preview import prepare
from events.importing.rows import RowReader
from events.importing.whens import Options
from events.models import Event, EventVideo
from organizations.models import Organization
from policies.spreadsheets import csv_stream
from search.actions import index
from taxonomy.models import Region, Theme
from tests.events import tables
from tests.factories import EventFactory, OrganizationFactory, member_of

pytestmark = pytest.mark.django_db
EXPORT = "/events/export.csv"
HEADER = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,イベント名,イベント名_カナ,イベント名_英語,開始日,終了日,"
    "開始時間,終了時間,開始日時特記事項,説明,料金(基本),料金(詳細),連絡先名称,連絡先電話番号,連絡先内線番号,主催者,"
    "場所名称,住所,方書,緯度,経度,アクセス方法,駐車場情報,定員,参加申込終了日,参加申込終了時間,参加申込方法,URL,備考"
)


def body(response):
    return b"".join(response.streaming_content)


def rows(response):
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))


def titles(response):
    return [row["イベント名"] for row in rows(response)]


@pytest.fixture(autouse=True)
def _at_the_end_of_2026():
    with time_machine.travel("2026-12-01 12:00 +0900"):
        yield


@pytest.fixture
def organization():
    return OrganizationFactory(published=True, name="みまもり会", regions=[Region.objects.get(code="372013")])


def full_event(organization, **fields):
    return EventFactory(
        published=True,
        organization=organization,
        **{
            "title": "見守りの勉強会",
            "title_kana": "みまもりのべんきょうかい",
            "start_date": date(2027, 1, 31),
            "end_date": date(2027, 2, 1),
            "schedule_note": "受付は13時から",
            "fee": 0,
            "fee_note": "資料代は別",
            "contact_phone": "０８７-８３９-２３４６",
            "co_organizers_note": "高松市社協、〇〇大学",
            "address": "高松市番町1-8-15",
            "latitude": Decimal("34.342828"),
            "longitude": Decimal("134.046574"),
            "capacity": 30,
            "application": Application.OPTIONAL,
            "application_closes_on": date(2027, 1, 20),
            "application_closes_at": time(17),
            "application_note": "電話で\n申し込んでください。",
            "remarks": "=1+1",
            "regions": [Region.objects.get(code="372013"), Region.objects.get(code="13")],
            "themes": [Theme.objects.first()],
            **fields,
        },
    )


def test_the_header_and_one_event(client, organization):
    event = full_event(organization, regions=[Region.objects.get(code="011011")])

    response = client.get(EXPORT)

    content = body(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert content.startswith(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row["都道府県コード又は市区町村コード"] == "011011"
    assert (row["都道府県名"], row["市区町村名"]) == ("北海道", "札幌市中央区")
    assert row["NO"] == f"portal-{event.pk}"
    assert (row["開始日"], row["開始時間"]) == ("2027-01-31", "13:30")
    assert (row["料金(基本)"], row["定員"]) == ("0", "30")
    assert row["主催者"] == "みまもり会、高松市社協、〇〇大学"
    assert row["参加申込方法"].startswith("申込優先")
    assert row["備考"] == "'=1+1"


def test_a_prefecture_has_its_six_digits_and_the_nation_none(client, organization):
    full_event(organization, title="県", regions=[Region.objects.get(code="13")])
    full_event(organization, title="国", regions=[Region.objects.get(code="00")])

    codes = {row["イベント名"]: row["都道府県コード又は市区町村コード"] for row in rows(client.get(EXPORT))}

    assert codes == {"県": "130001", "国": ""}


def test_it_holds_what_the_list_holds(client, organization):
    today = timezone.localdate()
    EventFactory(published=True, title="東京の会", regions=[Region.objects.get(code="13")])
    EventFactory(published=True, title="大阪の会", regions=[Region.objects.get(code="27")])
    EventFactory(title="下書きの会")
    over = EventFactory(published=True, title="終わった会", start_date=today - timedelta(days=3))
    EventVideo.objects.create(event=over, title="動画", url="https://example.jp/v")
    index(over)

    assert sorted(titles(client.get(EXPORT))) == ["大阪の会", "東京の会"]
    assert titles(client.get(EXPORT, {"region": "13"})) == ["東京の会"]
    assert titles(client.get(EXPORT, {"q": "大阪の会"})) == ["大阪の会"]
    assert titles(client.get(EXPORT, {"way": "past"})) == ["終わった会"]
    assert titles(client.get(EXPORT, {"way": "archive"})) == ["終わった会"]
    assert len(titles(client.get(EXPORT, {"way": "?", "page": "99999", "fee": "x"}))) == 2


def test_the_soonest_comes_first_and_the_name_says_where(client):
    day = timezone.localdate() + timedelta(days=3)
    for number in (2, 0, 1):
        EventFactory(published=True, title=f"{number}", start_date=day + timedelta(days=number))

    response = client.get(EXPORT, {"region": "13"})

    assert titles(client.get(EXPORT)) == ["0", "1", "2"]
    assert 'filename="130001_event_' in response["Content-Disposition"]


def test_lists_lead_to_it_with_their_conditions(client):
    EventFactory(published=True, fee=0)
    EventFactory(published=True, start_date=timezone.localdate() - timedelta(days=3))

    assert "/events/export.csv?fee=free" in client.get("/events/?fee=free").content.decode()
    assert "way=past" in client.get("/events/past/").content.decode()


def test_only_reading(client):
    assert client.post(EXPORT).status_code == 405


@pytest.mark.parametrize("count", [1, 30])
def test_query_count_does_not_grow(client, count, django_assert_num_queries):
    EventFactory.create_batch(count, published=True)

    with django_assert_num_queries(3):  # keys, events with their organizations, regions
        body(client.get(EXPORT))


def test_events_come_in_pieces(client, monkeypatch):
    monkeypatch.setattr("events.exporting.BATCH", 2)
    EventFactory.create_batch(5, published=True)

    assert len(titles(client.get(EXPORT))) == 5


# Back again


def import_again(organization, content):
    person = member_of(organization)
    return prepare(
        organization=organization, upload=tables.upload(content), options=Options(), by=person, key=uuid.uuid4()
    )


def test_importing_an_export_changes_nothing(client, organization):
    full_event(organization)
    full_event(organization, title="はじめの会", application=Application.NEEDED, application_note="不要なものは…電話で")
    full_event(organization, title="月だけ", only_month_known=True, **MONTH, schedule_note="")
    EventFactory(published=True, organization=organization, format=Format.ONLINE, start_time=None, end_time=None)

    made = import_again(organization, body(client.get(EXPORT)))

    assert made.plans() == {Plan.NEW: 0, Plan.CHANGE: 0, Plan.SAME: 4, Plan.BROKEN: 0}
    assert list(made.rows.exclude(changes=[])) == []


MONTH = {"start_date": date(2027, 3, 1), "end_date": date(2027, 3, 31), "start_time": None, "end_time": None}


def test_a_long_description_comes_back_as_it_was(client, organization):
    made = import_again(organization, tables.text([tables.row(説明="支え合いについて話し合います。" * 40)]))
    row = made.rows.get()
    event = Event(organization=organization, **{n: row.values[n] for n in ("title", "summary", "content")})
    event = full_event(organization, summary=event.summary, content=event.content)

    made = import_again(organization, body(client.get(EXPORT)))

    assert made.rows.get().plan == Plan.SAME
    assert made.rows.get().event == event


def test_what_is_edited_in_an_export_is_the_only_change(client, organization):
    event = full_event(organization)
    content = body(client.get(EXPORT)).decode().replace("見守りの勉強会", "見守りの学習会")

    row = import_again(organization, content).rows.get()

    assert (row.plan, row.event) == (Plan.CHANGE, event)
    assert row.changes == [["イベント名", "見守りの勉強会", "見守りの学習会"]]


def test_events_of_other_organizations_are_refused(client, organization):
    full_event(OrganizationFactory(published=True))

    row = import_again(organization, body(client.get(EXPORT))).rows.get()

    assert row.plan == Plan.BROKEN
    assert "この団体にはありません" in row.problems[0][2]


WORDS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_characters="\0"), st.sampled_from("=+-@'\n、。不要無料0123")
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.fixed_dictionaries(
        dict.fromkeys(("title", "title_kana", "summary", "content", "venue", "address", "application_note"), WORDS),
        optional=dict.fromkeys(("remarks", "access", "contact_phone", "co_organizers_note", "url", "fee_note"), WORDS),
    ),
    application=st.sampled_from(Application.values),
    fee=st.one_of(st.none(), st.integers(0, 10**6)),
    capacity=st.one_of(st.none(), st.integers(1, 10**6)),
)
def test_whatever_an_event_says_its_export_means_the_same(texts, application, fee, capacity):
    organization = Organization(pk=1, name="みまもり会")
    event = Event(pk=5, organization=organization, application=application, fee=fee, capacity=capacity, **texts)
    event.start_date = event.end_date = date(2027, 1, 31)
    event._prefetched_objects_cache = {name: [] for name in ("regions", "themes", "tags")}
    reader = RowReader(columns.of_standard(), Options(), organization.name)
    file = b"".join(line for line in csv_stream([HEADER.split(","), cells_of(event)], "a.csv"))
    (_, header), (number, cells) = files.read(tables.upload(file)).rows

    reading = reader.read(number, cells)

    assert header == HEADER.split(",")
    if not reading.is_broken:
        assert changes_of(event, reading.values, reader) == {}
