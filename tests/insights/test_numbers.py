"""The page of numbers: who reads it, what it counts, and that what is not known is not 0."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from accounts.roles import Role
from forum.models import Subscriber
from insights import panels, periods
from insights.numbers import cells, contents, mails, questions, reviews, searches
from insights.panels import Panel, Question, Table
from insights.working_time import WorkingDays, percentile
from mailing.models import MailStatus, OutgoingMail
from publishing.actions import change_status
from publishing.freshness import STALE_AFTER
from publishing.models import Status
from publishing.working_days import working_days_between
from search.models import MissedSearch
from start.demand_panel import demand
from start.models import Demand, Part
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory, OrganizationFactory, TopicFactory, UserFactory, owner_of, secretariat

pytestmark = pytest.mark.django_db
PAGE = "/insights/"
# A Saturday; Monday 23 November was a holiday.
NOW = "2026-11-28 12:00 +0900"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def asked():
    return Question(periods.period(periods.RECENT, timezone.localdate()))


def moment(month, day, hour=12):
    return timezone.make_aware(datetime(2026, month, day, hour))


def row(panel, table, name):
    """The cells behind ``name`` in the table of that name."""
    (found,) = [one for one in panel.tables if one.name == table]
    return next(list(cells_)[1:] for cells_ in found.rows if str(cells_[0]) == name)


def figures(panel):
    return [figure.value for figure in panel.figures]


def in_nagano(role, region="20"):
    person = UserFactory(role=role)
    person.role_assignments.update(region=region)
    return person


# Who reads it


def test_prefectural_staff_read_it_with_their_prefecture_chosen(client):
    client.force_login(in_nagano(Role.PREFECTURAL))

    html = client.get(PAGE).content.decode()

    assert '<option value="20" selected>長野県</option>' in html
    assert "最近の13か月、長野県について" in html
    # They may look at the whole nation, too.
    assert "全国について" in client.get(PAGE, {"region": ""}).content.decode()


def test_others_are_refused_with_a_sentence_and_visitors_led_to_the_sign_in_page(client):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"

    client.force_login(in_nagano(Role.MUNICIPAL, "202134"))

    response = client.get(PAGE)
    assert response.status_code == 403
    assert "事務局の数字を見られるのは" in response.content.decode()


def test_titles_of_drafts_and_links_into_the_admin_are_for_those_who_may_follow_them(client):
    organization = OrganizationFactory(published=True)
    case = CaseStudyFactory(organization=organization, title="審査を待つ朝市")
    change_status(case, "submit", by=owner_of(organization))

    for person, may in ((secretariat(), True), (UserFactory(role=Role.MINISTRY), False)):
        client.force_login(person)
        html = client.get(PAGE).content.decode()
        assert ("審査を待つ朝市" in html) == may
        assert ("/admin/search/synonym/add/" in html) == may


def test_secretariat_is_led_there_from_its_pages(client):
    client.force_login(secretariat())

    for address in ("/mypage/", "/review/"):
        assert PAGE in client.get(address).content.decode()


@pytest.mark.parametrize("data", [{"period": "\0"}, {"period": "1999"}, {"region": "99"}, {"region": "😀" * 9_999}])
def test_what_is_not_known_is_said_and_left_out(client, data):
    client.force_login(secretariat())

    response = client.get(PAGE, data)

    assert response.status_code == 200
    assert ("ため、" in response.content.decode()) == (data != {"period": "\0"})


# How much it asks


def test_query_count_does_not_grow_and_numbers_are_kept(client, django_assert_max_num_queries):
    client.force_login(secretariat())
    client.get(PAGE)

    def ask(most):
        with django_assert_max_num_queries(most) as queries:
            client.get(PAGE)
        return len(queries)

    panels.cache.clear()
    before = ask(25)
    for _ in range(5):
        TopicFactory(published_at=moment(11, 2))
        CaseStudyFactory(published=True, origin=CaseStudyFactory(published=True))
        MissedSearch.objects.create(words=f"朝市{_}", kind="case", day=timezone.localdate())
    panels.cache.clear()
    assert ask(before) <= before
    ask(12)


# Periods


def test_periods_are_thirteen_months_or_a_fiscal_year_without_what_is_to_come():
    today = date(2026, 11, 28)

    recent, running, past = (periods.period(name, today) for name in (periods.RECENT, "2026", "2025"))

    assert (recent.first, recent.months[-1], len(recent.months)) == (date(2025, 11, 1), date(2026, 11, 1), 13)
    assert (running.first, running.months[-1], running.end) == (date(2026, 4, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert (past.first, past.months[-1], len(past.months)) == (date(2025, 4, 1), date(2026, 3, 1), 12)
    assert list(periods.choices(date(2027, 3, 31)).values())[1] == "令和8年度（2026年度）"


# Days to the first answer


def test_working_days_are_those_of_the_reviews():
    first, last = date(2025, 12, 20), date(2026, 1, 12)
    days = WorkingDays(first, last)

    for count in range((last - first).days):
        end = first + timedelta(days=count)
        moments = [timezone.make_aware(datetime.combine(day, datetime.min.time())) for day in (first, end)]
        assert days.between(first, end) == working_days_between(*moments)


def test_percentiles_lie_between_values_and_nothing_has_none():
    assert percentile(Counter(), 0.5) is None
    assert percentile(Counter({3: 1}), 0.9) == 3
    assert percentile(Counter({0: 1, 1: 1, 2: 1, 9: 1}), 0.5) == 1.5
    assert percentile(Counter(range(11)), 0.9) == 9


def test_days_to_the_first_answer_are_working_days_by_the_month_of_the_question(asked):
    TopicFactory(published_at=moment(11, 20), answered_at=moment(11, 24))  # over a weekend and a holiday: 1
    TopicFactory(published_at=moment(11, 16), answered_at=moment(11, 16, 18))  # the same day: 0
    TopicFactory(published_at=moment(11, 2), answered_at=moment(11, 11))  # 3 November is a holiday: 6
    TopicFactory(published_at=moment(11, 26))  # waits: 1
    TopicFactory(published_at=moment(10, 1))  # waits
    TopicFactory(
        published_at=moment(9, 1), solved_at=moment(9, 2)
    )  # solved without an answer: neither waits nor counts
    TopicFactory(published_at=moment(11, 2), purpose="chat")

    panel = questions.count(asked)

    assert row(panel, "answers", "令和8年11月") == [4, 3, 1, 5.0, 1]
    assert row(panel, "answers", "令和8年10月") == [1, 0, None, None, 1]
    assert row(panel, "answers", "令和8年9月") == [1, 0, None, None, 0]
    assert row(panel, "answers", "令和8年8月") == [0, 0, None, None, 0]
    waited = working_days_between(moment(10, 1), timezone.now())
    assert figures(panel) == [2, 1, waited]


def test_unanswered_topics_are_named_to_those_who_may_read_them(asked):
    topic = TopicFactory(published_at=moment(11, 2), title="送迎の保険")
    topic.regions.add(Region.objects.get(code="202134"))
    closed = TopicFactory(published_at=moment(11, 2), title="内々の相談", board__visibility="coordinators")
    staff, ministry = in_nagano(Role.PREFECTURAL), UserFactory(role=Role.MINISTRY)

    def named(user, prefecture=""):
        panel = questions.questions(Question(asked.period, prefecture), user)
        return {str(cell) for cell, _ in panel.tables[0].rows}, panel.figures[0].value

    assert named(staff) == ({topic.title, closed.title}, 2)
    assert named(ministry) == ({topic.title}, 2)
    assert named(staff, "20") == ({topic.title}, 1)
    assert named(staff, "13") == (set(), 0)


# Reviews


def test_what_waits_and_what_was_sent_back_is_counted_by_kind_in_working_days(asked, time_machine):
    organization = OrganizationFactory(published=True, regions=[Region.objects.get(code="20")])
    owner, reviewer = owner_of(organization), secretariat()
    waiting, returned, mended = (
        CaseStudyFactory(organization=organization, regions=[Region.objects.get(code=code)])
        for code in ("20", "13", "13")
    )
    time_machine.move_to("2026-11-20 12:00 +0900", tick=False)
    for case in (waiting, returned, mended):
        change_status(case, "submit", by=owner)
    time_machine.move_to("2026-11-24 12:00 +0900", tick=False)
    for case in (returned, mended):
        change_status(case, "return", by=reviewer, note="直してください。")
    change_status(mended, "submit", by=owner)
    time_machine.move_to(NOW, tick=False)

    panel = reviews.count(asked)

    assert row(panel, "kinds", "事例") == [2, 4, 1, 3]
    assert row(panel, "kinds", "団体") == [0, None, 0, None]
    assert row(panel, "decided", "令和8年11月") == [2, 2, 1]
    assert row(panel, "decided", "令和8年10月") == [0, 0, None]
    assert figures(panel) == [2, 4, 1]
    assert figures(reviews.count(Question(asked.period, "20"))) == [1, 4, 0]


# Contents


def test_new_things_are_counted_by_month_also_what_is_stale_by_now(asked):
    nagano = [Region.objects.get(code="202134")]
    for day in (moment(11, 1, 0), moment(10, 31, 23)):
        CaseStudyFactory(published=True, published_at=day, regions=nagano)
    long_ago = timezone.localdate() - STALE_AFTER - timedelta(days=1)
    old = CaseStudyFactory(published=True, published_at=moment(10, 1), confirmed_at=long_ago, title="古い朝市")
    CaseStudyFactory(published=True, published_at=moment(10, 2), status=Status.DRAFT)

    panel = contents.new(asked)

    assert row(panel, "months", "令和8年11月")[1] == 1
    assert row(panel, "months", "令和8年10月")[1] == 2
    assert row(panel, "months", "令和8年9月")[1] == 0
    assert contents.new(Question(asked.period, "20")).figures[1].value == 2
    stale = contents.stale(asked)
    assert row(stale, "kinds", "事例") == [3, 1]
    (oldest,) = stale.tables[1].rows
    assert (str(oldest[0]), oldest[0].url, oldest[2]) == ("古い朝市", old.get_absolute_url(), long_ago)
    assert row(contents.stale(Question(asked.period, "20")), "kinds", "事例") == [2, 0]


def test_cases_that_began_from_others_do_not_name_an_origin_that_is_no_longer_public(asked):
    origin, gone = CaseStudyFactory(published=True), CaseStudyFactory(status=Status.CLOSED, title="やめた朝市")
    for one in (origin, gone):
        CaseStudyFactory(published=True, origin=one, published_at=moment(11, 5))

    panel = contents.followers(asked)

    assert figures(panel) == [2]
    assert {str(cell) for _, cell in panel.tables[1].rows} == {origin.title, "公開を終了した事例"}


def test_empty_combinations_are_listed_in_the_order_of_the_codes_and_those_with_cases_are_not(asked):
    themes = list(Theme.objects.order_by("position"))
    places = Region.objects.filter(code__in=["202134", "131016", "131024"])
    CaseStudyFactory(published=True, themes=themes[:2], regions=places)
    CaseStudyFactory(published=True, themes=themes, regions=[Region.objects.get(code="00")])
    CaseStudyFactory(themes=themes, regions=places)

    panel = cells.cells(asked)

    empty, counts = panel.tables
    assert [len(counts.rows), {len(found) for found in counts.rows}] == [23, {48}]
    assert figures(panel) == [23 * 47 - 4]
    # Two wards of Tokyo are one prefecture.
    assert row(panel, "counts", themes[0].name)[12] == 1
    assert [found[0] for found in empty.rows] == [place.name for place in Region.objects.prefectures()]
    assert row(panel, "empty", "長野県") == ["、".join(theme.name for theme in themes[2:])]
    narrowed = cells.cells(Question(asked.period, "20"))
    assert [found[0] for found in narrowed.tables[0].rows] == ["長野県"]
    assert row(narrowed, "counts", themes[1].name) == [1]


# Words, mails


def test_words_that_found_nothing_are_summed_over_the_period_and_lead_to_a_new_search(asked):
    for day, words in ((date(2026, 11, 1), "a&b"), (date(2025, 11, 1), "a&b"), (date(2025, 10, 31), "昔")):
        MissedSearch.objects.create(words=words, kind="case", day=day, count=3)

    (found,) = searches.searches(asked).tables[0].rows

    assert found[:3] == ["a&b", "事例", 6]
    assert found[3].url == "/cases/?q=a%26b"


def test_mails_and_subscribers_are_numbers_without_names(asked):
    OutgoingMail.objects.create(to="hanako@example.jp", subject="題", status=MailStatus.FAILED)
    Subscriber.objects.create(email="taro@example.jp").subscriptions.create()

    panel = mails.mails(asked)

    assert figures(panel) == [1, 0, 1]
    assert "example.jp" not in repr(panel)


def test_what_people_missed_is_summed_by_what_they_wanted(asked):
    theme, region = Theme.objects.order_by("position").first(), Region.objects.get(code="202134")
    for day, count in ((date(2026, 11, 1), 2), (date(2026, 10, 1), 3), (date(2025, 10, 31), 9)):
        Demand.objects.create(theme=theme, region=region, part=Part.values[0], day=day, count=count)
    Demand.objects.create(part=Part.values[0], day=date(2026, 11, 2))

    panel = demand(asked)

    assert figures(panel) == [6]
    assert row(panel, "months", "令和8年10月") == [3]
    assert [list(found)[1:] for found in panel.tables[1].rows] == [
        [theme.name, "長野県飯山市", 5],
        ["すべての分野", "すべての地域", 1],
    ]
    assert figures(demand(Question(asked.period, "20"))) == [5]
    assert figures(demand(Question(asked.period, "13"))) == [0]


# Files


def test_each_table_is_a_file_without_formulas(client):
    MissedSearch.objects.create(words="=cmd()", kind="all", day=timezone.localdate())
    TopicFactory(published_at=moment(11, 26))
    client.force_login(secretariat())

    words = client.get(f"{PAGE}searches/words.csv")
    answers = client.get(f"{PAGE}questions/answers.csv?period=2026&region=")

    assert words.content.startswith("\ufeff見つからなかった言葉".encode())
    assert words.content.count(b"\r\n") == words.content.count(b"\n") == 3
    assert list(csv.reader(StringIO(words.content.decode("utf-8-sig"))))[2][:3] == ["'=cmd()", "サイト内検索", "1"]
    lines = list(csv.reader(StringIO(answers.content.decode("utf-8-sig"))))
    assert lines[0] == ["答えを待っている相談：最初の答えがつくまでの営業日", "令和8年度（2026年度）", "全国"]
    assert lines[-1] == ["令和8年11月", "1", "0", "", "", "1"]
    assert client.get(f"{PAGE}questions/nothing.csv").status_code == 404


# The registry


def test_apps_above_add_panels_of_their_own(client, monkeypatch):
    monkeypatch.setattr(panels, "_registered", dict(panels._registered))

    @panels.register("wishes", "声の数", is_local=True)
    def wishes(asked):
        return Panel(tables=[Table("places", "場所ごと", ["場所", "件数"], [[asked.prefecture, None]], is_open=True)])

    client.force_login(secretariat())

    html = client.get(PAGE, {"region": "20"}).content.decode()
    assert "声の数" in html
    assert '<td class="table__number">—</td>' in html
    assert client.get(f"{PAGE}wishes/places.csv?region=20").content.decode().endswith("20,\r\n")
