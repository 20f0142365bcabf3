"""「うちでもやった」, and choosing cases and organizations by words."""

import pytest
from django.urls import reverse

from cases.models import CaseStudy
from search.actions import index
from taxonomy.models import Theme
from tests.cases.test_editing import FULL, SHORT, text, typed
from tests.factories import CaseStudyFactory, OrganizationFactory, PolicyFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory(published=True)


@pytest.fixture
def editor(client, organization):
    editor = member_of(organization)
    client.force_login(editor)
    return editor


@pytest.fixture
def origin():
    themes = Theme.objects.filter(slug__in=["shopping", "mobility"])
    return CaseStudyFactory(published=True, title="移動販売と見守り", themes=themes)


def test_new_case_begins_with_the_organization_and_the_policy_of_the_address(client):
    first, second = OrganizationFactory(published=True), OrganizationFactory(published=True)
    person = member_of(first)
    second.memberships.create(user=person)
    policy = PolicyFactory(published=True, title="移動を支える事業")
    client.force_login(person)
    begun = client.get("/cases/new/", {"organization": second.pk, "policy": policy.pk})
    full = begun.context["full_url"]

    form = client.get(full).context["form"]

    assert form["organization"].value() == second.pk
    assert form["policies"].value() == [policy.pk]
    assert "移動を支える事業" in begun.content.decode()


@pytest.mark.parametrize("name", ["organization", "policy", "origin"])
@pytest.mark.parametrize("pk", ["999999", "x", "-1", "9" * 30, "\x00"])
def test_unknown_beginnings_are_left_out(client, name, pk):
    client.force_login(member_of(OrganizationFactory(published=True)))

    response = client.get("/cases/new/full/", {name: pk})

    assert response.status_code == 200
    assert not response.context["form"].initial.get("policies")


def test_policy_leads_members_to_writing_about_it(client):
    policy = PolicyFactory(published=True)
    assert "この施策を使った事例を書く" not in client.get(policy.get_absolute_url()).content.decode()

    client.force_login(member_of(OrganizationFactory(published=True)))

    assert f"/cases/new/?policy={policy.pk}" in client.get(policy.get_absolute_url()).content.decode()


@pytest.mark.parametrize("url", [SHORT, FULL])
def test_form_begins_with_the_example_and_its_themes(client, organization, editor, origin, url):
    content = text(client.get(f"{url}?origin={origin.pk}"))

    assert "移動販売と見守り" in content
    for theme in origin.themes.all():
        assert f'value="{theme.pk}" id="id_themes_' in content
    assert content.count("checked") >= 3

    client.post(f"{url}?origin={origin.pk}", typed(organization, origin=origin.pk))
    assert CaseStudy.objects.get(title="ごみ出しの当番").origin == origin


def test_example_can_be_left_out(client, organization, editor, origin):
    client.post(f"{SHORT}?origin={origin.pk}", typed(organization))

    assert CaseStudy.objects.get(title="ごみ出しの当番").origin is None


@pytest.mark.parametrize("pk", ["999", "abc", "9" * 30, "-1"])
def test_unknown_example_is_told(client, editor, pk):
    assert "もとになる事例が見つかりません" in text(client.get(f"/cases/new/?origin={pk}"))
    for url in (SHORT, FULL):
        assert "もとになる事例が見つかりません" in text(client.get(f"{url}?origin={pk}"))


def test_draft_of_others_is_no_example(client, editor):
    draft = CaseStudyFactory(title="ひみつの下書き")

    assert "ひみつ" not in text(client.get(f"/cases/new/?origin={draft.pk}", follow=True))


def test_two_examples_are_kept_apart_while_typing(client, organization, editor, origin):
    other = CaseStudyFactory(published=True)
    client.post(f"{SHORT}?origin={origin.pk}", {"_keep": "", "title": "1つめ"})
    client.post(f"{SHORT}?origin={other.pk}", {"_keep": "", "title": "2つめ"})

    assert "1つめ" in text(client.get(f"{SHORT}?origin={origin.pk}"))
    begun = text(client.get("/cases/new/"))
    assert f"{SHORT}?origin={origin.pk}" in begun
    assert f"{SHORT}?origin={other.pk}" in begun


@pytest.mark.parametrize("words", ["移動販売", "いどう", "{pk}", "https://portal.example/cases/{pk}/"])
def test_example_is_found_by_title_number_and_address(client, organization, editor, origin, words):
    CaseStudy.objects.filter(pk=origin.pk).update(title="移動販売といどう支援")
    words = words.format(pk=origin.pk)

    found = text(client.post(FULL, typed(organization, origin_text=words, _find="origin")))
    suggested = text(client.get("/cases/pick/origin/", {"origin_text": words}))

    for content in (found, suggested):
        assert f'id="origin-{origin.pk}"' in content
    assert "エラー" not in found


def test_words_without_a_choice_are_asked_about(client, organization, editor, origin):
    undecided = text(client.post(FULL, typed(organization, origin_text="移動販売")))
    nothing = text(client.post(FULL, typed(organization, partner_organizations_text="ないない会")))

    assert "候補から選んでください。" in undecided
    assert f'id="origin-{origin.pk}"' in undecided
    assert "「ないない会」は見つかりません。" in nothing

    client.post(FULL, typed(organization, origin_text="移動販売", origin=origin.pk))
    assert CaseStudy.objects.get(title="ごみ出しの当番").origin == origin


def test_only_public_things_are_suggested_and_the_chosen_ones_stay(client, editor):
    chosen = OrganizationFactory(published=True, name="えらんだ会")
    OrganizationFactory(published=True, name="みどり会")
    hidden = OrganizationFactory(name="みどりの下書き")

    answer = text(
        client.get(
            "/cases/pick/partner_organizations/",
            {"partner_organizations_text": "みどり", "partner_organizations": [chosen.pk, hidden.pk, "x"]},
        )
    )

    assert "えらんだ会" in answer
    assert "みどり会" in answer
    assert "下書き" not in answer
    assert answer.count("checked") == 1


def test_partner_is_found_by_its_reading(client, editor):
    found = OrganizationFactory(published=True, name="緑会", name_kana="ミドリカイ")
    index(found)

    assert "緑会" in text(
        client.get("/cases/pick/partner_organizations/", {"partner_organizations_text": "みどりかい"})
    )


@pytest.mark.parametrize("words", ["", "'", '"', "%", "\\", "🎉", "あ" * 10_000, "-" * 50, "-1", "9" * 40, "/cases//"])
def test_strange_words_find_nothing_and_break_nothing(client, organization, editor, origin, words):
    for name in ("origin", "partner_organizations"):
        assert client.get(f"/cases/pick/{name}/", {f"{name}_text": words}).status_code == 200
        assert client.post(FULL, typed(organization, **{f"{name}_text": words}, _find=name)).status_code == 200


def test_suggestions_are_for_members_only(client):
    assert client.get("/cases/pick/origin/", {"origin_text": "あ"}).status_code == 204
    client.force_login(UserFactory())
    assert client.get("/cases/pick/nothing/").status_code == 404
    assert client.post("/cases/pick/origin/").status_code == 405


def test_own_organization_is_no_partner(client, organization, editor):
    response = client.post(FULL, typed(organization, partner_organizations=[organization.pk]))

    assert "「取り組んだ団体」と同じ団体は選べません。" in text(response)


def test_example_that_is_no_longer_public_stays(client, organization, editor, origin):
    case = CaseStudyFactory(organization=organization, origin=origin)
    CaseStudy.objects.filter(pk=origin.pk).update(status="closed")

    client.post(reverse("cases:edit", args=[case.pk]), typed(organization, origin=origin.pk))

    case.refresh_from_db()
    assert (case.title, case.origin) == ("ごみ出しの当番", origin)
