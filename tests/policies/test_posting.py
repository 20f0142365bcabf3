"""Posting as a member of a government organization: new, next year's edition, edit, schedule, and every refusal."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import OrganizationRole
from organizations.models import OrganizationKind
from policies.models import Policy
from publishing.actions import change_status, save_changes
from publishing.models import Status, WorkingCopy
from publishing.scheduling import publish_due
from taxonomy.models import Region
from tests.factories import OrganizationFactory, PolicyFactory, UserFactory, member_of, secretariat

pytestmark = pytest.mark.django_db
CREATE = "/policies/new/"


@pytest.fixture
def ministry():
    nation = Region.objects.get(code="00")
    return OrganizationFactory(
        published=True, name="厚生労働省", kind=OrganizationKind.MINISTRY, can_self_publish=True, regions=[nation]
    )


@pytest.fixture
def member(client, ministry):
    user = member_of(ministry, OrganizationRole.EDITOR)
    client.force_login(user)
    return user


def typed(organization, /, **fields):
    return {
        "key": str(uuid.uuid4()),
        "organization": organization.pk,
        "title": "生活支援体制整備事業",
        "fiscal_year": "2026",
        "kind": "program",
        "standing": "proposed",
        "summary": "体制をつくる事業です。",
        "regions": ["00"],
        "applicants": ["municipality", "union"],
        "subsidy_permille": "３８．５％",
        "budget": "1,800億円",
        "opens_on": "令和8年4月1日",
        "closes_on": "2026-06-30",
        "amounts-0-label": "第1層",
        "amounts-0-amount": "8,000千円",
        "amounts-0-per": "市町村",
        "amounts-1-label": "",
        "documents-0-title": "要綱",
        "documents-0-url": "www.example.jp/yoko",
        "questions-0-question": "組合も使えますか",
        "questions-0-answer": "使えます。",
        "tags": "標準額、協議体",
        "_save": "1",
        **fields,
    }


def errors(response):
    return [sentence for _, sentence in response.context["form"].problems()]


def test_the_form_begins_with_what_is_known(client, ministry, member):
    form = client.get(CREATE).context["form"]

    assert form.initial["organization"] == ministry.pk
    assert form.initial["regions"] == ["00"]


def test_a_new_policy_is_a_draft_with_its_rows(client, ministry, member):
    response = client.post(CREATE, typed(ministry))
    policy = Policy.objects.get()

    assert response.url == reverse("policies:edit", args=[policy.pk])
    assert (policy.status, policy.created_by) == (Status.DRAFT, member)
    assert (policy.subsidy_permille, policy.budget) == (385, 180_000_000_000)
    assert (policy.opens_on, policy.closes_on) == (date(2026, 4, 1), date(2026, 6, 30))
    assert policy.applicants == ["municipality", "union"]
    assert [(row.label, row.amount, row.per) for row in policy.amounts.all()] == [("第1層", 8_000_000, "市町村")]
    assert policy.documents.get().url == "https://www.example.jp/yoko"
    assert policy.questions.get().answer == "使えます。"
    assert sorted(policy.tags.names()) == ["協議体", "標準額"]


def test_sent_twice_it_makes_one(client, ministry, member):
    data = typed(ministry)

    for _ in range(2):
        client.post(CREATE, data)

    assert Policy.objects.count() == 1


def test_a_self_publishing_organization_publishes_at_once(client, ministry, member):
    client.post(CREATE, {**typed(ministry), "_submit": "1"})

    assert Policy.objects.get().status == Status.PUBLISHED


def test_others_send_it_to_the_reviewers(client, ministry, member):
    type(ministry).objects.update(can_self_publish=False)

    client.post(CREATE, {**typed(ministry), "_submit": "1"})

    policy = Policy.objects.get()
    assert policy.status == Status.SUBMITTED
    assert policy.receipt_number


def test_it_is_published_at_the_time_that_was_set(client, ministry, member):
    at = timezone.localtime() + timedelta(days=2)
    client.post(CREATE, {**typed(ministry), "publish_at": at.strftime("%Y-%m-%dT%H:%M"), "_submit": "1"})
    policy = Policy.objects.get()
    assert policy.status == Status.SCHEDULED

    Policy.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    publish_due()

    policy.refresh_from_db()
    assert policy.status == Status.PUBLISHED


def test_next_year_begins_as_a_copy_that_names_this_year(client, ministry, member):
    old = PolicyFactory(
        published=True,
        organization=ministry,
        fiscal_year=2025,
        content="続く内容",
        closes_on=date(2026, 1, 31),
        regions=[Region.objects.get(code="00")],
    )
    old.amounts.create(label="第1層", amount=8_000_000)
    old.tags.add("標準額")
    address = reverse("policies:next_year", args=[old.pk])

    response = client.get(address)
    form, html = response.context["form"], response.content.decode()
    assert (form["fiscal_year"].value(), form["standing"].value()) == (2026, "proposed")
    assert (form["content"].value(), form["closes_on"].value()) == ("続く内容", None)
    assert 'value="8,000,000円"' in html
    assert 'value="標準額"' in html
    client.post(address, {**typed(ministry), "predecessor": old.pk, "_submit": "1"})

    new = Policy.objects.get(predecessor=old)
    assert old.amounts.count() == new.amounts.count() == 1
    assert "新しい年度版があります" in client.get(old.get_absolute_url()).content.decode()


def test_an_edit_changes_only_what_was_changed(client, ministry, member):
    client.post(CREATE, typed(ministry))
    policy = Policy.objects.get()
    kept = policy.amounts.get()
    data = typed(ministry, version=policy.version, summary="書き直した概要です。")
    data |= {"amounts-0-pk": kept.pk, "amounts-1-label": "第2層", "amounts-1-amount": "400万円"}

    client.post(reverse("policies:edit", args=[policy.pk]), data)

    policy.refresh_from_db()
    assert policy.summary == "書き直した概要です。"
    assert [(row.pk == kept.pk, row.amount) for row in policy.amounts.all()] == [(True, 8_000_000), (False, 4_000_000)]


def test_texts_that_were_only_sent_back_have_not_changed(client, ministry, member):
    type(ministry).objects.update(can_self_publish=False)
    texts = {"content": "一行目\n二行目", "questions-0-answer": "使えます。\nはい。"}
    client.post(CREATE, typed(ministry, **texts))
    policy = change_status(change_status(Policy.objects.get(), "submit", by=member), "publish", by=None)
    data = typed(ministry, version=policy.version, **{name: text.replace("\n", "\r\n") for name, text in texts.items()})
    data |= {f"{rows}-0-pk": getattr(policy, rows).get().pk for rows in ("amounts", "documents", "questions")}

    client.post(reverse("policies:edit", args=[policy.pk]), data)

    policy.refresh_from_db()
    assert policy.content == texts["content"]
    assert policy.version == 2
    assert not policy.reviews.open().exists()


def test_an_emptied_row_is_gone(client, ministry, member):
    client.post(CREATE, typed(ministry))
    policy = Policy.objects.get()
    data = typed(ministry, version=policy.version)
    data |= {
        "amounts-0-pk": policy.amounts.get().pk,
        "amounts-0-label": "",
        "amounts-0-amount": "",
        "amounts-0-per": "",
    }

    client.post(reverse("policies:edit", args=[policy.pk]), data)

    assert not policy.amounts.exists()


def test_rows_of_other_policies_are_out_of_reach(client, ministry, member):
    other = PolicyFactory(published=True)
    foreign = other.amounts.create(label="よその額", amount=1)

    client.post(CREATE, typed(ministry, **{"amounts-0-pk": foreign.pk}))

    foreign.refresh_from_db()
    assert foreign.label == "よその額"
    assert Policy.objects.get(organization=ministry).amounts.get().amount == 8_000_000


def test_the_later_editor_is_shown_both(client, ministry, member):
    client.post(CREATE, typed(ministry))
    policy = Policy.objects.get()
    edit = reverse("policies:edit", args=[policy.pk])
    client.post(edit, typed(ministry, version=policy.version, summary="先の人の概要"))

    response = client.post(edit, typed(ministry, version=policy.version, summary="あとの人の概要"))

    policy.refresh_from_db()
    assert policy.summary == "先の人の概要"
    html = response.content.decode()
    assert "ほかの方が先に保存しました" in html
    assert "あとの人の概要" in html


def test_the_preview_saves_nothing(client, ministry, member):
    response = client.post(CREATE, {**typed(ministry, title="見るだけの題名"), "_preview": "1"})

    assert "見るだけの題名" in response.content.decode()
    assert 'name="amounts-0-amount" value="8,000千円"' in re.sub(r"\s+", " ", response.content.decode())
    assert not Policy.objects.exists()


def test_a_half_written_form_is_kept_and_comes_back(client, ministry, member):
    client.post(CREATE, {"title": "書きかけ", "amounts-0-label": "第1層", "_keep": "1"})

    assert WorkingCopy.objects.get().form == "policy:new:full"
    html = client.get(CREATE).content.decode()
    assert 'value="書きかけ"' in html
    assert 'value="第1層"' in html


def test_rows_and_places_are_added_without_javascript(client, ministry, member):
    data = typed(ministry)
    data.pop("_save")

    more = client.post(CREATE, {**data, "_more": "amounts"})
    assert 'name="amounts-2-label"' in more.content.decode()
    places = client.post(CREATE, {**data, "region": "13", "_places": "municipalities"})
    assert "東京都の市区町村" in places.content.decode()
    added = client.post(CREATE, {**data, "region": "13", "municipality": "132080", "_places": "add"})
    assert [region.code for region in added.context["form"].chosen_places] == ["00", "132080"]
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "題名：題名を入力してください。"),
        ({"title": "あ" * 10_000}, "題名：題名は100文字以内で入力してください（いまは10,000文字です）。"),
        ({"summary": "あ" * 301}, "概要：概要は300文字以内で入力してください（いまは301文字です）。"),
        ({"title": "制御\x07文字"}, "題名：題名に使えない文字（制御文字）が入っています。入力し直してください。"),
        ({"organization": "99999999"}, "所管する機関：この機関は選べません。"),
        ({"organization": "あ"}, "所管する機関：この機関は選べません。"),
        ({"fiscal_year": ""}, "年度：年度を選んでください。"),
        ({"fiscal_year": "1900"}, "年度：年度を一覧から選んでください。"),
        ({"kind": "x"}, "種類：種類を一覧から選んでください。"),
        ({"standing": "x"}, "案・確定：案か確定かを、並んでいるものから選んでください。"),
        ({"regions": []}, "対象の地域：対象の地域を1つ以上加えてください。"),
        ({"regions": ["99"]}, "対象の地域：選んだ地域が見つかりません。選び直してください。"),
        ({"themes": ["x"]}, "分野：選んだ分野が見つかりません。選び直してください。"),
        ({"applicants": ["x"]}, "対象（申請できる人・使える人）：対象は、並んでいるものから選んでください。"),
        ({"subsidy_permille": "1/3"}, "補助率（％）：補助率（％）は、小数1けたまでの数で入力してください。"),
        ({"subsidy_permille": "101"}, "補助率（％）：補助率（％）は0より大きく100以下の数で入力してください。"),
        ({"budget": "-1"}, "予算額：予算額は0より大きい額を入力してください。"),
        ({"budget": "たくさん"}, "予算額：予算額は「8,000,000円」「8,000千円」「1,800億円」のように入力してください。"),
        ({"budget": "9" * 39}, "予算額：予算額が大きすぎます。"),
        ({"budget": "0.00001万円"}, "予算額：予算額は1円以上の、端数のない額で入力してください。"),
        ({"opens_on": "2026-02-30"}, "受付の開始日：受付の開始日の日付を読み取れません。"),
        ({"opens_on": "いつか"}, "受付の開始日：受付の開始日の日付を読み取れません。"),
        ({"closes_on": "2026-03-01"}, "受付の終了日：受付の終了日が、開始日より前になっています。"),
        ({"is_always_open": "on"}, "通年で受け付ける（開始日と終了日は空欄）：通年で受け付けるときは、"),
        ({"publish_at": "2020-01-01T09:00"}, "公開する日時：公開する日時が過ぎています。"),
        ({"publish_at": "25時"}, "公開する日時：公開する日時を読み取れません。"),
        ({"predecessor": "99999999"}, "前の年度の施策：選んだ施策が見つかりません。選び直してください。"),
        ({"amounts-0-label": ""}, "金額の1行目、区分：区分を入力してください。"),
        ({"amounts-0-amount": "x"}, "金額の1行目、単価：単価は「8,000,000円」"),
        ({"documents-0-url": "javascript:alert(1)"}, "関連資料（リンク）の1行目、アドレス：https://"),
        ({"documents-0-title": ""}, "関連資料（リンク）の1行目、資料名：資料名を入力してください。"),
        ({"questions-0-answer": ""}, "よくある質問の1行目、答え：答えを入力してください。"),
    ],
)
def test_every_mistake_has_its_sentence_and_nothing_typed_is_lost(client, ministry, member, fields, sentence):
    response = client.post(CREATE, typed(ministry, **fields))

    assert [one for one in errors(response) if one.startswith(sentence)], errors(response)
    assert not Policy.objects.exists()
    html = response.content.decode()
    assert "体制をつくる事業です。" in html or "summary" in fields
    assert 'value="市町村"' in html


def test_emoji_and_markup_are_text(client, ministry, member):
    client.post(
        CREATE, {**typed(ministry, title="<script>🏠</script>", content="<img src=x onerror=alert(1)>"), "_submit": "1"}
    )

    html = client.get(Policy.objects.get().get_absolute_url()).content.decode()
    assert "<script>🏠" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("kind", [OrganizationKind.NPO, OrganizationKind.COMPANY])
def test_members_of_other_organizations_are_told_why_not(client, kind):
    client.force_login(member_of(OrganizationFactory(published=True, kind=kind)))

    response = client.get(CREATE)

    assert response.status_code == 403
    assert "府省庁・都道府県・市区町村の団体のメンバーだけです" in response.content.decode()


def test_a_forged_organization_is_refused(client, ministry, member):
    npo = OrganizationFactory(published=True, kind=OrganizationKind.NPO)
    other = OrganizationFactory(published=True, kind=OrganizationKind.MINISTRY)

    for organization in (npo, other):
        assert "この機関は選べません" in "".join(errors(client.post(CREATE, typed(organization))))
    assert not Policy.objects.exists()


@pytest.mark.parametrize("name", ["edit", "next_year"])
def test_outsiders_find_no_draft_and_may_not_edit_what_they_see(client, ministry, name):
    draft, public = PolicyFactory(organization=ministry), PolicyFactory(published=True, organization=ministry)
    addresses = {one: reverse(f"policies:{name}", args=[one.pk]) for one in (draft, public)}

    assert client.get(addresses[public]).status_code == 302
    client.force_login(member_of(OrganizationFactory(published=True, kind=OrganizationKind.PREFECTURE)))
    assert client.get(addresses[draft]).status_code == 404
    assert client.get(addresses[public]).status_code == 403
    assert client.post(addresses[public], typed(ministry)).status_code == 403
    client.force_login(UserFactory())
    assert client.get(addresses[public]).status_code == 403


def test_what_was_returned_shows_the_reason_at_its_field(client, ministry, member):
    type(ministry).objects.update(can_self_publish=False)
    policy = PolicyFactory(organization=ministry)
    change_status(policy, "submit", by=member)
    change_status(
        policy,
        "return",
        by=secretariat(),
        note="金額を書いてください",
        comments={"amounts": "第2層も", "title": "年度は不要です"},
    )

    html = client.get(reverse("policies:edit", args=[policy.pk])).content.decode()

    for text in ("金額を書いてください", "第2層も", "年度は不要です"):
        assert text in html


def test_a_discarded_one_shows_its_state_and_no_form(client, ministry, member):
    policy = PolicyFactory(organization=ministry)
    change_status(policy, "discard", by=member)

    response = client.get(reverse("policies:edit", args=[policy.pk]))

    assert response.context["form"] is None
    assert "下書きに戻す" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 15])
def test_the_form_takes_the_same_queries_for_any_number(client, ministry, member, rows, django_assert_max_num_queries):
    policy = PolicyFactory(organization=ministry)
    for number in range(rows):
        policy.amounts.create(label=f"区分{number}", amount=1)
    client.get(reverse("policies:edit", args=[policy.pk]))

    with django_assert_max_num_queries(30):
        client.get(reverse("policies:edit", args=[policy.pk]))


@pytest.mark.parametrize("method", ["put", "delete", "trace"])
def test_addresses_say_which_methods_they_take(client, ministry, member, method):
    policy = PolicyFactory(organization=ministry)

    for address in (CREATE, reverse("policies:edit", args=[policy.pk])):
        assert getattr(client, method)(address).status_code == 405


def test_reviewers_and_members_read_amounts_as_people_write_them(client):
    prefecture = OrganizationFactory(published=True, kind=OrganizationKind.PREFECTURE)
    member = member_of(prefecture)
    policy = PolicyFactory(published=True, organization=prefecture, subsidy_permille=385)
    amount = policy.amounts.create(label="第1層", amount=8_000_000, per="市町村")

    def write(current):
        current.subsidy_permille, current.opens_on = 500, date(2026, 4, 1)
        current.save()
        amount.amount = 9_000_000
        amount.save()

    save_changes(policy, write, by=member)
    client.force_login(secretariat())
    review = client.get(reverse("publishing:review", args=[policy.reviews.get().pk])).content.decode()
    client.force_login(member)
    history = client.get(reverse("publishing:history", args=["policy", policy.pk])).content.decode()

    for html in (review, history):
        seen = re.sub(r"<[^>]+>|\s", "", html)
        for text in ("38.5%", "50%", "令和8年4月1日", "千円／市町村"):
            assert text in seen, text
        assert "8000000" not in seen
        assert "9000000" not in seen


def test_nothing_new_is_posted_for_an_organization_that_has_ended(client, ministry, member):
    button = f'href="{CREATE}"'
    assert button in client.get("/mypage/").content.decode()

    change_status(ministry, "close", by=None, note="統合されました。")

    assert button not in client.get("/mypage/").content.decode()
    assert client.get(CREATE).status_code == 403
