"""What a prefecture says about its platform and whom to call: who may say it, and what is kept of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment
from accounts.roles import Role
from places.actions import ChangedMeanwhile, save_contact, save_platform
from places.models import Contact, Function, PlatformFunction, State
from taxonomy.models import Region
from tests.factories import UserFactory, secretariat, superuser

pytestmark = pytest.mark.django_db

TOKYO, NAGANO = "13", "20"
PLATFORM = reverse("places:platform", args=[TOKYO])
OFFICE = reverse("places:contact", args=[TOKYO])
WHAT = {"office": "都の窓口", "phone": "03-0000-0000", "email": "", "url": ""}


@pytest.fixture
def staff(client):
    """Of Tokyo."""
    person = UserFactory(role=Role.PREFECTURAL)
    client.force_login(person)
    return person


def answers(**states):
    """What the form sends: everything unknown but ``states``."""
    data = {"seen": ""}
    for function in Function:
        data |= {
            f"{function}_state": states.get(function, State.UNKNOWN),
            f"{function}_url": "",
            f"{function}_note": "",
        }
    return data


def values(state, **more):
    return {"state": state, "url": "", "note": "", **more}


def region(code):
    return Region.objects.get(code=code)


def test_what_nobody_has_said_is_unconfirmed_never_none(client):
    html = client.get("/regions/13/").content.decode()

    assert html.count(">未確認</span>") == 6
    assert ">なし</span>" not in html


def test_staff_says_what_there_is(client, staff):
    data = answers(training=State.EXISTS, cases=State.NONE)
    data |= {"training_url": "https://www.example.jp/kenshu/", "training_note": "年に2回"}

    response = client.post(PLATFORM, data, follow=True)

    html = response.content.decode()
    assert response.redirect_chain == [("/regions/13/", 302)]
    for text in ("https://www.example.jp/kenshu/", "年に2回", ">あり</span>", ">なし</span>"):
        assert text in html
    assert html.count(">未確認</span>") == 4
    assert PlatformFunction.objects.count() == 2  # nobody has said anything about the others
    row = PlatformFunction.objects.get(function=Function.TRAINING)
    assert (row.confirmed_on, row.confirmed_by) == (timezone.localdate(), staff)
    record = row.records.select_related("pgh_context").get()
    assert record.pgh_context.metadata == {"user": staff.pk, "action": "save_platform", "url": PLATFORM}


def test_what_is_unknown_again_loses_its_confirmation(staff):
    tokyo = region(TOKYO)
    save_platform(tokyo, {Function.EVENTS: values(State.EXISTS)}, by=staff, seen="")
    row = PlatformFunction.objects.get()

    save_platform(tokyo, {Function.EVENTS: values(State.UNKNOWN)}, by=staff, seen=row.updated_at.isoformat())

    row.refresh_from_db()
    assert (row.state, row.confirmed_on, row.confirmed_by) == (State.UNKNOWN, None, None)
    assert row.records.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("training_state", "x", "並んでいるものから選んでください。"),
        ("training_state", "", "選んでください。"),
        ("training_url", "javascript:alert(1)", "training_url"),
        ("cases_url", "https://www.example.jp/", "「あり」か「準備中」のときだけ入力してください。"),
        ("training_note", "あ" * 10_000, "200文字以内"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, staff, field, value, sentence):
    response = client.post(PLATFORM, answers() | {field: value})

    assert sentence in response.content.decode()
    assert response.context["form"].errors[field]
    assert not PlatformFunction.objects.exists()


def test_nobody_writes_over_what_was_saved_meanwhile(client, staff):
    save_platform(region(TOKYO), {Function.EVENTS: values(State.EXISTS)}, by=None, seen="")

    response = client.post(PLATFORM, answers(events=State.NONE))

    assert "ほかの方が先に保存しました" in response.content.decode()
    assert PlatformFunction.objects.get().state == State.EXISTS
    with pytest.raises(ChangedMeanwhile):
        save_contact(region(TOKYO), WHAT, by=staff, seen="2026-01-01")


def test_what_was_typed_meanwhile_stays_beside_what_was_saved_and_can_be_saved_on_purpose(client, staff):
    save_contact(region(TOKYO), WHAT, by=None, seen="")
    typed = {**WHAT, "office": "私の書いた窓口"}

    form = client.post(OFFICE, {**typed, "seen": ""}).context["form"]

    assert [(each.current, each.typed) for each in form.conflicts] == [("都の窓口", "私の書いた窓口")]
    assert form["office"].value() == "私の書いた窓口"
    client.post(OFFICE, {**typed, "seen": form["seen"].value()})
    assert Contact.objects.get().office == "私の書いた窓口"


def test_a_second_click_is_no_conflict(client, staff):
    first, second = (client.post(OFFICE, {**WHAT, "seen": ""}) for _click in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert Contact.objects.get().office == "都の窓口"


def test_a_contact_is_written_confirmed_and_taken_away(client, staff):
    client.post(OFFICE, {**WHAT, "phone": "０３－００００－００００", "seen": ""})
    contact = Contact.objects.get()
    assert (contact.phone, contact.confirmed_by) == ("03-0000-0000", staff)
    assert "都の窓口" in client.get("/regions/131016/").content.decode()

    client.post(OFFICE, {"office": "", "phone": "", "email": "", "url": "", "seen": contact.updated_at.isoformat()})

    assert not Contact.objects.exists()
    assert Contact.records.rel.related_model.objects.count() == 2  # what was there, and that it was taken away


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": ""}, "電話番号、メールアドレス、ページのアドレスのどれかを入力してください。"),
        ({"office": ""}, "窓口の名前を入力してください。"),
        ({"phone": "でんわ"}, "電話番号は数字で入力してください"),
    ],
)
def test_half_a_contact_is_refused(client, staff, changes, sentence):
    response = client.post(OFFICE, {**WHAT, "seen": "", **changes})

    assert sentence in response.content.decode()
    assert not Contact.objects.exists()


def person_who_is(who):
    if who in ("secretariat", "superuser"):
        return secretariat() if who == "secretariat" else superuser()
    person = UserFactory(role=who.partition(" ")[0])
    if who.endswith("of Nagano"):
        RoleAssignment.objects.filter(user=person).update(region=NAGANO)
    return person


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("prefectural", True),
        ("prefectural of Nagano", False),
        ("municipal", False),
        ("ministry", False),
        ("secretariat", True),
        ("superuser", True),
    ],
)
def test_who_may_write_for_a_prefecture_and_its_towns(client, who, may):
    client.force_login(person_who_is(who))

    for code in (TOKYO, "131016"):
        assert client.get(reverse("places:contact", args=[code])).status_code == (200 if may else 403)
        assert ("の相談先を書く" in client.get(f"/regions/{code}/").content.decode()) == may
    assert client.post(PLATFORM, answers(training=State.EXISTS)).status_code == (302 if may else 403)
    assert PlatformFunction.objects.exists() == may


def test_only_prefectures_have_platforms(client, staff):
    assert client.get(reverse("places:platform", args=["131016"])).status_code == 404


def test_an_old_confirmation_is_told(client):
    long_ago = timezone.localdate() - timedelta(days=400)
    Contact.objects.create(region_id=TOKYO, office="都の窓口", phone="03-0000-0000", confirmed_on=long_ago)

    assert "1年以上たっています" in client.get("/regions/13/").content.decode()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (PlatformFunction, {"prefecture_id": "131016", "function": "training"}),
        (PlatformFunction, {"prefecture_id": "00", "function": "training"}),
        (PlatformFunction, {"prefecture_id": "13", "function": "training", "state": "exists"}),
        (PlatformFunction, {"prefecture_id": "13", "function": "training", "confirmed_on": date(2026, 1, 1)}),
        (Contact, {"region_id": "00", "office": "国", "phone": "1", "confirmed_on": date(2026, 1, 1)}),
        (Contact, {"region_id": "13", "office": "", "phone": "1", "confirmed_on": date(2026, 1, 1)}),
        (Contact, {"region_id": "13", "office": "都", "confirmed_on": date(2026, 1, 1)}),
        (Contact, {"region_id": "13", "office": "都", "phone": "1"}),
    ],
)
def test_the_database_refuses_what_never_may_be(model, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**fields)


def test_each_function_stands_once():
    PlatformFunction.objects.create(prefecture_id="13", function="training")

    with pytest.raises(IntegrityError), transaction.atomic():
        PlatformFunction.objects.create(prefecture_id="13", function="training")


def test_the_secretariat_confirms_by_saving_in_the_admin(client):
    person = secretariat()
    client.force_login(person)

    client.post(reverse("admin:places_contact_add"), {"region": "13", **WHAT})
    client.post(
        reverse("admin:places_platformfunction_add"),
        {"prefecture": "13", "function": "training", "state": "exists", "url": "", "note": ""},
    )

    assert Contact.objects.get().confirmed_by == person
    assert PlatformFunction.objects.get().confirmed_on == timezone.localdate()
