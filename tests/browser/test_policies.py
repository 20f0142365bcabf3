"""Two stories from start to end: an officer finds money and takes the calculation to a meeting, a ministry posts it.

The officer's network allows no JavaScript.
"""

import csv
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from organizations.models import OrganizationKind
from policies.models import Policy
from publishing.models import Status
from publishing.scheduling import publish_due
from taxonomy.models import Region
from taxonomy.wareki import fiscal_year
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_registration import main_button, signed_in
from tests.factories import OrganizationFactory, member_of

A4 = {"format": "A4"}
TITLE = "港町みまもり推進事業"


def this_fiscal_year():
    today = timezone.localdate()
    return today.year if today.month >= 4 else today.year - 1


def narrow(page, name):
    page.get_by_role("navigation", name="しぼり込み").get_by_role(
        "link", name=re.compile(f"^{re.escape(name)}")
    ).click()


def choose_municipality(page, prefecture, name):
    page.get_by_label("地域", exact=True).select_option(prefecture)
    main_button(page, "次へ").click()
    page.get_by_role("combobox", name=f"{prefecture}の市区町村").select_option(name)
    main_button(page, "次へ").click()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_officer_finds_a_policy_calculates_and_takes_the_sheet_along(open_page, tmp_path, viewport):
    page = open_page("/policies/", viewport=viewport, java_script_enabled=False)
    for name in ("居場所", "市町村", "いま申請できる", fiscal_year(this_fiscal_year())):
        if viewport is PHONE:
            page.get_by_text("分野などでしぼり込む").click()
        narrow(page, name)

    conditions = page.get_by_role("list", name="いまの条件")
    for text in ("居場所", "市町村", "いま申請できる", "年度"):
        expect(conditions).to_contain_text(text)
    expect(page.get_by_role("status")).to_have_text("1件")
    page.locator(".card__title a").click()

    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("【見本】ふだん着の居場所づくり応援事業")
    # Who pays, whether one is in time, how much, for whom, and who did it.
    for text in ("みほん県 地域福祉課", "締切間近", "600千円", "市町村、NPO", "この施策で始めた事例"):
        expect(main).to_contain_text(text)

    page.goto("/policies/")
    page.get_by_label("探したい言葉").fill("生活支援体制整備事業 標準額")
    page.get_by_role("search").get_by_role("button", name="検索").click()
    page.get_by_role("link", name="生活支援体制整備事業", exact=True).click()
    main.get_by_role("link", name="標準額の試算").first.click()
    choose_municipality(page, "北海道", "札幌市")
    expect(page.get_by_label(re.compile("^行政区の数"))).to_have_value("10")
    fill_in(page)

    expect(page.get_by_role("heading", name="北海道札幌市の試算結果")).to_be_visible()
    expect(main).to_contain_text("288,300千円")
    expect(main).to_contain_text("110,995,500円（交付率 38.5%）")
    rows = downloaded(page, tmp_path)
    assert rows[0][2:] == ["北海道札幌市", "指定都市"]
    amounts = [int(row[5]) for row in rows[2:] if len(row) > 5 and row[4]]
    assert sum(amounts) == 288_300_000
    assert next(row[5] for row in rows if row[0].startswith("うち国の交付額")) == "110995500"
    assert pages_of(page.pdf(**A4)) <= 2


def fill_in(page):
    main_button(page, "計算する").click()
    expect(page.get_by_role("alert")).to_contain_text("日常生活圏域")
    page.locator("main [name=areas]").fill("２７")
    page.locator("main [name=at_center]").fill("6")
    page.locator("main [name=elsewhere]").fill("3")
    page.locator("main [name=participation]").check()
    page.locator("main [name=conference]").check()
    main_button(page, "計算する").click()


def downloaded(page, folder):
    """The rows of the file behind the result, as a spreadsheet reads them."""
    with page.expect_download() as download:
        page.get_by_role("link", name="表をダウンロードする（CSV）").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "standard-amount.csv"
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_ministry_posts_copies_to_the_next_year_and_publishes_at_a_set_time(open_page, site):
    nation = Region.objects.get(code="00")
    ministry = OrganizationFactory(
        published=True, name="港町省", kind=OrganizationKind.MINISTRY, can_self_publish=True, regions=[nation]
    )
    page = signed_in(open_page, site, member_of(ministry), "/mypage/", viewport=DESKTOP)

    page.get_by_role("link", name="施策・予算を載せる").click()
    post(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    old = Policy.objects.get(title=TITLE)
    assert old.status == Status.PUBLISHED

    page.get_by_role("link", name="写して次の年度の施策をつくる").click()
    moment = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    copy_to_next_year(page, moment)
    new = old.successors.get()
    assert (new.status, new.publish_at) == (Status.SCHEDULED, moment)
    assert (new.fiscal_year, new.amounts.get().amount) == (old.fiscal_year + 1, 9_000_000)
    visitor = open_page(old.get_absolute_url(), viewport=PHONE)
    expect(visitor.get_by_text("新しい年度版があります")).to_have_count(0)

    # The minute comes, and with it the worker's job.
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        publish_due()

    visitor.reload()
    expect(visitor.get_by_role("region", name="新しい年度版があります")).to_be_visible()
    visitor.get_by_role("link", name=f"{TITLE}（{fiscal_year(new.fiscal_year)}）").click()
    expect(visitor.get_by_role("main")).to_contain_text("9,000千円")
    visitor.get_by_role("link", name="前の年度との違いを見る").click()
    expect(visitor.get_by_role("main")).to_contain_text("8,000千円")


def post(page):
    page.get_by_label(re.compile("^題名")).fill(TITLE)
    page.get_by_label(re.compile("^年度")).select_option(fiscal_year(this_fiscal_year()))
    page.get_by_label(re.compile("^種類")).select_option("事業・補助金")
    page.get_by_label(re.compile("^概要")).fill("港町で、見守りの体制をつくる市町村を支えます。")
    page.get_by_label("市町村", exact=True).check()
    row = page.locator("main [name^=amounts-0-]:visible")
    row.nth(0).fill("第1層")
    row.nth(1).fill("８，０００千円")
    row.nth(2).fill("市町村")
    main_button(page, "保存して公開する").click()


def copy_to_next_year(page, moment):
    expect(page.get_by_role("heading", name="前の年度の内容を写しました")).to_be_visible()
    expect(page.get_by_label(re.compile("^年度"))).to_have_value(str(this_fiscal_year() + 1))
    amount = page.locator("main [name=amounts-0-amount]")
    expect(amount).to_have_value("8,000,000円")
    amount.fill("9,000千円")
    page.get_by_label("確定", exact=True).check()
    page.get_by_label(re.compile("^公開する日時")).fill(f"{moment:%Y-%m-%dT%H:%M}")
    main_button(page, "保存して公開する").click()
    expect(page.get_by_label("操作の結果")).to_contain_text("公開を予約しました")
