"""The yearly question: who is asked when, and what stale content looks like."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cases.models import CaseStudy, Stage
from organizations.models import Organization
from publishing.actions import confirm
from publishing.freshness import ASK_AFTER, STALE_AFTER
from publishing.freshness_actions import MOST_IN_ONE_MAIL, ask_for_confirmation, remind, show_stale
from publishing.models import FreshnessQuestion, Status
from search.actions import index
from search.models import Card, Entry
from tests.factories import CaseStudyFactory, OrganizationFactory, member_of, owner_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today(time_machine):
    time_machine.move_to("2026-11-25T09:30:00+09:00", tick=False)
    return date(2026, 11, 25)


@pytest.fixture
def organization(today):
    return OrganizationFactory(published=True, name="朝日町社協")


@pytest.fixture
def owner(organization):
    return owner_of(organization)


def confirmed_on(day, organization, **fields):
    case = CaseStudyFactory(published=True, organization=organization, **fields)
    CaseStudy.objects.filter(pk=case.pk).update(confirmed_at=day)
    case.refresh_from_db()
    return case


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Run a job and return the mails it sent."""

    def run(job):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            job()
        return mail.outbox[before:]

    return run


# Asking


def test_owner_gets_one_mail_about_everything_that_is_due(sent, organization, owner, today):
    first = confirmed_on(today - ASK_AFTER, organization, title="朝市の送迎")
    second = confirmed_on(today - ASK_AFTER - DAY, organization, title="配食")
    member_of(organization)  # an editor is not asked while there is an owner

    (message,) = sent(ask_for_confirmation)

    assert message.to == [owner.email]
    assert message.subject.endswith("掲載内容の確認のお願い（2件）")
    assert message.body.index("配食") < message.body.index("朝市の送迎")
    assert message.body.count("/freshness/") == 6
    assert "令和9年2月23日まで使えます" in message.body
    assert "<" not in message.body
    for case in (first, second):
        case.refresh_from_db()
        assert case.freshness_asked_on == today


def test_day_before_a_year_is_over_nobody_is_asked(sent, organization, owner, today):
    confirmed_on(today - ASK_AFTER + DAY, organization)

    assert sent(ask_for_confirmation) == []
    assert not FreshnessQuestion.objects.exists()


def test_asked_again_neither_today_nor_tomorrow_but_next_year(sent, organization, owner, today, time_machine):
    confirmed_on(today - ASK_AFTER, organization)
    sent(ask_for_confirmation)

    assert sent(ask_for_confirmation) == []
    time_machine.move_to("2026-11-26T09:30:00+09:00", tick=False)
    assert sent(ask_for_confirmation) == []
    time_machine.move_to("2027-11-25T09:30:00+09:00", tick=False)
    # The organization, whose page nobody has confirmed since either, comes along.
    (message,) = sent(ask_for_confirmation)
    assert "（2件）" in message.subject


def test_what_would_come_up_within_half_a_year_is_taken_along(sent, organization, owner, today):
    confirmed_on(today - ASK_AFTER, organization, title="いちばん古い")
    confirmed_on(today - timedelta(days=181), organization, title="半年より前")
    confirmed_on(today - timedelta(days=179), organization, title="まだ新しい")

    (message,) = sent(ask_for_confirmation)

    assert "いちばん古い" in message.body
    assert "半年より前" in message.body
    assert "まだ新しい" not in message.body


def test_each_owner_is_asked_with_links_of_their_own(sent, organization, owner, today):
    other = owner_of(organization)
    confirmed_on(today - ASK_AFTER, organization)

    messages = sent(ask_for_confirmation)

    assert {message.to[0] for message in messages} == {owner.email, other.email}
    assert len({line for message in messages for line in message.body.splitlines() if "/freshness/" in line}) == 6


def test_without_owner_the_members_are_asked_and_without_members_nobody(sent, organization, today):
    confirmed_on(today - ASK_AFTER, organization)
    alone = confirmed_on(today - ASK_AFTER, OrganizationFactory(published=True))
    editor = member_of(organization)
    member_of(organization, is_active=False)

    messages = sent(ask_for_confirmation)

    assert [message.to for message in messages] == [[editor.email]]
    alone.refresh_from_db()
    assert alone.freshness_asked_on is None


def test_drafts_closed_and_ended_things_are_not_asked_about(sent, organization, owner, today):
    long_ago = today - 2 * ASK_AFTER
    confirmed_on(long_ago, organization, stage=Stage.ENDED)
    CaseStudyFactory(organization=organization, confirmed_at=long_ago)
    CaseStudyFactory(
        organization=organization, status=Status.CLOSED, published_at=timezone.now(), confirmed_at=long_ago
    )

    assert sent(ask_for_confirmation) == []


def test_organization_itself_is_asked_about(sent, organization, owner, today):
    Organization.objects.update(confirmed_at=today - ASK_AFTER)

    (message,) = sent(ask_for_confirmation)

    assert "団体：朝日町社協" in message.body


def test_more_than_fits_in_a_mail_comes_the_next_day(sent, organization, owner, today, time_machine):
    for _ in range(MOST_IN_ONE_MAIL + 2):
        confirmed_on(today - ASK_AFTER, organization)

    (first,) = sent(ask_for_confirmation)
    assert f"（{MOST_IN_ONE_MAIL}件）" in first.subject
    time_machine.move_to("2026-11-26T09:30:00+09:00", tick=False)
    (second,) = sent(ask_for_confirmation)
    assert "（2件）" in second.subject


def test_stopped_between_noting_and_mailing_goes_on(sent, organization, owner, today, monkeypatch):
    confirmed_on(today - ASK_AFTER, organization)
    with monkeypatch.context() as patched:
        patched.setattr("publishing.freshness_actions._mail_everybody", lambda today: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ask_for_confirmation()

    assert len(sent(ask_for_confirmation)) == 1


@pytest.mark.parametrize(
    ("confirmed", "asked"),
    [("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28"), ("2027-03-01", "2028-02-29")],
)
def test_leap_years(sent, time_machine, confirmed, asked):
    time_machine.move_to(f"{asked}T09:30:00+09:00", tick=False)
    organization = OrganizationFactory(published=True)
    owner_of(organization)
    confirmed_on(date.fromisoformat(confirmed), organization)

    assert len(sent(ask_for_confirmation)) == 1
    assert sent(ask_for_confirmation) == []


def test_turn_of_the_year(sent, time_machine):
    time_machine.move_to("2026-12-31T23:59:00+09:00", tick=False)
    organization = OrganizationFactory(published=True)
    owner_of(organization)
    confirmed_on(date(2026, 1, 1), organization)

    assert sent(ask_for_confirmation) == []
    time_machine.move_to("2027-01-01T00:00:00+09:00", tick=False)
    assert len(sent(ask_for_confirmation)) == 1


def test_script_in_a_title_and_a_line_break_in_a_name_stay_text(sent, organization, owner, today):
    confirmed_on(today - ASK_AFTER, organization, title="<script>alert(1)</script>\r\nBcc: all@example.jp")
    type(owner).objects.update(display_name="花子\r\nBcc: all@example.jp")

    (message,) = sent(ask_for_confirmation)

    assert message.recipients() == [owner.email]
    assert not message.message()["Bcc"]


@pytest.mark.parametrize("count", [1, 12])
def test_queries_of_a_mail_grow_by_item_and_not_by_the_square(
    organization, owner, today, count, django_assert_max_num_queries
):
    for _ in range(count):
        confirmed_on(today - ASK_AFTER, organization)

    with django_assert_max_num_queries(40 + 20 * count):
        ask_for_confirmation()


# Reminding


def test_reminded_once_after_thirty_days(sent, organization, owner, today, time_machine):
    confirmed_on(today - ASK_AFTER, organization)
    sent(ask_for_confirmation)

    time_machine.move_to("2026-12-24T09:30:00+09:00", tick=False)
    assert sent(remind) == []
    time_machine.move_to("2026-12-25T09:30:00+09:00", tick=False)
    (message,) = sent(remind)
    assert "再度のお願い" in message.subject
    assert "先月お尋ねした" in message.body
    assert sent(remind) == []
    time_machine.move_to("2027-01-30T09:30:00+09:00", tick=False)
    assert sent(remind) == []


def test_who_has_confirmed_by_the_button_is_not_reminded(sent, organization, owner, today, time_machine):
    case = confirmed_on(today - ASK_AFTER, organization)
    sent(ask_for_confirmation)
    confirm(case, on=today, by=owner)

    time_machine.move_to("2026-12-26T09:30:00+09:00", tick=False)

    assert sent(remind) == []


def test_left_members_are_not_reminded(sent, organization, owner, today, time_machine):
    confirmed_on(today - ASK_AFTER, organization)
    sent(ask_for_confirmation)
    type(owner).objects.update(is_active=False)

    time_machine.move_to("2026-12-26T09:30:00+09:00", tick=False)

    assert sent(remind) == []


# Stale content


def listed():
    return list(
        Entry.objects.filter(kind="case").order_by("-published_at", "-object_id").values_list("object_id", flat=True)
    )


def test_stale_case_says_so_and_sinks_until_it_is_confirmed(client, organization, today, time_machine):
    old = confirmed_on(today - STALE_AFTER, organization)
    new = confirmed_on(today, organization)
    CaseStudy.objects.filter(pk=old.pk).update(published_at=timezone.now() + DAY)
    old.refresh_from_db()
    index(old)
    assert listed() == [old.pk, new.pk]
    assert "内容の確認がありません" not in client.get(old.get_absolute_url()).content.decode()

    time_machine.move_to("2026-11-26T01:10:00+09:00", tick=False)
    assert show_stale() == 1

    assert listed() == [new.pk, old.pk]
    assert "1年以上、内容の確認がありません" in Card.objects.get(entry__object_id=old.pk, entry__kind="case").html
    assert "1年以上、内容の確認がありません" in client.get(old.get_absolute_url()).content.decode()

    confirm(old, on=timezone.localdate())

    assert listed() == [old.pk, new.pk]
    assert "内容の確認がありません" not in client.get(old.get_absolute_url()).content.decode()


def test_stale_organization_says_so(client, organization, today):
    Organization.objects.update(confirmed_at=today - STALE_AFTER - DAY)

    show_stale()

    assert "1年以上、内容の確認がありません" in client.get(organization.get_absolute_url()).content.decode()


def test_what_got_stale_while_no_worker_ran_is_found(organization, today):
    confirmed_on(today - STALE_AFTER - 20 * DAY, organization)
    confirmed_on(today - STALE_AFTER - 200 * DAY, organization)  # was found long ago

    assert show_stale() == 1


def test_ended_case_cannot_get_stale(organization, today):
    case = confirmed_on(today - 3 * ASK_AFTER, organization, stage=Stage.ENDED)

    assert not case.is_stale
    assert case.listed_at == case.published_at
    assert show_stale() == 0
