"""Importing a table as a member does: choosing, looking, confirming, watching, and everything that goes wrong."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError
from django.utils import timezone
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.roles import OrganizationRole
from events.import_models import EventImport, EventImportRow, ImportStatus, Outcome, Plan
from events.importing import files, saving, writing
from events.importing.columns import STANDARD
from events.models import Event
from organizations.models import Membership
from publishing.models import ConfirmedContent, Review, Status, StatusChange
from search.models import Entry
from taxonomy.models import Region
from tests.events import tables
from tests.factories import EventFactory, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db
UPLOAD = "/events/import/"


@pytest.fixture
def organization():
    return OrganizationFactory(published=True, name="みまもり会", regions=[Region.objects.get(code="372013")])


@pytest.fixture
def member(client, organization):
    user = member_of(organization, OrganizationRole.EDITOR)
    client.force_login(user)
    return user


def choose(client, organization, file, **fields):
    data = {"key": str(uuid.uuid4()), "organization": organization.pk, "file": file, **fields}
    return client.post(UPLOAD, data)


def uploaded(client, organization, *rows, **fields):
    response = choose(client, organization, tables.table(*rows), **fields)
    assert response.status_code == 302, response.context["form"].errors
    return EventImport.objects.latest("pk")


def confirm(client, made, then="keep"):
    """Press the button; the worker then does what it does."""
    response = client.post(f"/events/import/{made.pk}/start/", {"then": then})
    writing.write(made.pk)
    return response


def error(response):
    return response.context["form"].errors["file"][0]


# Choosing


def test_the_page_offers_templates_that_the_site_can_read(client, organization, member):
    page = client.get(UPLOAD).content.decode()
    as_csv, as_excel = client.get("/events/import/template.csv"), client.get("/events/import/template.xlsx")

    assert "/events/import/template.xlsx" in page
    assert as_csv.content.decode("utf-8-sig") == ",".join(STANDARD.values()) + "\r\n"
    with open_workbook(as_excel.content) as workbook:
        table, explained = workbook.worksheets
        assert [cell.value for cell in table[1]] == list(STANDARD.values())
        assert {row[0].value for row in explained.rows} >= set(STANDARD.values()) | {"分野", "開催方法"}


def open_workbook(content):
    workbook = load_workbook(tables.upload(content))

    class Closing:
        def __enter__(self):
            return workbook

        def __exit__(self, *args):
            workbook.close()

    return Closing()


def test_the_only_organization_is_chosen_already(client, organization, member):
    assert client.get(UPLOAD).context["form"].initial["organization"] == organization.pk


def test_visitors_and_people_without_an_organization_are_kept_out(client):
    assert client.get(UPLOAD)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())

    response = client.get(UPLOAD)

    assert response.status_code == 403
    assert "団体のメンバーだけ" in response.content.decode()


def test_another_organization_cannot_be_chosen(client, organization, member):
    response = choose(client, OrganizationFactory(published=True), tables.table(tables.row()))

    assert "organization" in response.context["form"].errors
    assert not EventImport.objects.exists()


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (None, "選んでください"),
        (tables.upload(b""), "空"),
        (tables.upload(b"%PDF-1.4 %%EOF", "a.csv"), "この形式"),
        (tables.upload("こんにちは"), "見出しの行"),
    ],
    ids=["none", "empty", "pdf", "no table"],
)
def test_a_file_that_is_none_is_told_at_its_field(client, organization, member, file, word):
    response = choose(client, organization, file or "")

    assert response.status_code == 200
    assert word in error(response)
    assert f'value="{organization.pk}" selected' in response.content.decode()
    assert not EventImport.objects.exists()


def test_the_form_sent_twice_is_one_import(client, organization, member):
    key = str(uuid.uuid4())

    first = choose(client, organization, tables.table(tables.row()), key=key)
    second = choose(client, organization, tables.table(tables.row()), key=key)

    assert first["Location"] == second["Location"]
    assert EventImport.objects.count() == 1


def test_an_odd_name_of_a_file_does_no_harm(client, organization, member):
    choose(client, organization, tables.upload(tables.text([tables.row()]), "あ" * 200 + "\u202e<i>.csv"))

    made = EventImport.objects.get()
    assert len(made.file_name) == 100
    assert "\u202e" not in made.file_name
    assert "<i>.csv" not in client.get(made.get_absolute_url()).content.decode()


# Looking


def test_the_preview_counts_and_shows_but_writes_nothing(client, organization, member):
    here = {"external_id": "2", "title": "変わる会", "start_date": date(2026, 12, 5), "venue": "中央公民館"}
    EventFactory(published=True, organization=organization, **here)

    made = uploaded(
        client,
        organization,
        tables.row(),
        tables.row(NO="2", イベント名="変わる会", 開始時間="14:00"),
        tables.row(NO="3", 開始日="未定", 定員="多数"),
        tables.row(NO="4", 定員="多数"),
    )
    page = client.get(made.get_absolute_url()).content.decode()

    assert made.plans() == {Plan.NEW: 2, Plan.CHANGE: 1, Plan.SAME: 0, Plan.BROKEN: 1}
    assert "まだ何も載せていません" in page
    assert "4行目" in page
    assert "「未定」" in page
    assert "「多数」" in page
    assert "見守りの勉強会" in page
    assert "3件を取り込む" in page
    assert ["開始時刻", "13:30", "14:00"] in made.rows.get(number=3).changes
    assert Event.objects.count() == 1
    assert not ProcrastinateJob.objects.filter(task_name=writing.TASK).exists()


def test_problems_come_page_by_page_in_the_order_of_rows(client, organization, member):
    made = uploaded(client, organization, *(tables.row(NO=str(n), 定員="多数") for n in range(45)))

    def numbers(page):
        html = client.get(f"{made.get_absolute_url()}?page={page}").content.decode()
        return [int(number) for number in re.findall(r">(\d+)行目</th>", html)]

    assert [*numbers(1), *numbers(2), *numbers(3)] == list(range(2, 47))
    assert numbers(999_999) == numbers(3)


def test_columns_that_are_not_read_are_named(client, organization, member):
    file = tables.table(tables.row(メモ="x"), header=[*STANDARD.values(), "メモ"])
    choose(client, organization, file)

    assert "「メモ」" in client.get(EventImport.objects.get().get_absolute_url()).content.decode()


def test_the_choices_for_the_whole_file_count(client, organization, member):
    this_year = timezone.localdate().year
    row = tables.row(開始日="12月5日", 終了日="", 終了時間="")

    refused = uploaded(client, organization, row)
    taken = uploaded(client, organization, row, ends_may_be_missing="on", year=str(this_year))

    assert refused.plans()[Plan.BROKEN] == 1
    assert taken.plans()[Plan.NEW] == 1
    assert taken.rows.get().values["start_date"] == f"{this_year}-12-05"


@pytest.mark.parametrize(
    "second",
    [{"NO": "1", "イベント名": "別の会"}, {"NO": ""}],
    ids=["same number", "no number and the same name, day and place"],
)
def test_two_rows_about_one_event(client, organization, member, second):
    made = uploaded(client, organization, tables.row(), tables.row(**second))

    assert made.plans()[Plan.NEW] == 1
    assert "2行目と同じイベント" in made.rows.get(number=3).problems[0][2]


def test_several_events_of_one_name_and_day_have_their_numbers(client, organization, member):
    made = uploaded(client, organization, tables.row(), tables.row(NO="2", 開始時間="10:00", 終了時間="11:00"))
    confirm(client, made)

    assert Event.objects.count() == 2


@pytest.mark.parametrize("status", [Status.DISCARDED, Status.SCHEDULED])
def test_events_that_must_not_be_written_now(client, organization, member, status):
    given = {"external_id": "1", "start_date": date(2026, 12, 5)}
    EventFactory(organization=organization, status=status, publish_at=timezone.now(), **given)

    made = uploaded(client, organization, tables.row())

    assert made.plans()[Plan.BROKEN] == 1


def test_nothing_to_do_has_no_button(client, organization, member):
    confirm(client, uploaded(client, organization, tables.row()))

    made = uploaded(client, organization, tables.row())

    page = client.get(made.get_absolute_url()).content.decode()
    assert made.plans()[Plan.SAME] == 1
    assert "取り込むものはありません" in page
    assert "件を取り込む</button>" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_query_counts_do_not_grow(client, organization, member, count, django_assert_max_num_queries):
    made = uploaded(client, organization, *(tables.row(NO=str(n), 定員="多数") for n in range(count)))
    with django_assert_max_num_queries(20):
        client.get(made.get_absolute_url())
    confirm(client, made)

    with django_assert_max_num_queries(20):
        client.get(made.get_absolute_url())


# Who may


def test_other_organizations_see_nothing(client, organization, member):
    made = uploaded(client, organization, tables.row())
    client.force_login(member_of(OrganizationFactory(published=True)))

    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.post(f"{made.get_absolute_url()}start/").status_code == 404
    made.refresh_from_db()
    assert made.status == ImportStatus.READY


def test_starting_is_no_get(client, organization, member):
    made = uploaded(client, organization, tables.row())

    assert client.get(f"{made.get_absolute_url()}start/").status_code == 405


def test_whoever_left_the_organization_writes_nothing_more(client, organization, member):
    made = uploaded(client, organization, tables.row())
    writing.start(made, sends=True)
    Membership.objects.filter(user=member).delete()

    writing.write(made.pk)

    row = made.rows.get()
    assert (row.outcome, Event.objects.count()) == (Outcome.FAILED, 0)
    assert "載せられなくなった" in row.reason


# Writing


def test_what_becomes_of_a_row(client, organization, member):
    made = uploaded(client, organization, tables.row(分野="x", **{"料金(基本)": "無料", "定員": "30"}))

    response = confirm(client, made)

    event = Event.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert (event.title, event.external_id, event.status) == ("見守りの勉強会", "1", Status.DRAFT)
    assert (event.when, event.fee, event.capacity) == ("令和8年12月5日（土）13:30〜16:00", 0, 30)
    assert (event.organization, event.created_by) == (organization, member)
    assert [region.code for region in event.regions.all()] == ["372013"]
    assert event.records.first().pgh_context.metadata["action"] == "create"
    row = made.rows.get()
    assert (row.outcome, row.event) == (Outcome.CREATED, event)
    made.refresh_from_db()
    assert made.status == ImportStatus.DONE


def test_themes_tags_and_place_of_a_row(client, organization, member):
    header = [*STANDARD.values(), "分野", "タグ"]
    row = tables.row(分野="買い物", タグ="体操", 都道府県名="東京都")
    choose(client, organization, tables.table(row, header=header))

    confirm(client, EventImport.objects.get())

    event = Event.objects.get()
    assert (event.theme_names(), event.tag_names()) == (["買い物"], ["体操"])
    assert [region.code for region in event.regions.all()] == ["13"]


def test_an_organization_that_publishes_by_itself_publishes(client, organization, member):
    organization.can_self_publish = True
    organization.save()

    confirm(client, uploaded(client, organization, tables.row()), then="send")

    event = Event.objects.get()
    assert (event.status, event.confirmed_at) == (Status.PUBLISHED, timezone.localdate())
    assert Entry.objects.filter(kind="event", object_id=event.pk).exists()
    assert StatusChange.objects.get(object_id=event.pk).action == "publish"
    client.logout()
    assert "見守りの勉強会" in client.get(event.get_absolute_url()).content.decode()


def test_the_others_submit_and_get_one_mail(client, organization, member, django_capture_on_commit_callbacks):
    colleague = member_of(organization)
    made = uploaded(client, organization, *(tables.row(NO=str(n)) for n in range(12)))

    with django_capture_on_commit_callbacks(execute=True):
        confirm(client, made, then="send")

    assert set(Event.objects.values_list("status", flat=True)) == {Status.SUBMITTED}
    assert Review.objects.open().count() == 12
    assert len(set(Event.objects.values_list("receipt_number", flat=True)) - {None}) == 12
    assert sorted(message.to[0] for message in mail.outbox) == sorted([member.email, colleague.email])
    assert "（12件）" in mail.outbox[0].subject
    assert made.get_absolute_url() in mail.outbox[0].body


def test_drafts_need_no_mail(client, organization, member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        confirm(client, uploaded(client, organization, tables.row()))

    assert mail.outbox == []


def test_twice_changes_nothing_and_makes_nothing_twice(client, organization, member):
    confirm(client, uploaded(client, organization, tables.row(), tables.row(NO="", イベント名="番号のない会")))
    versions = dict(Event.objects.values_list("pk", "version"))

    second = uploaded(client, organization, tables.row(), tables.row(NO="", イベント名="番号のない会"))
    confirm(client, second)

    assert second.plans()[Plan.SAME] == 2
    assert dict(Event.objects.values_list("pk", "version")) == versions


def test_a_changed_row_changes_its_event_and_leaves_what_is_blank(client, organization, member):
    confirm(client, uploaded(client, organization, tables.row(定員="30", 備考="手話通訳あり")))
    event = Event.objects.get()
    Event.objects.update(access="駅から3分")

    confirm(client, uploaded(client, organization, tables.row(定員="40")))

    event.refresh_from_db()
    assert (event.capacity, event.remarks, event.access, event.version) == (40, "手話通訳あり", "駅から3分", 2)


def test_tables_that_count_from_one_each_month_do_not_overwrite_last_months_events(client, organization, member):
    confirm(client, uploaded(client, organization, tables.row()))
    next_month = tables.row(イベント名="体操の会", 開始日="2027-01-09", 終了日="2027-01-09")

    first = uploaded(client, organization, next_month)
    confirm(client, first)
    second = uploaded(client, organization, next_month)

    assert first.plans()[Plan.NEW] == 1
    assert "名前も日にちも違う" in first.rows.get().problems[0][2]
    assert set(Event.objects.values_list("title", "external_id")) == {("見守りの勉強会", "1"), ("体操の会", "")}
    assert second.plans()[Plan.SAME] == 1


def test_a_hand_written_event_gets_its_number_once(client, organization, member):
    here = {"title": "見守りの勉強会", "start_date": date(2026, 12, 5), "venue": "中央公民館"}
    event = EventFactory(organization=organization, **here)

    confirm(client, uploaded(client, organization, tables.row()))

    assert Event.objects.get().pk == event.pk
    assert Event.objects.get().external_id == "1"


def test_a_change_of_a_public_event_waits_in_the_queue(client, organization, member):
    given = {"external_id": "1", "start_date": date(2026, 12, 5)}
    EventFactory(published=True, organization=organization, **given)

    confirm(client, uploaded(client, organization, tables.row(イベント名="見守りの学習会")), then="send")

    event = Event.objects.get()
    assert (event.title, event.status) == ("見守りの学習会", Status.PUBLISHED)
    assert Review.objects.open().get().object_id == event.pk
    assert Entry.objects.get(kind="event").text.text.startswith("見守りの学習会")


@pytest.mark.parametrize("publishes", [True, False])
def test_together_and_one_by_one_come_out_the_same(client, organization, member, publishes, monkeypatch):
    """Many new rows are written in few statements: whatever hangs on them is what single ones get."""
    organization.can_self_publish = publishes
    organization.save()
    confirm(client, uploaded(client, organization, tables.row(NO="1")), then="send")
    together = _all_about(Event.objects.get())
    monkeypatch.setattr(saving, "create_together", _fail)

    confirm(client, uploaded(client, organization, tables.row(NO="2", イベント名="もう一つ")), then="send")

    assert _all_about(Event.objects.get(external_id="2")) == together


def _fail(*args):
    raise DatabaseError


def _all_about(event):
    own = {"title", "id", "uid", "creation_key", "receipt_number", "external_id", "told"}
    own |= {field.name for field in Event._meta.fields if field.name.endswith("_at")} - {"publish_at"}
    confirmed = ConfirmedContent.objects.filter(object_id=event.pk).first()
    return {
        "columns": {f.name: getattr(event, f.attname) for f in Event._meta.concrete_fields if f.name not in own},
        "told": {**(event.told or {}), "title": ""},
        "has": [bool(event.receipt_number), bool(event.published_at), bool(event.creation_key)],
        "regions": [region.code for region in event.regions.all()],
        "trail": list(event.status_changes.values_list("action", "from_status", "to_status", "by")),
        "queue": list(event.reviews.values_list("reason", "is_small", "submitted_by", "prefectures", "decision")),
        "confirmed": confirmed and {**confirmed.content, "title": ""},
        "index": list(Entry.objects.filter(object_id=event.pk).values_list("places", "due_on", "starts_at")),
        "actions": {record.pgh_context.metadata["action"] for record in event.records.all()},
    }


def test_a_row_that_the_database_refuses_leaves_the_others_whole(client, organization, member, monkeypatch):
    made = uploaded(client, organization, tables.row(), tables.row(NO="2", イベント名="困った会"), tables.row(NO="3"))
    save = Event.save

    def refuse(event, *args, **options):
        save(event, *args, **options)
        if event.title == "困った会":
            raise DatabaseError

    monkeypatch.setattr(saving, "create_together", _fail)
    monkeypatch.setattr(Event, "save", refuse)
    confirm(client, made)

    assert sorted(Event.objects.values_list("external_id", flat=True)) == ["1", "3"]
    failed = made.rows.get(outcome=Outcome.FAILED)
    assert failed.number == 3
    page = client.get(made.get_absolute_url()).content.decode()
    assert failed.reason in page


def test_pressed_twice_it_is_written_once(client, organization, member):
    made = uploaded(client, organization, tables.row())

    client.post(f"{made.get_absolute_url()}start/", {"then": "keep"})
    second = client.post(f"{made.get_absolute_url()}start/", {"then": "send"}, follow=True)
    writing.write(made.pk)
    writing.write(made.pk)

    assert "もう始まっています" in second.content.decode()
    assert ProcrastinateJob.objects.filter(task_name=writing.TASK).count() == 1
    assert Event.objects.get().status == Status.DRAFT


def test_two_tabs_with_the_same_table_make_no_event_twice(client, organization, member):
    first, second = (uploaded(client, organization, tables.row()) for _ in range(2))

    confirm(client, first)
    confirm(client, second)

    assert Event.objects.count() == 1
    assert second.rows.get().outcome == Outcome.SAME


def test_a_worker_that_dies_between_is_followed_by_one_that_goes_on(client, organization, member, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    made = uploaded(client, organization, *(tables.row(NO=str(n)) for n in range(5)))
    writing.start(made, sends=False)
    assert writing.write_batch(made.pk)
    with monkeypatch.context() as patch:
        patch.setattr(EventImportRow.objects, "bulk_update", _die)
        with pytest.raises(SystemExit):
            writing.write(made.pk)
    assert made.outcomes() == {"": 3, "created": 2, "changed": 0, "same": 0, "failed": 0}

    writing.write(made.pk)

    assert made.outcomes()[Outcome.CREATED] == 5
    assert Event.objects.count() == 5


def _die(*args, **options):
    raise SystemExit


# Watching


def test_progress_shows_numbers_without_scripts_and_asks_by_itself_with_them(client, organization, member, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    made = uploaded(client, organization, *(tables.row(NO=str(n)) for n in range(5)))
    writing.start(made, sends=False)
    writing.write_batch(made.pk)

    page = client.get(made.get_absolute_url()).content.decode()
    part = client.get(made.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert '<progress value="2" max="5"' in page
    assert "5件のうち2件" in page
    assert "いまの状態を見る" in page
    assert "<html" not in part
    assert '<progress value="2" max="5"' in part
    writing.write(made.pk)
    assert client.get(made.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_an_import_that_got_stuck_can_be_started_again(client, organization, member):
    made = uploaded(client, organization, tables.row())
    writing.start(made, sends=False)
    assert "続きを取り込む" not in client.get(made.get_absolute_url()).content.decode()

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        client.force_login(member)
        assert "続きを取り込む" in client.get(made.get_absolute_url()).content.decode()
        client.post(f"{made.get_absolute_url()}start/")

    assert ProcrastinateJob.objects.filter(task_name=writing.TASK).count() == 2


def test_the_result_lists_first_what_was_left_out(client, organization, member):
    made = uploaded(client, organization, tables.row(), tables.row(NO="2", 開始日="未定"))
    confirm(client, made)

    page = client.get(made.get_absolute_url()).content.decode()

    assert "取り込みの結果" in page
    assert page.index("日付を読み取れません") < page.index(Event.objects.get().get_absolute_url())


def test_old_uploads_are_forgotten_and_their_events_stay(client, organization, member):
    confirm(client, uploaded(client, organization, tables.row()))
    EventImport.objects.update(created_at=timezone.now() - timedelta(days=31))
    uploaded(client, organization, tables.row())

    assert writing.forget_old() == 1
    assert EventImport.objects.count() == 1
    assert Event.objects.count() == 1


def test_too_many_rows_are_told(client, organization, member, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 2)

    response = choose(client, organization, tables.table(*(tables.row(NO=str(n)) for n in range(3))))

    assert "行が多すぎます" in error(response)
