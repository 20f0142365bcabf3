"""Lists for machines: what people see under the same conditions, and nothing else."""

import csv
import io
import json
from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.utils import timezone

from events.models import EventVideo
from forum.models import State
from forum.permissions import Visibility
from open_data.columns import as_cell
from open_data.lists import LISTS
from organizations.models import OrganizationKind
from publishing.actions import change_status
from search.actions import index
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
    secretariat,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/open-data/feeds/{}.{}"


def table(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def titles(client, name, **parameters):
    """What the three forms of a list hold, which must be the same."""
    atom, feed, rows = (client.get(FEED.format(name, form), parameters) for form in ("atom", "json", "csv"))
    in_atom = [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(atom.content).iter(f"{ATOM}entry")]
    in_json = [item["title"] for item in feed.json()["items"]]
    heading = next(
        column.heading for column in LISTS[name].dataset.columns if column.key == LISTS[name].dataset.title_key
    )
    in_table = [row[heading] for row in table(rows)]
    assert in_atom == in_json
    assert sorted(in_json) == sorted(in_table)
    return in_json


@pytest.fixture
def transport():
    return Theme.objects.get(slug="mobility")


def test_a_feed_holds_what_the_list_holds(client, transport):
    tokyo, osaka = (Region.objects.get(code=code) for code in ("13", "27"))
    CaseStudyFactory(published=True, title="東京の移動", regions=[tokyo], themes=[transport])
    CaseStudyFactory(published=True, title="東京の食事", regions=[tokyo])
    CaseStudyFactory(published=True, title="大阪の移動", regions=[osaka], themes=[transport])
    CaseStudyFactory(title="下書きの移動", regions=[tokyo], themes=[transport])

    assert titles(client, "cases") == ["大阪の移動", "東京の食事", "東京の移動"]
    assert titles(client, "cases", region="13", theme="mobility") == ["東京の移動"]
    assert titles(client, "cases", q="食事", page="7", sort="x") == ["東京の食事"]


def test_lists_of_every_kind(client):
    over = timezone.localdate() - timedelta(days=3)
    OrganizationFactory(published=True, name="NPOの会")
    OrganizationFactory(name="下書きの会")
    PolicyFactory(published=True, title="令和の事業", fiscal_year=2025)
    PolicyFactory(published=True, title="前の事業", fiscal_year=2024)
    PolicyFactory(published=True, title="一覧に出ない事業", shown_until=over)
    EventFactory(published=True, title="来週の会")
    recorded = EventFactory(published=True, title="先週の会", start_date=over)
    EventVideo.objects.create(event=recorded, title="動画", url="https://example.jp/v")
    index(recorded)

    assert titles(client, "organizations", kind=OrganizationKind.NPO).count("NPOの会") == 1
    assert "下書きの会" not in titles(client, "organizations")
    assert titles(client, "policies", year="2024") == ["前の事業"]
    assert "一覧に出ない事業" not in titles(client, "policies")
    assert titles(client, "events") == ["来週の会"]
    assert titles(client, "past-events") == titles(client, "event-archive") == ["先週の会"]


def test_topics_of_boards_for_everybody_only(client):
    board = BoardFactory(slug="open-board")
    TopicFactory(title="みんなの話題", board=board, first_post__body="はじめの投稿です。")
    TopicFactory(title="待っている話題", board=board, state=State.HELD)
    closed = BoardFactory(slug="closed-board", visibility=Visibility.COORDINATORS)
    TopicFactory(title="限られた話題", board=closed)

    assert titles(client, "topics") == titles(client, "topic-search") == ["みんなの話題"]
    assert titles(client, "topics", board="open-board", show="unanswered") == ["みんなの話題"]
    for parameters in ({"board": "closed-board"}, {"show": "mine"}):
        assert client.get(FEED.format("topics", "json"), parameters).status_code == 400
    (item,) = client.get(FEED.format("topics", "json")).json()["items"]
    assert item["content_text"] == "はじめの投稿です。"
    assert "authors" not in item


def test_atom_says_what_readers_need(client, transport, settings):
    region = Region.objects.get(code="131016")
    case = CaseStudyFactory(
        published=True, title="<b>&\x08危ない", summary="<i>と&", regions=[region], themes=[transport]
    )

    response = client.get(FEED.format("cases", "atom"), {"region": "13"})

    feed = ElementTree.fromstring(response.content)
    address = f"{settings.SITE_URL}/cases/{case.pk}/"
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.findtext(f"{ATOM}title").startswith("東京都の事例")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": f"{settings.SITE_URL}/cases/?region=13",
        "self": f"{settings.SITE_URL}/open-data/feeds/cases.atom?region=13",
    }
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == entry.find(f"{ATOM}link").get("href") == address
    assert entry.findtext(f"{ATOM}title") == "<b>&危ない"
    assert entry.findtext(f"{ATOM}summary") == "&lt;i&gt;と&amp;"
    assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name") == case.organization.name
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == [transport.name]


def test_json_feed_has_the_codes_too(client, transport):
    regions = Region.objects.filter(code__in=["131016", "13", "00"])
    case = CaseStudyFactory(published=True, regions=regions, themes=[transport], started_year=None)

    feed = json.loads(client.get(FEED.format("cases", "json")).content)

    (item,) = feed["items"]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert item["id"] == item["url"]
    assert item["date_published"].endswith("+09:00")
    assert item["_portal"]["local_government_codes"] == ["130001", "131016"]
    assert item["_portal"]["regions"] == ["00", "13", "131016"]
    assert item["_portal"]["started_year"] is None
    assert item["_portal"]["id"] == case.pk


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(client):
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1"]
    organization = OrganizationFactory(published=True)
    for text in texts:
        CaseStudyFactory(
            published=True, organization=organization, title=f"題{text!r}", tips=text, summary='a,"b"\n2行目'
        )

    response = client.get(FEED.format("cases", "csv"))

    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="cases_' in response["Content-Disposition"]
    assert content.startswith("\ufeffID,URL,タイトル,".encode())
    assert content.count(b"\r\n") == len(texts) + 1
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["学んだこと"] for row in rows} == {f"'{text}" for text in texts}
    assert rows[0]["取り組みの概要"] == 'a,"b"\n2行目'


def test_no_names_and_contacts_of_people_and_nothing_unpublished_beside_it(client):
    hidden = OrganizationFactory(name="下書きの団体")
    organization = OrganizationFactory(published=True, contact_name="山田太郎", contact_email="taro@example.jp")
    case = CaseStudyFactory(
        published=True,
        organization=organization,
        contact="電話は山田太郎まで",
        origin=CaseStudyFactory(title="下書きの元"),
    )
    case.partner_organizations.add(hidden)
    case.policies.add(PolicyFactory())
    EventFactory(published=True, contact_name="山田太郎", organization=organization)

    for name in ("cases", "organizations", "events"):
        content = b"".join(client.get(FEED.format(name, "csv")).streaming_content).decode()
        assert "山田" not in content
        assert "taro@" not in content
    (item,) = client.get(FEED.format("cases", "json")).json()["items"]
    assert item["_portal"]["partner_ids"] == item["_portal"]["policy_ids"] == []
    assert item["_portal"]["origin_id"] is None


@pytest.mark.parametrize("form", ["atom", "json", "csv"])
def test_who_has_it_already_is_sent_nothing(client, form):
    case = CaseStudyFactory(published=True)
    address = FEED.format("cases", form)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    later = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    change_status(case, "close", by=secretariat(), note="終わったため")
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, later.status_code, changed.status_code) == (304, 304, 200)
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Access-Control-Allow-Origin"] == again["Access-Control-Allow-Origin"] == "*"


def test_the_limit_is_told_kindly(client, settings):
    settings.OPEN_DATA_LIMITS = {"tables": (1, 60), "api": (1, 60)}
    first = client.get(FEED.format("cases", "csv"))

    second = client.get(FEED.format("cases", "csv"))
    known = client.get(FEED.format("cases", "csv"), headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, second.status_code, known.status_code) == (200, 429, 304)
    assert int(second["Retry-After"]) > 0
    assert "もう一度お試しください" in second.json()["detail"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("cases.atom?theme=x", 400),
        ("cases.csv?region=99&kind=x", 400),
        ("cases.json?q=%21%3F", 400),
        ("nothing.atom", 404),
    ],
)
def test_what_is_not_understood_is_refused_in_words(client, address, status):
    response = client.get(f"/open-data/feeds/{address}")

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].endswith("。")


def test_scripts_of_other_sites_may_ask(client):
    response = client.options(FEED.format("cases", "csv"))

    assert response.status_code == 204
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    assert client.post(FEED.format("cases", "csv")).status_code == 405


@pytest.mark.parametrize("count", [1, 4])
def test_query_count_grows_with_pieces_only(client, count, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("open_data.dataset.BATCH", 100)
    CaseStudyFactory.create_batch(count, published=True)
    client.get(FEED.format("cases", "atom"), {"q": "支え合い"})  # numbers and synonyms are known

    with django_assert_num_queries(3):  # the limit's count, keys, cases with all that is told of them
        b"".join(client.get(FEED.format("cases", "csv")).streaming_content)


def test_a_table_comes_in_pieces(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("open_data.dataset.BATCH", 2)
    CaseStudyFactory.create_batch(5, published=True, organization=OrganizationFactory(published=True))

    with django_assert_max_num_queries(8):
        assert len(table(client.get(FEED.format("cases", "csv")))) == 5


def test_lists_lead_to_their_feeds(client):
    CaseStudyFactory(published=True, themes=[Theme.objects.get(slug="mobility")])
    closed = BoardFactory(visibility=Visibility.MEMBERS)
    TopicFactory(board=closed)

    html = client.get("/cases/?theme=mobility&sort=new").content.decode()
    reviewer = secretariat()
    client.force_login(reviewer)

    assert 'href="/open-data/feeds/cases.atom?theme=mobility"' in html
    assert html.count("/open-data/feeds/cases.csv?theme=mobility") == 1
    assert "/open-data/feeds/" not in client.get(closed.get_absolute_url()).content.decode()
    assert "/open-data/feeds/" not in client.get("/forum/?show=mine").content.decode()
    assert "/open-data/feeds/" not in client.get("/forum/search/closed/").content.decode()
    assert "/open-data/feeds/topics.atom" in client.get("/forum/").content.decode()


def test_several_values_stand_in_one_cell():
    assert as_cell(["a;b", "c"]) == "a；b;c"
    assert as_cell(None) == ""
    assert as_cell(False) == "false"
