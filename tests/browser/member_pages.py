"""The pages of signed-in people and their states: who opens them, where, and what is done there."""

import uuid
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.actions import apply_for_role
from accounts.roles import Role
from cases.models import PolicyProposal
from cases.proposal_actions import decline
from events.importing import writing
from events.importing.preview import prepare
from events.importing.whens import Options
from organizations.invitations import link_of
from organizations.models import Invitation, OrganizationKind
from publishing import freshness_links, working_copies
from publishing.actions import change_status, save_changes
from publishing.models import Answer, FreshnessQuestion
from taxonomy.models import Region, Theme
from tests.browser.content import LONG_TITLE
from tests.events import tables
from tests.factories import (
    AttachmentFactory,
    CaseImageFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    UserFactory,
    member_of,
    owner_of,
    secretariat,
)

NAGANO, IIYAMA = "20", "202134"
TABLE_OF_A_CITY = Path(__file__).parents[1] / "events/data/takamatsu_events.csv"


def load():
    """Put people and what waits for them in; returns the people and the addresses by name."""
    organization = OrganizationFactory(
        published=True,
        name="雪見台みまもり隊",
        regions=Region.objects.filter(code__in=[NAGANO, IIYAMA]),
        themes=Theme.objects.all()[:3],
    )
    owner = owner_of(organization, display_name="佐藤 幸子")
    member_of(organization, display_name="長い表示名を付けた人" * 4)
    people = {"owner": owner, "newcomer": UserFactory(), "reviewer": secretariat()}
    people["staff"] = UserFactory(role=Role.PREFECTURAL, display_name="東京都の職員")
    invitation = Invitation.objects.create(
        organization=organization,
        email=people["newcomer"].email,
        invited_by=owner,
        expires_at=timezone.now() + timedelta(days=14),
    )
    addresses = {
        "invitation": link_of(invitation).removeprefix("http://127.0.0.1:8000"),
        **_organizations(organization, owner, people["reviewer"]),
        **_cases(organization, owner, people["reviewer"]),
        **_questions(organization, owner),
        **_applications(people["newcomer"]),
        **_policies(people, organization),
        **_events(organization, people),
        **_imports(organization, people["owner"]),
    }
    return people, addresses


def _policies(people, organization):
    ministry = OrganizationFactory(
        published=True, kind=OrganizationKind.MINISTRY, can_self_publish=True, name="見守り省"
    )
    people["officer"] = owner_of(ministry, display_name="田中 一郎")
    policy = PolicyFactory(published=True, organization=ministry, themes=Theme.objects.all()[:2])
    policy.amounts.create(label="第1層（市町村区域）", amount=8_000_000, per="市町村", position=0)
    cases = CaseStudyFactory.create_batch(3, published=True, organization=organization)
    cases[0].policies.add(policy)
    asked, declined = (
        PolicyProposal.objects.create(
            case=case,
            policy=policy,
            organization=ministry,
            proposed_by=people["officer"],
            note="会議でうかがいました。",
        )
        for case in cases[1:]
    )
    decline(declined, by=people["owner"])
    return {
        "policy_cases": reverse("cases:of_policy", args=[policy.pk]),
        "proposal": asked.get_absolute_url(),
        "edit_asked": reverse("cases:edit_short", args=[asked.case_id]),
        "own_policy": policy.get_absolute_url(),
        "edit_policy": f"/policies/{policy.pk}/edit/",
        "next_year": reverse("policies:next_year", args=[policy.pk]),
    }


def _imports(organization, owner):
    """A real city's table before it is confirmed, a table on its way, and what became of one."""
    for number in range(3):
        EventFactory(published=True, organization=organization, external_id=f"{number}", title="見守りの集い")
    rows = [*tables.many(6), tables.row(NO="x1", 開始日="未定"), tables.row(NO="x2", 定員="多数")]
    city = TABLE_OF_A_CITY.read_bytes()
    options = Options(ends_may_be_missing=True, year=2026)
    ready, running, done = (
        prepare(organization=organization, upload=tables.upload(file), options=options, by=owner, key=uuid.uuid4())
        for file in (city, tables.text(rows), tables.text(rows))
    )
    changed = tables.text([tables.row(NO="0"), tables.row(NO="1", 説明="詳しく話します。" * 60), tables.row(NO="9")])
    changing = prepare(
        organization=organization, upload=tables.upload(changed), options=options, by=owner, key=uuid.uuid4()
    )
    writing.start(done, sends=True)
    writing.write(done.pk)
    writing.start(running, sends=False)
    return {
        "import_of_a_city": ready.get_absolute_url(),
        "import_with_changes": changing.get_absolute_url(),
        "import_running": running.get_absolute_url(),
        "import_done": done.get_absolute_url(),
    }


def _events(organization, people):
    owner, reviewer = people["owner"], people["reviewer"]
    series = organization.event_series.create(title="毎月の茶話会")
    given = {"organization": organization, "series": series, "themes": Theme.objects.all()[:2]}
    long_ago = timezone.localdate() - timedelta(days=20)
    coming = EventFactory(published=True, title=LONG_TITLE[:100], fee=0, audience=["anyone", "older_people"], **given)
    over = EventFactory(published=True, title="先月の茶話会", start_date=long_ago, **given)
    returned = EventFactory(title="雪おろしの講習会", organization=organization)
    change_status(returned, "submit", by=owner)
    comments = {"venue": "会場も教えてください。", "videos": "字幕もお願いします。"}
    change_status(returned, "return", by=reviewer, note="ありがとうございます。あと少しです。", comments=comments)
    changed = EventFactory(published=True, title="春の見学会", application="needed", **given)

    def write(event):
        event.start_time, event.end_time, event.audience, event.fee = time(10), time(12), ["anyone"], 500
        event.state, event.state_note = "postponed", "大雪のためです。"
        event.save()

    save_changes(changed, write, by=owner)
    return {
        "own_event": coming.get_absolute_url(),
        "own_event_over": over.get_absolute_url(),
        "edit_event": f"/events/{coming.pk}/edit/",
        "edit_event_over": f"/events/{over.pk}/edit/",
        "edit_event_returned": f"/events/{returned.pk}/edit/",
        "copy_event": f"/events/{coming.pk}/copy/",
        "event_state": f"/events/{coming.pk}/state/",
        "event_state_postponed": f"/events/{changed.pk}/state/",
        "event_history": f"/items/event/{changed.pk}/history/",
        "review_event": _review_of(changed),
    }


def _organizations(organization, owner, reviewer):
    draft = OrganizationFactory(name="飯山おたすけ便")
    waiting = OrganizationFactory(name="雪見台みまもりたい", regions=Region.objects.filter(code=IIYAMA))
    for other in (draft, waiting):
        other.memberships.create(user=owner, role="owner")
    change_status(waiting, "submit", by=owner)
    base = f"/organizations/{organization.pk}/"
    return {
        "own_organization": base,
        "edit_organization": base + "edit/",
        "members": base + "members/",
        "step_1": f"/organizations/{draft.pk}/register/1/",
        "step_2": f"/organizations/{draft.pk}/register/2/",
        "step_3": f"/organizations/{draft.pk}/register/3/",
        "submitted": f"/organizations/{waiting.pk}/submitted/",
        "review_new": _review_of(waiting),
        "history_organization": f"/items/organization/{organization.pk}/history/",
    }


def _review_of(item):
    return f"/review/{item.reviews.get(decided_at=None).pk}/"


def _cases(organization, owner, reviewer):
    returned = CaseStudyFactory(organization=organization, title="雪下ろしの当番表")
    change_status(returned, "submit", by=owner)
    comments = {"summary": "人数も教えてください。", "regions": "市町村まで選んでください。"}
    change_status(returned, "return", by=reviewer, note="ありがとうございます。あと少しです。", comments=comments)
    waiting = CaseStudyFactory(organization=organization, title=LONG_TITLE[:100])
    change_status(waiting, "submit", by=owner)
    changed = CaseStudyFactory(
        organization=organization, title="朝市の送迎", content="週に1回、朝市まで送迎しています。"
    )
    change_status(changed, "publish", by=reviewer)
    CaseImageFactory(case=changed)
    AttachmentFactory(item=changed)

    def write(case):
        case.title, case.content = "朝市と病院の送迎", "週に2回、朝市と病院まで送迎しています。雪の日は休みます。"
        case.save()

    save_changes(changed, write, by=owner)
    soon = CaseStudyFactory(organization=organization, title="春から始める畑の会")
    change_status(soon, "schedule", by=reviewer, publish_at=timezone.now() + timedelta(days=30))
    working_copies.keep(owner, working_copies.form_name("case", returned.pk, "full"), QueryDict("title=書きかけの題名"))
    return {
        "own_case": changed.get_absolute_url(),
        "edit_returned": f"/cases/{returned.pk}/edit/",
        "edit_returned_short": f"/cases/{returned.pk}/edit/short/",
        "edit_public": f"/cases/{changed.pk}/edit/",
        "pictures": f"/cases/{changed.pk}/images/",
        "documents": f"/items/case/{changed.pk}/attachments/",
        "no_documents": f"/items/case/{returned.pk}/attachments/",
        "history": f"/items/case/{changed.pk}/history/",
        "review_long": _review_of(waiting),
        "review_change": _review_of(changed),
        "ask_close": f"/mypage/items/case/{changed.pk}/close/",
        "ask_discard": f"/mypage/items/case/{returned.pk}/discard/",
    }


def _questions(organization, owner):
    case = CaseStudyFactory(
        organization=organization, published=True, confirmed_at=timezone.localdate() - timedelta(500)
    )
    question = FreshnessQuestion.objects.create(
        item=case, person=owner, asked_on=timezone.localdate(), confirmed_at=case.confirmed_at
    )
    links = {answer: freshness_links.address(question, answer) for answer in Answer}
    return {f"question_{answer}": link[link.index("/freshness/") :] for answer, link in links.items()}


def _applications(newcomer):
    region = Region.objects.get(code=IIYAMA)
    apply_for_role(newcomer, Role.COORDINATOR, region=region, statement="飯山市社会福祉協議会で働いています。")
    return {}


@dataclass(frozen=True)
class State:
    who: str
    address: str
    act: object = None


def _press(name):
    """Press a button of the page's main part, such as one that refuses what was typed."""

    def act(page):
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_load_state()

    return act


def _click_first(selector):
    def act(page):
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return act


def _look_for_cases(page):
    """The list comes while one types."""
    page.locator("main [name=cases_text]").press_sequentially("見本")
    page.wait_for_selector("#cases-choices input[type=checkbox]")


NOTICE = """移動支援を考える集いのご案内

日時：12月5日（土）午後1時30分から4時まで（受付 午後1時から）
会場：飯山市公民館（長野県飯山市大字飯山1110-1）
参加費：無料
"""


def _read_a_notice(page):
    page.locator("#paste summary").click()
    page.locator("#pasted").fill(NOTICE)
    page.get_by_role("button", name="読み取って欄に入れる").click()
    page.wait_for_selector("#paste [role=status]")


def _look_for_organizations(page):
    """The list comes while one types."""
    page.locator("#content summary").click()
    page.locator("main [name=co_organizers_text]").press_sequentially("みまもり")
    page.wait_for_selector("#co_organizers-choices input[type=checkbox]")


def _type_a_bad_address(page):
    page.locator("main [name$=_url]").first.fill("とくになし")
    page.locator("main form.form button").click()
    page.wait_for_load_state()


def _save_over_somebody_elses(page):
    """What the page showed is no longer what is there."""
    page.evaluate("() => { document.querySelector('[name=seen]').value = 'earlier' }")
    page.locator("main [name=office]").fill("長野県 介護支援課 生活支援担当" + "（長い名前の窓口）" * 3)
    page.locator("main [name=phone]").fill("026-000-0000")
    page.locator("main form.form button").click()
    page.wait_for_load_state()


def _take_the_end_before_the_start(page):
    _unfold(page)
    page.locator("main [name=end_time]").fill("9時")
    page.locator("main button[name=_save]").click()
    page.wait_for_load_state()


def _unfold(page):
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")


STATES = {
    "mypage_empty": State("newcomer", "/mypage/"),
    "mypage": State("owner", "/mypage/"),
    "mypage_unfolded": State("owner", "/mypage/", _unfold),
    "mypage_reviewer": State("reviewer", "/mypage/"),
    "mypage_items": State("owner", "/mypage/items/?state=draft"),
    "mypage_ask_close": State("owner", "ask_close"),
    "mypage_ask_discard": State("owner", "ask_discard"),
    "profile": State("owner", "/accounts/profile/"),
    "roles": State("newcomer", "/accounts/roles/"),
    "apply": State("owner", "/accounts/roles/coordinator/apply/"),
    "vouching": State("owner", "/accounts/vouching/"),
    "new_organization": State("newcomer", "/organizations/new/"),
    "new_organization_errors": State("newcomer", "/organizations/new/", _press("保存して次へ")),
    "step_1": State("owner", "step_1"),
    "step_2": State("owner", "step_2"),
    "step_2_errors": State("owner", "step_2", _press("保存して次へ")),
    "step_3": State("owner", "step_3"),
    "step_3_errors": State("owner", "step_3", _press("掲載を申請する")),
    "submitted": State("owner", "submitted"),
    "own_organization": State("owner", "own_organization"),
    "edit_organization": State("owner", "edit_organization", _unfold),
    "members": State("owner", "members", _unfold),
    "members_errors": State("owner", "members", _click_first("main form[action*='/invite/'] button")),
    "invitation": State("newcomer", "invitation"),
    "invitation_of_another": State("owner", "invitation"),
    "new_case": State("owner", "/cases/new/"),
    "new_case_without_organization": State("newcomer", "/cases/new/"),
    "new_case_short": State("owner", "/cases/new/short/"),
    "new_case_short_errors": State("owner", "/cases/new/short/", _click_first("main button[name=_submit]")),
    "new_case_full": State("owner", "/cases/new/full/", _unfold),
    "edit_returned": State("owner", "edit_returned", _unfold),
    "edit_returned_short": State("owner", "edit_returned_short"),
    "edit_public": State("owner", "edit_public"),
    "case_preview": State("owner", "edit_public", _click_first("main button[name=_preview]")),
    "own_case": State("owner", "own_case"),
    "pictures": State("owner", "pictures"),
    "documents": State("owner", "documents"),
    "no_documents": State("owner", "no_documents"),
    "history": State("owner", "history", _unfold),
    "history_organization": State("reviewer", "history_organization", _unfold),
    "queue": State("reviewer", "/review/"),
    "queue_filtered": State("reviewer", "/review/?reason=change&small=1"),
    "queue_empty": State("reviewer", "/review/?prefecture=47"),
    "insights": State("reviewer", "/insights/", _unfold),
    "review_new": State("reviewer", "review_new", _unfold),
    "review_new_error": State("reviewer", "review_new", _press("差し戻す")),
    "review_long": State("reviewer", "review_long"),
    "review_change": State("reviewer", "review_change", _unfold),
    "question_continues": State("", "question_continues"),
    "question_changed": State("", "question_changed"),
    "question_ended": State("", "question_ended"),
    "own_policy": State("officer", "own_policy"),
    "policy_cases": State("officer", "policy_cases"),
    "policy_cases_found": State("officer", "policy_cases", _look_for_cases),
    "policy_cases_errors": State("officer", "policy_cases", _click_first("main .form button:not([name])")),
    "proposal": State("owner", "proposal"),
    "proposal_sent": State("officer", "proposal"),
    "edit_asked": State("owner", "edit_asked"),
    "new_policy": State("officer", "/policies/new/", _unfold),
    "new_policy_errors": State("officer", "/policies/new/", _click_first("main button[name=_submit]")),
    "edit_policy": State("officer", "edit_policy"),
    "policy_preview": State("officer", "edit_policy", _click_first("main button[name=_preview]")),
    "next_year": State("officer", "next_year", _unfold),
    "mypage_officer": State("officer", "/mypage/"),
    "new_event": State("owner", "/events/new/"),
    "new_event_unfolded": State("owner", "/events/new/", _unfold),
    "new_event_errors": State("owner", "/events/new/", _click_first("main button[name=_submit]")),
    "new_event_read": State("owner", "/events/new/", _read_a_notice),
    "new_event_co_organizers": State("owner", "/events/new/", _look_for_organizations),
    "edit_event": State("owner", "edit_event"),
    "edit_event_errors": State("owner", "edit_event", _take_the_end_before_the_start),
    "edit_event_over": State("owner", "edit_event_over"),
    "edit_event_returned": State("owner", "edit_event_returned", _unfold),
    "event_preview": State("owner", "edit_event", _click_first("main button[name=_preview]")),
    "copy_event": State("owner", "copy_event"),
    "event_state": State("owner", "event_state"),
    "event_state_errors": State("owner", "event_state", _take_the_end_before_the_start),
    "event_state_postponed": State("owner", "event_state_postponed"),
    "import": State("owner", "/events/import/", _unfold),
    "import_errors": State("owner", "/events/import/", _click_first("main .form button[type=submit]")),
    "import_of_a_city": State("owner", "import_of_a_city", _unfold),
    "import_with_changes": State("owner", "import_with_changes"),
    "import_running": State("owner", "import_running"),
    "import_done": State("owner", "import_done"),
    "own_event": State("owner", "own_event"),
    "own_event_over": State("owner", "own_event_over"),
    "event_history": State("owner", "event_history", _unfold),
    "review_event": State("reviewer", "review_event", _unfold),
    "platform": State("staff", "/regions/13/platform/"),
    "platform_errors": State("staff", "/regions/13/platform/", _type_a_bad_address),
    "contact_of_place": State("staff", "/regions/131016/contact/"),
    "contact_of_place_conflict": State("staff", "/regions/131016/contact/", _save_over_somebody_elses),
    "own_region": State("staff", "/regions/13/"),
    "forbidden": State("newcomer", "/review/"),
}
