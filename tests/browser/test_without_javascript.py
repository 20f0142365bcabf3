"""Everything works without JavaScript: the main job of the site, the filters, and the contact form."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import INQUIRY, send_inquiry

pytestmark = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def open_plain(open_page, viewport):
    return lambda address: open_page(address, viewport=viewport, java_script_enabled=False)


def test_a_case_is_found_by_words_prefecture_and_municipality(open_plain, site):
    page = open_plain("/")

    page.get_by_label("探したい言葉").fill("買い物")
    page.get_by_label("地域").select_option("東京都")
    page.get_by_role("button", name="事例を検索").click()
    page.get_by_role("combobox", name="東京都の市区町村").select_option("奥多摩町")
    page.get_by_role("button", name="検索", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("1件")
    expect(page).to_have_url(f"{site.url}/cases/?q=%E8%B2%B7%E3%81%84%E7%89%A9&region=133086")
    page.locator(".card__title a").first.click()
    expect(page).to_have_url(site.url + site.pages["case_full"])


def test_filters_can_be_used(open_plain, viewport):
    page = open_plain("/cases/")
    if viewport is PHONE:
        page.get_by_text("分野などでしぼり込む").click()

    page.get_by_role("navigation", name="しぼり込み").get_by_role("link", name="買い物").click()

    expect(page.get_by_role("list", name="いまの条件")).to_contain_text("分野：買い物")
    page.get_by_role("list", name="いまの条件").get_by_role("link", name="分野：買い物").click()
    expect(page.get_by_role("list", name="いまの条件")).to_have_count(0)


def test_the_menu_and_the_map_open(open_plain, viewport):
    page = open_plain("/organizations/")

    page.get_by_text("地図から探す").click()
    page.get_by_role("link", name="東京").click()
    expect(page.get_by_label("地域", exact=True)).to_have_value("13")

    if viewport is PHONE:
        page.get_by_text("メニュー").click()
    page.get_by_role("navigation", name="サイト内の主なページ").get_by_role("link", name="お知らせ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("お知らせ")


def test_an_inquiry_is_corrected_and_sent(open_plain):
    page = open_plain("/contact/")

    send_inquiry(page, **{**INQUIRY, "email": "hanako"})
    expect(page.get_by_role("alert")).to_contain_text("メールアドレスの形で入力してください")
    expect(page.get_by_label("お名前")).to_have_value(INQUIRY["name"])
    send_inquiry(page, email=INQUIRY["email"])

    expect(page.get_by_role("heading", level=1)).to_have_text("お問い合わせを受け付けました")
