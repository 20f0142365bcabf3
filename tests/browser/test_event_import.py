"""A table from the file to the events: on a phone without scripts, and with a progress bar that moves by itself."""

import re

import pytest
from playwright.sync_api import expect

from events.import_models import EventImport
from events.importing import writing
from events.models import Event
from tests.browser.conftest import PHONE
from tests.browser.test_registration import main_button, signed_in
from tests.events import tables
from tests.factories import OrganizationFactory, member_of


@pytest.fixture
def club(site):
    return OrganizationFactory(published=True, name="港町おしゃべり会")


def choose(page, tmp_path, rows):
    file = tmp_path / "行事.csv"
    file.write_text(tables.text(rows), encoding="cp932")
    page.get_by_label(re.compile("^イベントの表")).set_input_files(file)
    main_button(page, "読み込んで確かめる").click()


def test_on_a_phone_without_scripts(open_page, site, club, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    page = signed_in(open_page, site, member_of(club), "/mypage/", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="イベントをまとめて取り込む").click()
    rows = [*tables.many(3), tables.row(NO="x", 開始日="8月12日（水）")]
    choose(page, tmp_path, rows)

    expect(page.get_by_text("年が書かれていません")).to_be_visible()
    main_button(page, "3件を取り込む").click()

    expect(page.get_by_text("3件のうち0件を書き込みました。")).to_be_visible()
    made = EventImport.objects.latest("pk")
    writing.write_batch(made.pk)
    page.get_by_role("link", name="いまの状態を見る").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
    writing.write(made.pk)
    page.get_by_role("link", name="いまの状態を見る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("取り込みの結果")
    page.get_by_role("link", name="第1回 支え合いの勉強会").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第1回 支え合いの勉強会")
    assert Event.objects.filter(organization=club).count() == 3


def test_the_progress_bar_moves_by_itself_and_makes_way_for_the_result(open_page, site, club, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 2)
    page = signed_in(open_page, site, member_of(club), "/events/import/")
    choose(page, tmp_path, tables.many(4))
    main_button(page, "4件を取り込む").click()
    made = EventImport.objects.latest("pk")

    writing.write_batch(made.pk)

    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
    expect(page.get_by_text("4件のうち2件を書き込みました。")).to_be_visible()
    writing.write(made.pk)
    expect(page.get_by_role("heading", level=1)).to_have_text("取り込みの結果")
