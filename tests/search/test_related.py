"""What stands around the pages: alike things of every kind, and what the board says about them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.case_drafts import draft_case
from forum.indexing import index_topic
from forum.models import NAMED
from forum.permissions import Visibility
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

FACTORIES = {
    "case": CaseStudyFactory,
    "policy": PolicyFactory,
    "event": EventFactory,
    "organization": OrganizationFactory,
}
HEADINGS = {
    "case": "事例",
    "policy": "施策・予算",
    "event": "これからのイベント",
    "organization": "団体",
    "topic": "掲示板の話題",
}
HERE, NEAR, FAR, NATION = "202134", "202011", "131016", "00"


def made(kind, title, *places, theme="mobility"):
    regions, themes = [Region.objects.get(code=code) for code in places], Theme.objects.filter(slug=theme)
    if kind == "topic":
        topic = TopicFactory(title=title)
        topic.regions.set(regions)
        topic.themes.set(themes)
        index_topic(topic)
        return topic
    name = "name" if kind == "organization" else "title"
    return FACTORIES[kind](published=True, regions=regions, themes=themes, **{name: title})


def page(client, item):
    response = client.get(item.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def alike(html):
    """What the page names beside its own kind: text of the part by heading."""
    part = html.partition('id="alike"')[2].partition("</section>")[0]
    pieces = [piece.partition("</dt>") for piece in part.split("<dt>")[1:]]
    return {heading.strip(): text for heading, _, text in pieces}


def test_pages_name_alike_things_of_the_other_kinds_the_closest_first_and_say_why(client):
    items = {kind: made(kind, f"この町の{kind}", HERE) for kind in HEADINGS}
    for kind in HEADINGS:
        made(kind, f"全国の{kind}", NATION)
        made(kind, f"よその分野の{kind}", HERE, theme="meals")

    for kind, item in items.items():
        groups = alike(page(client, item))

        others = [other for other in HEADINGS if other != kind]
        assert [heading for heading in groups if heading != HEADINGS[kind]] == [HEADINGS[other] for other in others]
        for other in others:
            text = groups[HEADINGS[other]]
            assert text.index(f"この町の{other}") < text.index("同じ分野・同じ都道府県") < text.index(f"全国の{other}")
            assert "よその分野" not in text


def test_a_list_is_filled_up_from_further_away_and_names_everything_once(client):
    case = made("case", "豆腐店の移動販売", HERE)
    for number in range(2):
        topic = made("topic", f"豆腐を売る移動販売車{number}", HERE)
        made("topic", f"よその話題{number}", FAR)

    text = alike(page(client, case))["掲示板の話題"]

    assert [text.count(f"移動販売車{number}") for number in range(2)] == [1, 1]
    assert [text.count(f"よその話題{number}") for number in range(2)] == [0, 1]
    made("topic", "三つめの移動販売車", HERE)
    assert "よその話題" not in alike(page(client, case))["掲示板の話題"]
    assert topic.title in text


def test_what_the_page_names_already_is_not_named_again(client):
    case, policy, event = made("case", "この町", HERE), made("policy", "使った施策", HERE), made("event", "紹介", HERE)
    case.policies.add(policy)
    case.events.add(event)
    index(case)

    of_case, of_policy, of_event = (alike(page(client, item)) for item in (case, policy, event))

    assert "使った施策" not in of_case.get("施策・予算", "")
    assert "これからのイベント" not in of_case
    assert "この町" not in of_policy.get("事例", "")
    assert "この町" not in of_event.get("事例", "")


def test_tags_and_words_make_things_alike_too(client):
    case = made("case", "豆腐店の移動販売", HERE)
    made("topic", "豆腐を売る移動販売車", FAR, theme="meals")
    tagged = made("policy", "商いの継承", FAR, theme="meals")
    for item in (case, tagged):
        item.tags.add("継業")
        index(item)
    EventFactory(
        published=True, title="終わった", themes=case.themes.all(), start_date=timezone.localdate() - timedelta(9)
    )

    groups = alike(page(client, case))

    assert "近い言葉" in groups["掲示板の話題"]
    assert "同じタグ" in groups["施策・予算"]
    assert "これからのイベント" not in groups


def test_topics_that_name_a_thing_stand_on_its_page_and_have_a_list(client):
    items = {kind: made(kind, f"この町の{kind}", HERE) for kind in FACTORIES}
    boards = [BoardFactory(), BoardFactory(visibility=Visibility.MEMBERS)]
    topics = [TopicFactory(title=f"ふれた話{number}", board=boards[0]) for number in range(4)]
    topics += [TopicFactory(title="ひみつの話", board=boards[1]), TopicFactory(title="消した話", state="deleted")]
    for topic in topics:
        for kind, item in items.items():
            getattr(topic, NAMED[kind]).add(item)
        index_topic(topic)
    TopicFactory(title="ほかの話")

    for kind, item in items.items():
        html = page(client, item)
        found = client.get("/forum/search/", {kind: item.pk}).content.decode()

        assert "掲示板で話されていること（4件）" in html
        assert html.count(">ふれた話") == 3
        assert f'href="/forum/search/?{kind}={item.pk}"' in html
        assert f"にふれた話題：この町の{kind}" in found
        assert found.count('class="card__title"') == 4
        for words in ("ひみつの話", "消した話"):
            assert words not in html + found


@pytest.mark.parametrize("value", ["999999", "x", "\x00", "9" * 40, "-1"])
def test_a_list_of_topics_about_something_unknown_says_so(client, value):
    draft = CaseStudyFactory(title="ひみつの下書き")

    html = client.get("/forum/search/", {"case": value}).content.decode()
    of_draft = client.get("/forum/search/", {"case": draft.pk}).content.decode()

    assert value == "\x00" or "は見つかりませんでした。この条件を外して探しています。" in html
    assert "ひみつ" not in of_draft


def test_a_case_made_of_a_topic_names_it(client):
    topic, organization = made("topic", "送迎の相談", HERE), OrganizationFactory(published=True)
    case = draft_case(topic, organization, by=topic.author, key=None)

    case.summary = "送迎です"
    case.save()
    change_status(case, "publish", by=secretariat())

    assert "掲示板で話されていること（1件）" in page(client, case)


def test_the_number_of_queries_does_not_grow(client):
    items = {kind: made(kind, "この町の送迎", HERE) for kind in HEADINGS}

    def count(item):
        page(client, item)
        with CaptureQueriesContext(connection) as captured:
            page(client, item)
        return len(captured)

    few = {kind: count(item) for kind, item in items.items()}
    for number in range(2):
        for kind in HEADINGS:
            made(kind, f"隣町の送迎{number}", NEAR)
        topic = TopicFactory()
        for kind, name in NAMED.items():
            getattr(topic, name).add(items[kind])
        index_topic(topic)

    assert {kind: count(item) for kind, item in items.items()} == few
    # The stored page and what stands around it, and what hangs on the day.
    assert few | {"topic": 0} == {"case": 2, "policy": 4, "event": 3, "organization": 2, "topic": 0}
