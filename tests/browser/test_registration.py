"""From nothing to a published organization and case and back through 差戻し: on a phone, without JavaScript.

The person reads the real mails; the secretariat sits at a desk.
"""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from cases.models import CaseStudy
from organizations.forms import CRITERIA
from organizations.models import Organization
from publishing.actions import change_status
from publishing.models import Status
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_keyboard import choose_with_arrows, tab_to
from tests.factories import CaseStudyFactory, UserFactory, owner_of, secretariat

PASSWORD = "しづかさや岩にしみ入る蝉の声"
ADDRESS = "sachiko@npo.example.jp"


def newest_mail_to(address):
    return next(message for message in reversed(mail.outbox) if message.to == [address])


def link_in(message, part):
    """The path of the link of the mail that holds ``part``."""
    return next(path for path in re.findall(rf"{re.escape(settings.SITE_URL)}(\S+)", message.body) if part in path)


def signed_in(open_page, site, user, address, **options):
    """A page of a browser in which ``user`` has signed in."""
    client = Client()
    client.force_login(user)
    page = open_page("/about/", **options)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": site.url}]
    )
    page.goto(address)
    return page


def main_button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def sign_up(page):
    page.goto("/accounts/signup/")
    page.get_by_label("メールアドレス").fill(ADDRESS)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    main_button(page, "確認のメールを受け取る").click()
    page.goto(link_in(newest_mail_to(ADDRESS), "/confirm-email/"))
    page.get_by_role("main").get_by_role("button").click()


def register_organization(page):
    page.goto("/mypage/")
    page.get_by_role("link", name="団体を登録する").first.click()
    page.get_by_label("団体名※必須").fill("柏尾みまもり隊")
    page.get_by_label("団体名のふりがな").fill("かしおみまもりたい")
    page.get_by_label("団体の種類").select_option("住民主体の活動団体")
    main_button(page, "保存して次へ").click()
    expect(page.get_by_role("alert").first).to_contain_text("法人番号のない団体です")
    expect(page.get_by_label("団体名※必須")).to_have_value("柏尾みまもり隊")
    page.get_by_label("法人番号のない団体です").check()
    page.get_by_label("郵便番号").fill("３８９２２５３")
    main_button(page, "郵便番号から住所を入れる").click()
    expect(page.get_by_label("所在地")).to_have_value(re.compile("長野県飯山市"))
    main_button(page, "保存して次へ").click()

    expect(page.get_by_role("heading", name="活動の内容")).to_be_visible()
    page.get_by_label("見守り").check()
    page.get_by_label("概要").fill("雪かきをしながら、一人暮らしの方に声をかけています。")
    main_button(page, "保存して次へ").click()

    expect(page.get_by_role("heading", name="連絡先と確認")).to_be_visible()
    main_button(page, "掲載を申請する").click()
    expect(page.get_by_role("alert").first).to_contain_text("条件")
    for box in page.locator("[name=criteria]").all():
        box.check()
    main_button(page, "掲載を申請する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("申請を受け付けました")


def next_review(page, title):
    page.goto("/review/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def return_with_comment(page, title, label, comment, note):
    next_review(page, title)
    page.get_by_text(f"「{label}」にコメントを書く").click()
    page.get_by_label(re.compile("コメント")).locator("visible=true").fill(comment)
    page.locator("main [name=note]").fill(note)
    main_button(page, "差し戻す").click()


def publish(page, title):
    next_review(page, title)
    main_button(page, "いま公開する").click()


def write_short_case(page):
    page.goto("/mypage/")
    page.get_by_role("main").get_by_role("link", name="事例を書く").first.click()
    page.get_by_role("link", name=re.compile("5つの質問")).click()
    page.get_by_label(re.compile("^題名")).fill("雪かきのついでの、ひと声運動")
    page.get_by_label("地域", exact=True).select_option("長野県")
    page.locator("main button[name=_places][value=municipalities]").click()
    page.get_by_role("combobox", name="長野県の市区町村").select_option("飯山市")
    page.locator("main button[name=_places][value=add]").click()
    expect(page.get_by_label("長野県飯山市")).to_be_checked()
    page.get_by_label("見守り").check()
    for area in page.locator("main textarea").all():
        area.fill("当番を決めて、雪かきの前と後に声をかけています。")
    page.locator("main button[name=_submit]").click()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.usefixtures("site")
def test_from_nothing_to_a_public_organization_and_case(open_page, site):
    page = open_page("/", viewport=PHONE, java_script_enabled=False)
    sign_up(page)
    register_organization(page)
    organization = Organization.objects.get(name="柏尾みまもり隊")
    number = page.locator(".receipt").inner_text()
    assert number == organization.receipt_number
    assert number in newest_mail_to(ADDRESS).body

    reviewer = signed_in(open_page, site, secretariat(), "/review/", viewport=DESKTOP, java_script_enabled=False)
    return_with_comment(reviewer, "柏尾みまもり隊", "概要", "人数も教えてください。", "ありがとうございます。")
    returned = newest_mail_to(ADDRESS)
    assert "人数も教えてください。" in returned.body

    page.goto("/mypage/")
    expect(page.get_by_role("main")).to_contain_text("ありがとうございます。")
    page.goto(link_in(returned, "/edit/"))
    expect(page.get_by_role("main")).to_contain_text("人数も教えてください。")
    page.get_by_label("概要").fill("12人で雪かきをしながら、一人暮らしの方に声をかけています。")
    page.locator("main button[name=_submit]").click()
    publish(reviewer, "柏尾みまもり隊")
    assert "公開しました" in newest_mail_to(ADDRESS).subject

    write_short_case(page)
    publish(reviewer, "雪かきのついでの、ひと声運動")

    case = CaseStudy.objects.get(title="雪かきのついでの、ひと声運動")
    visitor = open_page(case.get_absolute_url(), viewport=PHONE)
    expect(visitor.get_by_role("link", name="柏尾みまもり隊").first).to_be_visible()
    assert User.objects.get(email=ADDRESS).memberships.get().is_owner


def test_an_organization_is_registered_with_the_keyboard_alone(open_page, site):
    person = UserFactory()
    page = signed_in(open_page, site, person, "/organizations/new/", viewport=DESKTOP)

    type_into(page, "団体名", "みなと朝市の会")
    type_into(page, "団体名のふりがな", "みなとあさいちのかい")
    tab_to(page, begins("団体の種類"))
    choose_with_arrows(page, "NPO法人")
    type_into(page, "法人番号", "7000012050002")
    press(page, "保存して次へ", "Enter")
    page.wait_for_url("**/register/2/")
    press(page, "地域", "ArrowUp")  # the chosen one of two radio buttons; above it is 全国
    press(page, "買い物", "Space")
    type_into(page, "概要", "港の朝市で、買い物の手伝いをしています。")
    press(page, "保存して次へ", "Enter")
    page.wait_for_url("**/register/3/")
    for text in dict(CRITERIA).values():
        press(page, text, "Space")
    press(page, "掲載を申請する", "Enter")

    page.wait_for_url("**/submitted/")
    assert Organization.objects.get(name="みなと朝市の会").status == Status.SUBMITTED


def test_a_reviewer_publishes_with_the_keyboard_alone(open_page, site):
    case = CaseStudyFactory(title="港の荷車便")
    change_status(case, "submit", by=owner_of(case.organization))
    page = signed_in(open_page, site, secretariat(), "/review/", viewport=DESKTOP)

    press(page, "港の荷車便", "Enter")
    page.wait_for_url("**/review/*/**")
    press(page, "いま公開する", "Enter")

    expect(page.get_by_label("操作の結果")).to_contain_text("公開しました")
    case.refresh_from_db()
    assert case.is_published


def begins(text):
    return lambda stop: stop["text"].startswith(text)


def type_into(page, label, text):
    tab_to(page, begins(label))
    page.keyboard.insert_text(text)


def press(page, label, key):
    tab_to(page, begins(label))
    page.keyboard.press(key)
