from datetime import date, datetime, time

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.models import CaseStudy
from events.models import Event
from forum.models import Board, Topic
from organizations.models import Organization
from platform_site.models import Announcement, RelatedLink
from policies.models import Policy
from publishing.models import StatusChange
from search.models import Entry, Synonym

pytestmark = pytest.mark.django_db


def load_initial():
    call_command("load_initial_content", verbosity=0)


def load_samples(**options):
    call_command("load_sample_content", verbosity=0, **options)


def test_initial_content_is_published_with_its_sources(client):
    load_initial()

    assert (Organization.objects.published().count(), CaseStudy.objects.published().count()) == (7, 4)
    assert (Policy.objects.listed().count(), Event.objects.published().count()) == (8, 2)
    assert Entry.objects.count() == 22
    for item in [*Organization.objects.all(), *CaseStudy.objects.all(), *Policy.objects.all(), *Event.objects.all()]:
        content = client.get(item.get_absolute_url()).content.decode()
        assert "出典" in content
        assert item.source_lines()
        assert "見本" not in content
        assert item.confirmed_at


def test_the_policies_have_the_amounts_of_the_slides():
    load_initial()

    amounts = {policy.title[:12]: [row.amount for row in policy.amounts.all()] for policy in Policy.objects.all()}
    assert amounts == {
        "生活支援体制整備事業": [8_000_000, 4_000_000],
        "住民参画・官民連携推進事": [4_000_000],
        "生活支援コーディネーター": [8_000_000, 4_000_000, 4_000_000],
        "地域ケア会議推進事業の拡": [300_000],
        "包括的支援事業を活用した": [],
        "高齢者の生活支援を地域の": [],
        "高齢者の地域での日常生活": [],
        "生活支援体制整備事業に係": [],
    }
    assert Policy.objects.get(kind="budget").budget == 180_000_000_000
    assert [policy.standing for policy in Policy.objects.filter(standing="proposed")] == ["proposed"]
    assert set(Policy.objects.exclude(subsidy_permille=None).values_list("subsidy_permille", flat=True)) == {385}


def test_initial_content_knows_the_places(client):
    load_initial()

    hotel = CaseStudy.objects.get(title__startswith="沿線まるごとホテル")

    assert [region.full_name for region in hotel.regions.all()] == ["東京都青梅市", "東京都奥多摩町"]
    assert [partner.name for partner in hotel.partner_organizations.all()] == ["東日本旅客鉄道株式会社"]
    assert "聞いてみる" in client.get(hotel.get_absolute_url()).content.decode()


def test_initial_links_announcement_and_synonyms():
    load_initial()

    assert RelatedLink.objects.count() == 5
    assert Announcement.objects.count() == 1
    assert Synonym.objects.filter(words__contains="通いの場").exists()
    words = [word for row in Synonym.objects.all() for word in row.words.split("、")]
    assert len(words) == len(set(words))


def test_second_load_changes_nothing_that_people_changed():
    load_initial()
    case = CaseStudy.objects.get(title__startswith="沿線")
    CaseStudy.objects.filter(pk=case.pk).update(title="書き直した題名", confirmed_at="2030-01-01")
    Synonym.objects.all().delete()
    before = StatusChange.objects.count()

    load_initial()

    case.refresh_from_db()
    assert (case.title, case.confirmed_at.year) == ("書き直した題名", 2030)
    assert CaseStudy.objects.count() == 4
    assert Synonym.objects.count() == 0
    assert StatusChange.objects.count() == before


def test_nothing_is_loaded_without_regions(monkeypatch):
    monkeypatch.setattr("platform_site.management.commands.load_initial_content.Region.objects.exists", lambda: False)

    with pytest.raises(CommandError, match="load_taxonomy"):
        load_initial()


def test_samples_are_the_same_each_time():
    load_samples()
    first = list(CaseStudy.objects.order_by("title").values_list("title", "regions", "published_at"))
    load_samples()
    assert CaseStudy.objects.count() == 60

    load_samples(remove=True)
    load_samples()

    assert list(CaseStudy.objects.order_by("title").values_list("title", "regions", "published_at")) == first


def test_the_symposiums_lead_to_their_cases_and_say_what_is_unknown(client):
    load_initial()
    first, second = Event.objects.order_by("start_date")

    html = client.get(first.get_absolute_url()).content.decode()
    assert all(case.title in html for case in CaseStudy.objects.all())
    assert "令和7年3月（日にちは不明）" in html
    assert first.title in client.get(CaseStudy.objects.first().get_absolute_url()).content.decode()
    assert "令和7年9月（日にちは不明）" in client.get(second.get_absolute_url()).content.decode()
    assert first.title in client.get("/events/archive/").content.decode()


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 11, 25), date(2028, 2, 29), date(2026, 12, 31)])
def test_sample_events_show_every_state_whatever_the_day_is(client, day):
    with time_machine.travel(timezone.make_aware(datetime.combine(day, time(12))), tick=False):
        load_samples()
        html = client.get("/events/").content.decode()
        past = client.get("/events/past/").content.decode()

    for badge in ("中止", "延期", "満員・受付終了", "申込締切間近", "申込受付前", "申込不要"):
        assert f">{badge}</span>" in html, badge
    assert "日にちは未定" in html
    assert ">動画あり</span>" in past
    assert Event.objects.filter(is_sample=True).count() == 9


def test_the_boards_stand_with_a_pinned_welcome(client):
    load_initial()

    html = client.get("/forum/").content.decode()
    for title in ("分野を超えた交流", "分野ごとの交流", "自由な情報発信", "はじめに：この掲示板の使い方"):
        assert title in html
    # Boards for some are not even named to others.
    assert "コーディネーターと行政の部屋" not in html
    assert Board.objects.count() == 5
    welcome = Topic.objects.get()
    assert welcome.pinned_at
    assert "事務局" in client.get(welcome.get_absolute_url()).content.decode()


def test_sample_topics_are_marked_and_go_again():
    load_initial()
    load_samples()

    topics = Topic.objects.filter(is_sample=True)
    assert topics.count() == 3
    assert all(topic.title.startswith("【見本】") for topic in topics)
    assert topics.solved().count() == topics.unanswered().count() == 1
    load_samples(remove=True)
    assert Topic.objects.count() == 1
    assert sorted(Entry.objects.filter(kind__in=["topic", "post"]).values_list("kind", flat=True)) == ["topic"]
