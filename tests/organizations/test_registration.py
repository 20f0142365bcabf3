"""From nothing to a submitted organization, and every way to stumble."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import OrganizationRole
from organizations.models import Organization
from publishing.actions import TransitionNotAllowed, change_status, save_changes
from publishing.models import Decision, Review, ReviewReason, Status, WorkingCopy
from taxonomy.models import Theme
from tests.factories import OrganizationFactory, UserFactory, member_of, owner_of, secretariat
from tests.organizations.forms import ACTIVITY, CONTACT, CRITERIA, first_step

pytestmark = pytest.mark.django_db

NEW = reverse("organizations:create")
NUMBER = "2000012010019"


@pytest.fixture
def person(client):
    user = UserFactory(display_name="山田花子")
    client.force_login(user)
    return user


@pytest.fixture
def draft(person):
    """An organization after its first step."""
    organization = OrganizationFactory(name="ささえあいの会", name_kana="ササエアイノカイ", summary="")
    organization.memberships.create(user=person, role=OrganizationRole.OWNER)
    return organization


def step_url(organization, number):
    return reverse("organizations:register", args=[organization.pk, number])


def activity(**changes):
    return {**ACTIVITY, "themes": [Theme.objects.get(slug="shopping").pk], **changes}


def errors(response):
    assert response.status_code == 200
    return response.context["form"].errors


def test_from_nothing_to_the_receipt_number(client, person, django_capture_on_commit_callbacks):
    response = client.post(NEW, first_step())
    organization = Organization.objects.get()
    assert response.url == step_url(organization, 2)
    assert (organization.name_kana, organization.status) == ("ササエアイノカイ", Status.DRAFT)
    assert organization.memberships.get().is_owner

    response = client.post(response.url, activity(version=organization.version, _save=""))
    assert response.url == step_url(organization, 3)

    version = Organization.objects.get().version
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(response.url, {**CONTACT, **CRITERIA, "version": version, "_submit": ""}, follow=True)
    organization = Organization.objects.get()
    content = response.content.decode()

    assert organization.status == Status.SUBMITTED
    assert organization.criteria_accepted_at
    assert [region.code for region in organization.regions.all()] == ["131121"]
    assert sorted(organization.tag_names()) == ["公民館", "移動販売"]
    assert organization.receipt_number in content
    assert "申請中" in content
    assert Review.objects.open().get().title == "ささえあいの会"
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert not WorkingCopy.objects.exists()


def test_every_page_needs_an_account(client):
    organization = OrganizationFactory()

    for address in (NEW, step_url(organization, 2), reverse("organizations:submitted", args=[organization.pk])):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("number", [1, 2, 3])
def test_drafts_of_others_are_not_there(client, person, number):
    organization = OrganizationFactory()

    assert client.get(step_url(organization, number)).status_code == 404
    assert client.post(step_url(organization, number), first_step()).status_code == 404


def test_public_organizations_of_others_are_not_to_be_edited(client, person):
    organization = OrganizationFactory(published=True)

    assert client.get(step_url(organization, 1)).status_code == 403


@pytest.mark.parametrize("number", [0, 4, 99])
def test_there_are_three_steps(client, draft, number):
    assert client.get(step_url(draft, number)).status_code == 404


def test_double_click_makes_one(client, person):
    data = first_step(corporate_number=NUMBER)
    del data["has_no_number"]

    first, second = client.post(NEW, data), client.post(NEW, data)

    assert Organization.objects.count() == 1
    assert Organization.objects.get().memberships.count() == 1
    assert first.url == second.url


def test_going_back_in_the_browser_edits_what_was_made(client, person):
    data = first_step()
    client.post(NEW, data)

    client.post(NEW, {**data, "name": "ささえあいの会 世田谷"})

    assert Organization.objects.get().name == "ささえあいの会 世田谷"


def test_key_of_somebody_else_makes_one_of_its_own(client, person):
    data = first_step()
    other = Client()
    other.force_login(UserFactory())
    other.post(NEW, data)

    response = client.post(NEW, data)

    assert response.status_code == 302
    assert Organization.objects.filter(created_by=person).count() == 1
    assert Organization.objects.exclude(created_by=person).get().memberships.count() == 1


@pytest.mark.parametrize("key", ["", "x", "\x00" * 3, "9" * 10_000, "f5b55981-ad12-4385-a5d2-0f662f598bb"])
def test_key_that_is_none_is_replaced(client, person, key):
    response = client.post(NEW, first_step(key=key.replace("\x00", "")))

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "団体名を入力してください。"),
        ({"name": "あ" * 101}, "name", "100文字以内"),
        ({"name": "一行目\n二行目"}, "name", "制御文字"),
        ({"name_kana": ""}, "name_kana", "ふりがなを入力してください。"),
        ({"name_kana": "支え合いの会"}, "name_kana", "ひらがなかカタカナで"),
        ({"name_kana": "あ" * 10_000}, "name_kana", "150文字以内"),
        ({"name_kana": "ささえ😀"}, "name_kana", "ひらがなかカタカナで"),
        ({"kind": ""}, "kind", "種類を選んでください"),
        ({"kind": "x"}, "kind", "x"),
        ({"has_no_number": ""}, "corporate_number", "法人番号のない団体です"),
        ({"has_no_number": "", "corporate_number": "123"}, "corporate_number", "13桁"),
        ({"has_no_number": "", "corporate_number": "1" * 10_000}, "corporate_number", "13桁"),
        ({"has_no_number": "", "corporate_number": "1000012010019"}, "corporate_number", "検査数字"),
        ({"corporate_number": NUMBER}, "has_no_number", "番号を消してください"),
        ({"postal_code": "12-34"}, "postal_code", "7桁の数字"),
        ({"address": "あ" * 201}, "address", "200文字以内"),
    ],
)
def test_mistakes_of_the_first_step_are_told_at_the_field(client, person, changes, field, sentence):
    response = client.post(NEW, first_step(**changes))

    assert sentence in errors(response)[field][0]
    typed = changes.get("name", "ささえあいの会")
    assert response.context["form"]["name"].value() == typed
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"regions": []}, "regions", "1つ以上"),
        ({"regions": ["999999"]}, "regions", "見つかりません"),
        ({"regions": ["x' OR 1"]}, "regions", "見つかりません"),
        ({"region": "999999"}, "regions", "見つかりません"),
        ({"themes": []}, "themes", "1つ以上"),
        ({"themes": ["999999"]}, "themes", "見つかりません"),
        ({"themes": ["x"]}, "themes", "見つかりません"),
        ({"summary": ""}, "summary", "概要を入力"),
        ({"summary": "あ" * 301}, "summary", "いまは301文字"),
        ({"description": "あ" * 10_001}, "description", "10,000文字以内"),
        ({"scope": "world"}, "scope", "world"),
        ({"tags": "あ" * 51}, "tags", "50文字以内"),
        ({"tags": "、".join(map(str, range(21)))}, "tags", "20個まで"),
    ],
)
def test_mistakes_of_the_second_step_are_told_at_the_field(client, draft, changes, field, sentence):
    response = client.post(step_url(draft, 2), activity(version=1, **changes))

    assert sentence in errors(response)[field][0]
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"contact_email": "x"}, "contact_email", "メールアドレスの形"),
        ({"contact_phone": "でんわ"}, "contact_phone", "数字で"),
        ({"website": "ここ"}, "website", "アドレスを入力"),
        ({"website": "ftp://example.jp/"}, "website", "アドレスを入力"),
        ({"website": "javascript:alert(1)"}, "website", "アドレスを入力"),
        ({"website": ""}, "website", "リンクを載せるときは"),
        ({"criteria": ["activity"]}, "criteria", "4つあります"),
        ({"criteria": []}, "criteria", "5つあります"),
        ({"criteria": ["x"]}, "criteria", "選び直して"),
    ],
)
def test_mistakes_of_the_last_step_are_told_at_the_field(client, draft, changes, field, sentence):
    save_activity(draft)

    data = {**CONTACT, **CRITERIA, **changes, "_submit": ""}
    response = client.post(step_url(draft, 3), data)

    assert sentence in errors(response)[field][0]
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def save_activity(organization):
    organization.summary = "買い物の付き添いをしています。"
    organization.save()
    organization.themes.set([Theme.objects.get(slug="shopping")])
    organization.regions.set(["131121"])


def test_taken_number_is_told_without_saying_whose_or_in_which_state(client, person):
    sentences = set()
    for status in (Status.DRAFT, Status.CLOSED):
        Organization.objects.all().delete()
        OrganizationFactory(corporate_number=NUMBER, status=status, name="ひみつの会")
        response = client.post(NEW, first_step(has_no_number="", corporate_number=NUMBER))
        sentences.add(errors(response)["corporate_number"][0])
        assert "ひみつの会" not in response.content.decode()

    assert len(sentences) == 1
    assert "すでに登録されています" in sentences.pop()


def test_number_that_is_taken_in_the_last_moment_is_a_message(client, person, monkeypatch):
    """The form found the number free, the database did not."""
    OrganizationFactory(corporate_number=NUMBER)
    monkeypatch.setattr("organizations.forms.AboutForm.validate_unique", lambda form: None)

    response = client.post(NEW, first_step(has_no_number="", corporate_number=NUMBER))

    assert "すでに登録されています" in errors(response)["corporate_number"][0]
    assert Organization.objects.count() == 1


def test_number_of_an_invoice_in_full_width_is_read(client, person):
    client.post(NEW, first_step(has_no_number="", corporate_number="Ｔ２－０００-0120 10019"))

    assert Organization.objects.get().corporate_number == NUMBER


def test_similar_public_name_is_warned_of_once_and_not_refused(client, person):
    other = OrganizationFactory(published=True, name="NPO法人 ささえあいの会")
    data = first_step()

    response = client.post(NEW, data)
    assert other.get_absolute_url() in response.content.decode()
    assert not Organization.objects.filter(created_by=person).exists()

    client.post(NEW, {**data, "differs": "ささえあいの会"})
    assert Organization.objects.filter(created_by=person).exists()


def test_drafts_of_others_are_not_named_as_similar(client, person):
    OrganizationFactory(name="NPO法人ささえあいの会")

    assert client.post(NEW, first_step()).status_code == 302


def test_address_of_the_postal_code_without_javascript(client, person):
    response = client.post(NEW, {**first_step(name_kana="支"), "address": "", "_address": ""})

    form = response.context["form"]
    assert form["address"].value() == "東京都世田谷区世田谷"
    assert form["name_kana"].value() == "支"
    assert not form.errors
    assert "番地などを続けて" in response.content.decode()
    assert not Organization.objects.exists()


def test_regions_are_added_one_by_one_without_javascript(client, draft):
    address = step_url(draft, 2)

    response = client.post(address, {"scope": "regional", "region": "13", "_municipalities": "", "summary": "とちゅう"})
    assert '<option value="131121"' in response.content.decode()

    response = client.post(address, {"region": "13", "municipality": "131121", "_add_region": ""})
    assert [region.code for region in response.context["form"].chosen_regions] == ["131121"]

    response = client.post(address, {"regions": ["131121"], "region": "28", "_add_region": ""})
    form = response.context["form"]
    assert [region.code for region in form.chosen_regions] == ["131121", "28"]
    assert not form.errors


@pytest.mark.parametrize("data", [{}, {"region": "999999"}, {"region": "00"}, {"region": "x" * 10_000}])
def test_adding_nothing_or_nonsense_is_told(client, draft, data):
    response = client.post(step_url(draft, 2), {**data, "_add_region": ""})

    assert response.context["form"].notes["region"]


def test_region_left_in_the_picker_counts(client, draft):
    client.post(step_url(draft, 2), activity(regions=[], region="13", municipality="131121", version=1))

    assert [region.code for region in draft.regions.all()] == ["131121"]


def test_nation_in_the_picker_is_the_scope(client, draft):
    client.post(step_url(draft, 2), activity(regions=[], region="00", version=1))

    draft.refresh_from_db()
    assert draft.scope == "national"


def test_municipality_of_the_address_is_proposed(client, draft):
    Organization.objects.update(postal_code="154-0017")

    response = client.get(step_url(draft, 2))

    assert [region.code for region in response.context["form"].chosen_regions] == ["131121"]


def test_what_was_typed_comes_back_after_keeping(client, draft):
    client.post(step_url(draft, 2), activity(summary="とちゅう", themes=[], _keep=""))

    response = client.get(step_url(draft, 2))

    assert response.context["form"]["summary"].value() == "とちゅう"
    assert "書きかけの内容" in response.content.decode()
    draft.refresh_from_db()
    assert draft.summary == ""


def test_going_back_keeps_what_was_typed(client, draft):
    response = client.post(step_url(draft, 2), activity(summary="とちゅう", _back=""))

    assert response.url == step_url(draft, 1)
    assert client.get(step_url(draft, 2)).context["form"]["summary"].value() == "とちゅう"


def test_typed_text_before_the_first_saving_comes_back(client, person):
    client.post(NEW, {**first_step(name="とちゅうの会"), "_keep": "", "_save": ""})

    assert client.get(NEW).context["form"]["name"].value() == "とちゅうの会"


def test_too_much_to_keep_is_told_and_stays_on_the_page(client, draft):
    response = client.post(step_url(draft, 2), activity(description="あ" * 200_001, _keep=""))

    assert "文字が多すぎる" in response.content.decode()
    assert response.context["form"]["description"].value() == "あ" * 200_001


def test_preview_shows_the_page_and_leads_back_with_everything_typed(client, draft):
    save_activity(draft)
    data = {**CONTACT, "contact_name": "見本の係", "criteria": ["activity"], "version": 1}

    response = client.post(step_url(draft, 3), {**data, "_preview": ""})
    content = response.content.decode()
    assert "見本の係" in content
    assert '<input type="hidden" name="criteria" value="activity">' in content
    draft.refresh_from_db()
    assert draft.contact_name == ""

    response = client.post(step_url(draft, 3), {**data, "_edit": ""})
    assert response.context["form"]["contact_name"].value() == "見本の係"
    assert not response.context["form"].errors


def test_submitting_without_the_steps_before_is_refused(client, draft):
    response = client.post(step_url(draft, 3), {**CONTACT, **CRITERIA, "_submit": ""})

    content = response.content.decode()
    assert "まだ入力していない項目があります" in content
    assert "概要、活動地域、分野" in content
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_submitting_past_the_forms_is_refused(client, draft):
    response = client.post(reverse("publishing:act", args=["organization", draft.pk, "submit"]), follow=True)

    assert "次の項目を入力してください：概要、活動地域、分野、掲載の条件の確認" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_two_tabs_show_what_changed(client, draft, person):
    save_changes(draft, lambda item: setattr(item, "summary", "もう一つのタブ") or item.save(), by=person)

    response = client.post(step_url(draft, 2), activity(version=1))

    content = response.content.decode()
    assert "ほかの方が先に保存しました" in content
    assert "もう一つのタブ" in content
    assert (
        client.post(step_url(draft, 2), activity(version=response.context["form"]["version"].value())).status_code
        == 302
    )


def test_submitted_by_somebody_else_in_the_last_moment_is_told(client, draft, person, monkeypatch):
    save_activity(draft)

    def refuse(*args, **options):
        raise TransitionNotAllowed

    monkeypatch.setattr("organizations.views.registration.save_and_move", refuse)
    response = client.post(step_url(draft, 3), {**CONTACT, **CRITERIA, "_submit": ""}, follow=True)

    assert "ほかの方が先に状態を変えた" in response.content.decode()


def test_steps_of_a_submitted_organization_lead_to_the_edit_page(client, draft, person):
    change_status(draft, "submit", by=person)

    assert client.get(step_url(draft, 1)).url == reverse("organizations:edit", args=[draft.pk])


def test_receipt_is_for_members_and_only_while_it_waits(client, draft, person):
    address = reverse("organizations:submitted", args=[draft.pk])
    assert client.get(address).url == draft.get_absolute_url()
    change_status(draft, "submit", by=person)

    assert client.get(address).status_code == 200
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_receipt_says_how_long_it_usually_takes_when_that_is_known(client, draft, person):
    change_status(draft, "submit", by=person)
    address = reverse("organizations:submitted", args=[draft.pk])
    assert "営業日" not in client.get(address).content.decode()

    now = timezone.now()
    for _ in range(5):
        Review.objects.create(
            item=OrganizationFactory(),
            reason=ReviewReason.NEW,
            title="x",
            entered_at=now - timedelta(days=5),
            decided_at=now,
            decision=Decision.PUBLISHED,
            waited_days=3,
        )

    assert "3営業日ほど" in client.get(address).content.decode()


def test_list_leads_to_the_registration(client):
    assert f'href="{NEW}"' in client.get(reverse("organizations:list")).content.decode()


def test_script_in_every_field_stays_text(client, draft):
    evil = "<script>alert(1)</script>"

    response = client.post(
        step_url(draft, 2),
        activity(summary=evil, offers=evil, tags=evil, region=evil, municipality=evil, regions=[evil], scope=evil),
    )

    assert evil not in response.content.decode()


def test_null_byte_is_refused_by_the_site(client, person):
    assert client.post(NEW, first_step(name="あ\x00")).status_code == 400


def test_draft_is_found_by_editors_too_and_its_reviewers_do_not_edit(client, draft):
    client.force_login(member_of(draft))
    assert client.get(step_url(draft, 2)).status_code == 200

    client.force_login(secretariat())
    assert client.get(step_url(draft, 2)).status_code == 403


def test_address_endpoint(client, person):
    address = reverse("organizations:address")

    found = client.get(address, {"postal_code": "１５４-0017", "address": ""}).json()

    assert found["address"] == "東京都世田谷区世田谷"
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("code", "typed", "address", "sentence"),
    [
        ("1540017", "", "東京都世田谷区世田谷", "番地などを"),
        ("1540017", "4-21-27", "東京都世田谷区世田谷4-21-27", "番地などを"),
        ("1540017", "東京都世田谷区世田谷4-21-27", "東京都世田谷区世田谷4-21-27", "合っています"),
        ("1540017", "東京都", "東京都世田谷区世田谷", "番地などを"),
        ("1540017", "大阪府堺市", "大阪府堺市", "変えていません"),
        ("4520961", "", "愛知県清須市", "町名から"),
        ("4980000", "", "", "複数の都道府県"),
        ("0000000", "あ", "あ", "見つかりません"),
        ("", "あ", "あ", "7桁"),
        ("x" * 10_000, "あ", "あ", "7桁"),
    ],
)
def test_nothing_typed_is_lost_to_the_address(client, person, code, typed, address, sentence):
    found = client.get(reverse("organizations:address"), {"postal_code": code, "address": typed}).json()

    assert found["address"] == address
    assert sentence in found["sentence"]


def test_owner_of_another_organization_registers_a_second(client, person):
    owner_of(OrganizationFactory())
    client.post(NEW, first_step(name="ひとつめの会"))
    client.post(NEW, first_step(name="まったく別の団体"))

    assert person.memberships.count() == 2
