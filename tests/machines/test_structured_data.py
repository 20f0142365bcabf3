"""Structured data of every kind of page: what it says is what the page says, and nobody can break out of it."""

from datetime import date, time

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from events.models import Event
from forum.models import State
from forum.permissions import Visibility
from organizations.models import OrganizationKind
from policies.models import PolicyAmount
from publishing.actions import change_status
from search.pages import previewed_body
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseImageFactory,
    CaseStudyFactory,
    EventFactory,
    EventVideoFactory,
    OrganizationFactory,
    PolicyFactory,
    PostFactory,
    TopicFactory,
    member_of,
    secretariat,
)
from tests.machines.structured import metas, structured

pytestmark = pytest.mark.django_db

HOSTILE = "</script><script>alert(1)</script>\"'<!--&amp;\u2028\u2029"
SITE = "http://127.0.0.1:8000"
TOKYO_BUNKYO = "131059"


@pytest.fixture
def place():
    return Region.objects.get(code=TOKYO_BUNKYO)


@pytest.fixture
def theme():
    return Theme.objects.order_by("position").first()


def test_home_tells_what_the_site_is_and_how_to_search_it(client):
    found = structured(client.get("/"))["WebSite"]

    assert found["url"] == SITE + "/"
    assert found["potentialAction"]["target"]["urlTemplate"] == SITE + "/search/?q={search_term_string}"
    assert found["potentialAction"]["query-input"] == "required name=search_term_string"


def test_way_to_a_page(client):
    case = CaseStudyFactory(title="朝市への送迎", published=True)

    elements = structured(client.get(case.get_absolute_url()))["BreadcrumbList"]["itemListElement"]

    assert [(one["position"], one["name"], one.get("item")) for one in elements] == [
        (1, "ホーム", SITE + "/"),
        (2, "事例", SITE + "/cases/"),
        (3, "朝市への送迎", None),
    ]


def test_case(client, place, theme):
    origin, partner = CaseStudyFactory(published=True), OrganizationFactory(published=True)
    hidden = OrganizationFactory(name="公開していない会")
    case = CaseStudyFactory(
        published=True, regions=[place], themes=[theme], origin=origin, subtitle="副題", created_by=secretariat()
    )
    case.partner_organizations.set([partner, hidden])
    picture = CaseImageFactory(case=case)
    case.after_change()

    found = structured(client.get(case.get_absolute_url()))["Article"]

    assert (found["headline"], found["alternativeHeadline"], found["description"]) == (case.title, "副題", case.summary)
    assert found["url"] == found["mainEntityOfPage"]["@id"] == SITE + case.get_absolute_url()
    assert found["datePublished"] == timezone.localtime(case.published_at).isoformat(timespec="seconds")
    assert found["datePublished"].endswith("+09:00")
    assert found["dateModified"]
    assert found["author"] == {
        "@type": "NGO",
        "name": case.organization.name,
        "url": SITE + case.organization.get_absolute_url(),
    }
    assert [one["name"] for one in found["about"]] == [case.organization.name, partner.name]
    assert found["spatialCoverage"][0]["name"] == "東京都文京区"
    assert found["spatialCoverage"][0]["identifier"]["value"] == TOKYO_BUNKYO
    assert found["articleSection"] == [theme.name]
    assert found["isBasedOn"] == SITE + origin.get_absolute_url()
    assert found["image"][0]["contentUrl"] == SITE + picture.image.url
    assert found["image"][0]["caption"] == picture.alt
    assert found["publisher"]["name"] == "生活支援共創プラットフォーム事務局"


def test_what_is_unknown_is_left_out_and_follows_edits(client):
    case = CaseStudyFactory(published=True)

    found = structured(client.get(case.get_absolute_url()))["Article"]
    case.title, case.subtitle = "新しい題名", "あとから"
    case.save()
    case.after_change()
    edited = structured(client.get(case.get_absolute_url()))["Article"]

    unknown = {"alternativeHeadline", "author", "image", "video", "isBasedOn", "spatialCoverage", "keywords"}
    assert unknown.isdisjoint(found)
    assert (edited["headline"], edited["alternativeHeadline"]) == ("新しい題名", "あとから")


def test_organization_says_what_its_page_says(client, place, theme):
    shown = OrganizationFactory(
        published=True,
        regions=[place],
        themes=[theme],
        corporate_number="7000012050002",
        website="https://example.jp/",
        show_website=True,
        address="本町1-1",
        postal_code="113-0001",
        contact_phone="03-0000-0000",
    )
    silent = OrganizationFactory(published=True, kind=OrganizationKind.RESIDENTS, website="https://example.jp/2")

    found, little = (structured(client.get(one.get_absolute_url())) for one in (shown, silent))

    found = found["NGO"]
    assert found["url"] == SITE + shown.get_absolute_url()
    assert found["identifier"]["value"] == "7000012050002"
    assert found["sameAs"] == "https://example.jp/"
    assert found["address"]["streetAddress"] == "本町1-1"
    assert found["contactPoint"]["telephone"] == "03-0000-0000"
    assert found["areaServed"][0]["name"] == "東京都文京区"
    assert found["knowsAbout"] == [theme.name]
    assert set(little["Organization"]) == {"@context", "@type", "name", "description", "url", "mainEntityOfPage"}


def test_policy(client):
    nation = Region.objects.get(code="00")
    policy = PolicyFactory(published=True, regions=[nation], applicants=["municipality"])
    PolicyAmount.objects.create(policy=policy, label="第1層", amount=8_000_000, per="市町村")
    PolicyAmount.objects.create(policy=policy, label="そのほか", amount=None)
    policy.after_change()

    found = structured(client.get(policy.get_absolute_url()))["GovernmentService"]

    assert (found["name"], found["serviceType"]) == (policy.title, "事業・補助金")
    assert found["provider"]["@type"] == "GovernmentOrganization"
    assert found["provider"]["name"] == policy.organization.name
    assert found["areaServed"] == [{"@type": "Country", "name": "日本"}]
    assert found["audience"] == [{"@type": "Audience", "audienceType": "市町村"}]
    (grant,) = found["serviceOutput"]
    assert (grant["name"], grant["amount"]["value"], grant["amount"]["currency"]) == ("第1層", 8_000_000, "JPY")


def event_of(client, **fields):
    event = EventFactory(published=True, start_date=date(2026, 12, 5), **fields)
    return event, structured(client.get(event.get_absolute_url()))["Event"]


def test_event_at_a_venue(client):
    event, found = event_of(
        client, fee=0, capacity=30, address="飯山市大字飯山1110-1", application="needed", is_full=True
    )

    assert (found["startDate"], found["endDate"]) == ("2026-12-05T13:30:00+09:00", "2026-12-05T16:00:00+09:00")
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert found["location"] == [
        {
            "@type": "Place",
            "name": "中央公民館",
            "address": {"@type": "PostalAddress", "streetAddress": "飯山市大字飯山1110-1", "addressCountry": "JP"},
        }
    ]
    assert found["organizer"][0]["name"] == event.organization.name
    assert (found["offers"]["price"], found["offers"]["priceCurrency"]) == (0, "JPY")
    assert found["offers"]["availability"] == "https://schema.org/SoldOut"
    assert found["isAccessibleForFree"] is True
    assert found["maximumAttendeeCapacity"] == 30


def test_event_on_line_and_at_a_venue_that_was_cancelled(client):
    event, found = event_of(client, format="hybrid", state="cancelled")

    assert found["eventStatus"] == "https://schema.org/EventCancelled"
    assert found["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in found["location"]] == ["Place", "VirtualLocation"]
    assert found["location"][1]["url"] == SITE + event.get_absolute_url()
    assert {"offers", "isAccessibleForFree", "maximumAttendeeCapacity"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({"start_time": None, "end_time": None}, "2026-12-05", "2026-12-05"),
        ({"start_time": time(0, 0)}, "2026-12-05T00:00:00+09:00", "2026-12-05T16:00:00+09:00"),
    ],
)
def test_days_and_times(client, fields, start, end):
    _, found = event_of(client, **fields)

    assert (found["startDate"], found["endDate"]) == (start, end)


def test_month_without_a_day(client):
    event = EventFactory(
        published=True,
        only_month_known=True,
        start_date=date(2026, 12, 1),
        end_date=date(2026, 12, 31),
        start_time=None,
        end_time=None,
        venue="",
        format="",
    )

    found = structured(client.get(event.get_absolute_url()))["Event"]

    assert found["startDate"] == "2026-12"
    assert {"endDate", "location", "eventAttendanceMode"}.isdisjoint(found)


def test_recordings(client):
    event = EventFactory(published=True)
    own = EventVideoFactory(event=event, transcript="はじめます。")
    EventVideoFactory(
        event=event, url="https://www.youtube.com/watch?v=abcdefghijk", file="", file_format="", size=None
    )
    EventVideoFactory(event=event, url="https://example.jp/v", file="", file_format="", size=None, chapters="")
    event.after_change()

    mine, theirs, unknown = structured(client.get(event.get_absolute_url()))["Event"]["recordedIn"]

    assert mine["contentUrl"] == SITE + own.file_address
    assert (mine["encodingFormat"], mine["transcript"]) == ("video/webm", "はじめます。")
    assert mine["caption"]["contentUrl"] == SITE + own.captions_address
    assert [clip["startOffset"] for clip in mine["hasPart"]] == [0, 7]
    assert theirs["embedUrl"].startswith("https://www.youtube-nocookie.com/embed/abcdefghijk")
    assert theirs["url"] == "https://www.youtube.com/watch?v=abcdefghijk"
    assert unknown == {"@type": "VideoObject", "name": unknown["name"], "url": "https://example.jp/v"}
    assert {"uploadDate", "thumbnailUrl", "duration"}.isdisjoint({*mine, *theirs})


def test_topic_names_people_by_what_stands_beside_their_posts(client):
    topic = TopicFactory(first_post__byline="生活支援コーディネーター（長野県）")
    PostFactory(topic=topic)

    response = client.get(topic.get_absolute_url())

    found = structured(response)["DiscussionForumPosting"]
    assert found["headline"] == topic.title
    assert found["text"] == "移動支援の担い手が集まりません。"
    assert found["author"] == {"@type": "Person", "name": "生活支援コーディネーター（長野県）"}
    assert found["commentCount"] == found["interactionStatistic"]["userInteractionCount"] == 1
    assert found["datePublished"]
    assert topic.author.display_name not in str(found)


@pytest.mark.parametrize("kind", ["closed board", "hidden first post", "sample"])
def test_topics_that_say_nothing_to_machines(client, kind):
    topic = TopicFactory(
        board=BoardFactory(visibility=Visibility.COORDINATORS if kind == "closed board" else Visibility.PUBLIC),
        is_sample=kind == "sample",
    )
    if kind == "hidden first post":
        topic.posts.update(state=State.DELETED)
    client.force_login(secretariat())

    response = client.get(topic.get_absolute_url())

    assert response.status_code == 200
    assert "DiscussionForumPosting" not in structured(response)


HOSTILE_PAGES = {
    "case": lambda: CaseStudyFactory(title=HOSTILE, summary=HOSTILE, published=True),
    "organization": lambda: OrganizationFactory(name=HOSTILE, summary=HOSTILE, published=True),
    "policy": lambda: PolicyFactory(title=HOSTILE, summary=HOSTILE, published=True),
    "event": lambda: EventFactory(title=HOSTILE, summary=HOSTILE, venue=HOSTILE, published=True),
    "topic": lambda: TopicFactory(
        title=HOSTILE, first_post__body=HOSTILE, first_post__byline=HOSTILE, first_post__html=""
    ),
}
NAME_OF = {"Article": "headline", "DiscussionForumPosting": "headline"}


@pytest.mark.parametrize("kind", HOSTILE_PAGES)
def test_hostile_text_stays_text(client, kind):
    response = client.get(HOSTILE_PAGES[kind]().get_absolute_url())

    html, found = response.content.decode(), structured(response)
    (main,) = [block for block in found.values() if block["@type"] != "BreadcrumbList"]
    assert main[NAME_OF.get(main["@type"], "name")] == HOSTILE
    assert found["BreadcrumbList"]["itemListElement"][-1]["name"] == HOSTILE
    assert html.count("<script>") == 0
    assert metas(response)["og:title"].startswith("</script><script>alert(1)</script>\"'<!--&amp;")


@pytest.mark.parametrize("factory", [CaseStudyFactory, OrganizationFactory, PolicyFactory, EventFactory])
def test_drafts_samples_and_previews_say_nothing_to_machines(client, factory):
    draft, sample, public = factory(), factory(published=True, is_sample=True), factory(published=True)
    client.force_login(secretariat())

    for item in (draft, sample):
        response = client.get(item.get_absolute_url())
        assert structured(response) == {}
        assert metas(response)["robots"] == "noindex"
        assert metas(response)["canonical"] is None
    assert "ld+json" not in previewed_body(public, lambda item: None).html
    assert "ld+json" in client.get(public.get_absolute_url()).content.decode()


def test_what_is_closed_says_nothing_any_more(client):
    case = CaseStudyFactory(published=True)
    client.force_login(member_of(case.organization))

    change_status(case, "close", by=secretariat())

    assert structured(client.get(case.get_absolute_url())) == {}


@pytest.mark.parametrize("model", [CaseStudy, Event])
def test_machines_cost_no_query(client, model, django_assert_num_queries):
    """The structured data stands in the stored page, and the way to it is made of what the page knows."""
    factory = {CaseStudy: CaseStudyFactory, Event: EventFactory}[model]
    item = factory(published=True)
    client.get(item.get_absolute_url())

    with django_assert_num_queries(3 if model is Event else 2):
        client.get(item.get_absolute_url())


def test_pages_of_one_person_and_errors_say_nothing_to_machines(client):
    client.force_login(member_of(OrganizationFactory(published=True)))

    for address in ("/mypage/", "/nowhere/", reverse("account_login")):
        assert "og:" not in client.get(address, follow=True).content.decode()
