"""The person's own page: what waits comes first, and nobody sees what belongs to others."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations.models import Invitation, OrganizationKind
from publishing.actions import change_status
from publishing.models import Status, WorkingCopy
from tests.factories import CaseStudyFactory, OrganizationFactory, UserFactory, member, member_of, owner_of, secretariat

pytestmark = pytest.mark.django_db
MYPAGE = "/mypage/"


@pytest.fixture
def organization():
    return OrganizationFactory(published=True, name="朝市の会")


@pytest.fixture
def person(organization):
    return owner_of(organization, display_name="花子")


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def page(client, address=MYPAGE):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def case_in(organization, status, **fields):
    if status == Status.PUBLISHED:
        return CaseStudyFactory(organization=organization, published=True, **fields)
    if status == Status.SCHEDULED:
        fields["publish_at"] = timezone.now() + timedelta(days=3)
    return CaseStudyFactory(organization=organization, status=status, **fields)


def test_visitor_is_led_to_the_sign_in_page_and_back(client):
    assert client.get(MYPAGE)["Location"] == f"/accounts/login/?next={MYPAGE}"


def test_somebody_new_is_offered_two_ways_to_begin(client):
    client.force_login(member(email="hanako@example.jp"))

    html = page(client)

    assert "団体を登録する" in html
    assert "招待を受けた方へ" in html
    assert "hanako@example.jp" in html


def test_returned_item_comes_first_with_the_reason_and_the_comments(signed_in, organization, person):
    case_in(organization, Status.DRAFT, title="下書きの事例")
    case = case_in(organization, Status.DRAFT, title="戻された事例")
    change_status(case, "submit", by=person)
    change_status(
        case, "return", by=secretariat(), note="ありがとうございます。", comments={"summary": "短くしてください。"}
    )

    html = page(signed_in)

    assert "直していただきたいものが1件あります" in html
    assert html.index("戻された事例") < html.index("ありがとうございます。") < html.index("下書きの事例")
    assert "<strong>概要</strong><br>短くしてください。" in html
    assert f'href="{reverse("cases:edit", args=[case.pk])}">直す' in html


def test_reason_of_an_earlier_return_is_not_shown(signed_in, organization, person):
    case = case_in(organization, Status.DRAFT)
    for reason in ("はじめの理由です。", "二度めの理由です。"):
        change_status(case, "submit", by=person)
        change_status(case, "return", by=secretariat(), note=reason)

    html = page(signed_in)

    assert "二度めの理由です。" in html
    assert "はじめの理由です。" not in html


def test_submitted_item_tells_number_and_day(signed_in, organization, person):
    case = change_status(case_in(organization, Status.DRAFT), "submit", by=person)

    html = page(signed_in)

    assert f"受付番号：{case.receipt_number}" in html
    assert "申請日：<time" in html
    assert reverse("mypage_ask", args=["case", case.pk, "withdraw"]) in html


@pytest.mark.parametrize(("decided", "is_told"), [(5, True), (4, False), (0, False)])
def test_page_says_how_long_it_usually_takes(signed_in, organization, person, decided, is_told):
    now = timezone.now()
    for number in range(decided):
        past = {"entered_at": now, "decided_at": now, "decision": "published", "waited_days": 2}
        organization.reviews.create(reason="new", title=f"{number}", **past)
    change_status(case_in(organization, Status.DRAFT), "submit", by=person)

    html = page(signed_in)

    assert ("たいてい2営業日ほどかかります" in html) == is_told


@pytest.mark.parametrize("status", Status.values)
def test_item_stands_once_on_the_page_and_on_the_page_of_its_shelf(signed_in, organization, status):
    case_in(organization, status, title="ひとつだけの事例")

    for address in (MYPAGE, f"/mypage/items/?state={status}"):
        assert page(signed_in, address).count("<h3>ひとつだけの事例</h3>") == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmed_at": timezone.localdate() - timedelta(days=500)},
        {"freshness_asked_on": timezone.localdate() - timedelta(days=3)},
    ],
    ids=["stale", "asked"],
)
def test_what_wants_confirmation_says_so(signed_in, organization, fields):
    case_in(organization, Status.PUBLISHED, title="去年の事例", **fields)

    html = page(signed_in)

    assert html.index("内容を確かめていただきたいもの") < html.index("去年の事例")
    assert "公開中のもの" not in html


def test_public_item_with_an_open_change_says_that_it_waits(signed_in, organization, person):
    case = change_status(case_in(organization, Status.DRAFT), "submit", by=person)
    change_status(case, "publish", by=secretariat())
    case.reviews.create(reason="change", title="x", entered_at=timezone.now())

    assert "変更した内容を、事務局が確かめています" in page(signed_in)


def test_organizations_are_shown_with_role_state_and_links(signed_in, organization):
    html = page(signed_in)

    assert "あなたは管理者です" in html
    assert reverse("organizations:edit", args=[organization.pk]) in html
    assert "団体を登録する" in html


def test_closed_organization_lies_among_what_was_closed(signed_in, organization, person):
    change_status(organization, "close", by=person)

    html = page(signed_in)

    assert "参加している団体" not in html
    assert html.index("公開を終了したもの、破棄したもの（1件）") < html.index("朝市の会")


def test_nothing_of_others_is_shown(client, organization):
    case_in(organization, Status.DRAFT, title="よその下書き")
    case_in(organization, Status.PUBLISHED, title="よその公開事例")
    client.force_login(owner_of(OrganizationFactory(published=True)))

    html = page(client)

    assert "よその" not in html
    assert "朝市の会" not in html
    assert "よその" not in page(client, "/mypage/items/?state=draft")


def test_reviewers_see_what_waits_for_them_and_nothing_as_if_it_were_theirs(client, organization, person):
    change_status(case_in(organization, Status.DRAFT, title="申請した事例"), "submit", by=person)
    client.force_login(secretariat())

    html = page(client)

    assert "審査を待っているものが<strong>1件</strong>あります" in html
    assert "申請した事例" not in html


def test_members_see_no_review_queue(signed_in):
    assert "審査を待っている" not in page(signed_in)


def invite(organization, email, **fields):
    return Invitation.objects.create(
        organization=organization, email=email, **{"expires_at": timezone.now() + timedelta(days=7)} | fields
    )


def test_invitation_to_a_confirmed_address_is_shown(client, organization, person):
    invite(organization, "taro@example.jp", invited_by=person)
    client.force_login(member(email="taro@example.jp"))

    html = page(client)

    assert "「朝市の会」から招待が届いています" in html
    assert "花子 さんからの招待です" in html
    assert "はじめに、どちらかをお選びください" not in html


@pytest.mark.parametrize("what", ["expired", "revoked", "accepted", "unconfirmed", "somebody else's"])
def test_other_invitations_are_not(client, organization, what):
    user = member(email="taro@example.jp")
    now = timezone.now()
    fields = {
        "expired": {"expires_at": now - timedelta(minutes=1)},
        "revoked": {"revoked_at": now},
        "accepted": {"accepted_at": now},
    }
    invite(organization, "jiro@example.jp" if what == "somebody else's" else user.email, **fields.get(what, {}))
    if what == "unconfirmed":
        user.emailaddress_set.update(verified=False)
    client.force_login(user)

    assert "招待が届いています" not in page(client)


def test_begun_form_of_an_item_leads_back_to_it_and_can_be_given_up(signed_in, organization, person):
    case = case_in(organization, Status.PUBLISHED, title="書きかけの事例")
    name = f"case:{case.pk}:full"
    WorkingCopy.objects.create(user=person, form=name, data={"title": ["書きかけ"]})

    html = page(signed_in)
    answer = signed_in.post(reverse("publishing:forget"), {"_form": name, "next": MYPAGE}, follow=True)

    assert f'href="{reverse("cases:edit", args=[case.pk])}"' in html
    assert f'name="_form" value="{name}"' in html
    assert not WorkingCopy.objects.exists()
    assert "書きかけの内容を破棄しました" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "title", "url"),
    [
        ("case:new:short", {"title": ["朝市の送迎"]}, "朝市の送迎", "/cases/new/short/"),
        ("case:new:full-12", {}, "（題名はまだありません）", "/cases/new/full/?origin=12"),
        ("organization:new:register-1", {"name": ["朝市の会"]}, "朝市の会", "/organizations/new/"),
        ("policy:new:after-12", {"title": ["来年度の補助金"]}, "来年度の補助金", "/policies/12/next-year/"),
    ],
)
def test_begun_form_of_something_new_leads_back_to_it(signed_in, person, name, typed, title, url):
    WorkingCopy.objects.create(user=person, form=name, data=typed)

    html = page(signed_in)

    assert f"<h3>{title}</h3>" in html
    assert f'href="{url}">続きを書く' in html


@pytest.mark.parametrize(
    "name",
    [
        *("nothing", "", ":", "case:", "case:new:", "case:new:short-x", "case:new:full--1", "review:1:note"),
        *("case:999999:full", "case:x:full", "case:-1:full", "case:１:full", f"case:{'9' * 50}:full"),
        *("organization:new:edit", "organization:1:register-x", "policy:new:after", "policy:new:after-x"),
    ],
)
def test_begun_forms_with_odd_names_are_left_out(signed_in, person, name):
    WorkingCopy.objects.create(user=person, form=name, data={})

    assert "書きかけ" not in page(signed_in)


def test_begun_form_of_an_item_of_others_is_left_out(signed_in, person):
    case = CaseStudyFactory(title="よその事例")
    WorkingCopy.objects.create(user=person, form=f"case:{case.pk}:full", data={})

    assert "よその事例" not in page(signed_in)


def test_many_items_are_cut_and_stand_whole_on_pages_of_their_own(signed_in, organization):
    for number in range(25):
        case_in(organization, Status.DRAFT, title=f"番号{number:02}の事例")

    html = page(signed_in)
    first, second = (page(signed_in, f"/mypage/items/?state=draft&page={number}") for number in (1, 2))

    assert html.count("の事例</h3>") == 5
    assert "25件をすべて見る" in html
    assert "25件中 1〜20件" in first
    assert 'href="?state=draft&amp;page=2"' in first
    assert first.count("の事例</h3>") + second.count("の事例</h3>") == 25


@pytest.mark.parametrize("number", ["abc", "0", "-1", "999999", "%00", "１", ""])
def test_odd_page_numbers_show_a_page(signed_in, organization, number):
    case_in(organization, Status.DRAFT, title="下書きの事例")

    assert "下書きの事例" in page(signed_in, f"/mypage/items/?state=draft&page={number}")
    assert "朝市の会" in page(signed_in, f"/mypage/organizations/?page={number}")


@pytest.mark.parametrize("state", ["", "nothing", "%00", "draft'--"])
def test_unknown_shelf_is_not_there(signed_in, state):
    assert signed_in.get(f"/mypage/items/?state={state}").status_code == 404


def fill(person, count):
    """For each status ``count`` cases in as many organizations, all with what a page could tell about them."""
    reviewer = secretariat()
    for _ in range(count):
        organization = OrganizationFactory(published=True)
        organization.memberships.create(user=person, role="editor")
        for status in (Status.DRAFT, Status.PUBLISHED, Status.SCHEDULED, Status.CLOSED, Status.DISCARDED):
            case = case_in(organization, status)
            WorkingCopy.objects.create(user=person, form=f"case:{case.pk}:full", data={})
        change_status(case_in(organization, Status.DRAFT), "submit", by=person)
        returned = change_status(case_in(organization, Status.DRAFT), "submit", by=person)
        change_status(returned, "return", by=reviewer, note="理由です。", comments={"title": "短く。"})
        change_status(OrganizationFactory(), "submit", by=person)


@pytest.mark.parametrize("address", [MYPAGE, "/mypage/items/?state=returned", "/mypage/organizations/"])
def test_query_count_does_not_grow(client, django_assert_max_num_queries, address):
    person = member()
    client.force_login(person)
    fill(person, 1)
    client.get(address)  # content types are read once per process

    with django_assert_max_num_queries(24) as few:
        client.get(address)
    fill(person, 3)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


ASKED = {
    "withdraw": Status.SUBMITTED,
    "close": Status.PUBLISHED,
    "discard": Status.DRAFT,
    "restore": Status.DISCARDED,
    "submit": Status.CLOSED,
}


@pytest.mark.parametrize("action", ASKED)
def test_step_is_asked_about_and_taken(signed_in, organization, action):
    case = case_in(organization, ASKED[action], title="朝市の送迎", published_at=timezone.now())

    html = page(signed_in, reverse("mypage_ask", args=["case", case.pk, action]))
    assert "朝市の送迎" in html
    form = {"next": MYPAGE, "note": "担当者が変わるため"}
    answer = signed_in.post(reverse("publishing:act", args=["case", case.pk, action]), form)

    assert f'action="{reverse("publishing:act", args=["case", case.pk, action])}"' in html
    assert answer["Location"] == MYPAGE
    assert case.status_changes.get().action == action
    assert case.status_changes.get().note == "担当者が変わるため"


def test_only_owners_end_the_publication_of_an_organization(client, organization):
    client.force_login(member_of(organization))

    asked = client.get(reverse("mypage_ask", args=["organization", organization.pk, "close"]))
    done = client.post(reverse("publishing:act", args=["organization", organization.pk, "close"]))

    organization.refresh_from_db()
    assert (asked.status_code, done.status_code, organization.status) == (403, 403, Status.PUBLISHED)
    assert "公開を終了する" not in page(client)


def test_draft_is_only_sent_by_its_form(signed_in, organization):
    case = case_in(organization, Status.DRAFT)

    assert signed_in.get(reverse("mypage_ask", args=["case", case.pk, "submit"]))["Location"] == MYPAGE


def test_organization_that_publishes_by_itself_publishes_again(signed_in, organization):
    type(organization).objects.update(can_self_publish=True)
    case = case_in(organization, Status.CLOSED, published_at=timezone.now())
    address = reverse("mypage_ask", args=["case", case.pk, "publish"])

    assert address in page(signed_in)
    assert "もう一度公開します" in page(signed_in, address)


def test_reviewers_are_asked_too_and_led_back_to_the_page(client, organization):
    client.force_login(secretariat())

    html = page(client, reverse("mypage_ask", args=["organization", organization.pk, "close"]))

    assert f'name="next" value="{organization.get_absolute_url()}"' in html


@pytest.mark.parametrize("action", ASKED)
def test_looking_at_the_question_changes_nothing(signed_in, organization, action):
    case = case_in(organization, ASKED[action], published_at=timezone.now())

    signed_in.get(reverse("mypage_ask", args=["case", case.pk, action]))

    case.refresh_from_db()
    assert case.status == ASKED[action]


def test_step_that_is_not_possible_now_is_told_on_the_page(signed_in, organization):
    case = case_in(organization, Status.PUBLISHED, title="朝市の送迎")

    answer = signed_in.get(reverse("mypage_ask", args=["case", case.pk, "withdraw"]), follow=True)

    assert "「朝市の送迎」は、いま「公開」のため、この操作はできません。" in answer.content.decode()


@pytest.mark.parametrize(("status", "code"), [(Status.DRAFT, 404), (Status.PUBLISHED, 403)])
@pytest.mark.parametrize("action", ["discard", "close"])
def test_question_about_an_item_of_others(client, status, code, action):
    case = case_in(OrganizationFactory(published=True), status)
    client.force_login(UserFactory())

    assert client.get(reverse("mypage_ask", args=["case", case.pk, action])).status_code == code


@pytest.mark.parametrize(("kind", "action"), [("case", "return"), ("case", "nothing"), ("nothing", "close")])
def test_unknown_questions_are_not_there(signed_in, organization, kind, action):
    case = case_in(organization, Status.DRAFT)

    assert signed_in.get(reverse("mypage_ask", args=[kind, case.pk, action])).status_code == 404


def test_texts_of_others_are_escaped(signed_in, organization, person):
    case = case_in(organization, Status.DRAFT, title="<script>alert(1)</script>")
    change_status(case, "submit", by=person)
    change_status(case, "return", by=secretariat(), note="<img src=x onerror=alert(1)>")

    html = page(signed_in)

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_editor_is_told_so(client, organization):
    client.force_login(member_of(organization))

    assert "あなたは編集者です" in page(client)


def test_header_leads_to_mypage_first(signed_in):
    html = page(signed_in, "/about/")

    assert html.index(f'href="{MYPAGE}">マイページ</a>') < html.index("さんの登録情報")


@pytest.mark.parametrize(("kind", "is_shown"), [(OrganizationKind.PREFECTURE, True), (OrganizationKind.NPO, False)])
def test_members_of_government_bodies_are_led_to_posting_policies(client, kind, is_shown):
    client.force_login(member_of(OrganizationFactory(published=True, kind=kind)))

    assert ("/policies/new/" in client.get("/mypage/").content.decode()) == is_shown
