"""The page 標準額の試算: choosing, typing, reading, and what is typed wrongly."""

import csv
import re
from io import StringIO

import pytest
from django.urls import reverse

from policies.spreadsheets import defused
from policies.standard_amount_form import target_of
from taxonomy import registry

CHOFU, SAPPORO, SAPPORO_CHUO, TOKYO = "132080", "011002", "011011", "13"
pytestmark = pytest.mark.django_db


def get(client, **parameters):
    return client.get(reverse("policies:standard_amount"), parameters)


def page(client, **parameters):
    return get(client, **parameters).content.decode()


def errors(client, **parameters):
    return get(client, **parameters).context["form"].errors


def test_without_a_choice_it_asks_for_whom(client):
    html = page(client)

    assert "市区町村を選んで試算する" in html
    assert "一部事務組合・広域連合" in html


def test_a_prefecture_leads_to_its_municipalities_without_wards(client):
    html = page(client, region="01")

    assert "北海道のどの市区町村かを選んでください。" in html
    assert f'value="{SAPPORO}"' in html
    assert f'value="{SAPPORO_CHUO}"' not in html


def test_the_second_list_becomes_one_code_in_the_address(client):
    response = get(client, region=TOKYO, municipality=CHOFU)

    assert response.url == f"{reverse('policies:standard_amount')}?region={CHOFU}"


def test_a_municipality_is_counted_as_one(client):
    html = page(client, region=CHOFU, areas="8", participation="on", consultation="center", conference="on")

    assert get(client, region=CHOFU, areas="8").context["result"].total == 8_000_000 + 8 * 4_000_000
    assert "52,300千円" in html
    assert "20,135,500円" in html
    assert "令和7年度（2025年度）" in html
    assert "案" in html


def test_a_designated_city_comes_with_its_wards_and_without_areas(client):
    form = get(client, region=SAPPORO).context["form"]

    assert form["units"].value() == 10
    assert form["areas"].value() is None


def test_a_ward_stands_for_its_city(client):
    response = get(client, region=SAPPORO_CHUO)

    assert response.context["target"].region.code == SAPPORO
    assert "北海道札幌市中央区は行政区のため、市の全体で試算します。" in response.content.decode()


def test_a_union_is_asked_for_its_members(client):
    result = get(client, body="union", units="5", areas="9", at_center="2", elsewhere="1", multilayered="1").context[
        "result"
    ]

    assert result.total == 5 * 8_000_000 + 9 * 4_000_000 + 2 * 8_000_000 + 2 * 4_000_000


def test_digits_of_full_width_and_commas_are_read(client):
    result = get(client, region=CHOFU, areas="　１２ ").context["result"]

    assert result.lines[1].quantity == 12


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "日常生活圏域の数を入力してください。"),
        ("-1", "日常生活圏域の数は0以上の数で入力してください。マイナスの数は使えません。"),
        ("－３", "日常生活圏域の数は0以上の数で入力してください。マイナスの数は使えません。"),
        ("2.5", "日常生活圏域の数は小数のない数で入力してください。"),
        ("八", "日常生活圏域の数は数字だけで入力してください。例：3"),
        ("🏠", "日常生活圏域の数は数字だけで入力してください。例：3"),
        ("1e3", "日常生活圏域の数は数字だけで入力してください。例：3"),
        ("٣", "日常生活圏域の数は数字だけで入力してください。例：3"),
        ("1000", "日常生活圏域の数は999以下の数で入力してください。"),
        ("9" * 10_000, "日常生活圏域の数は999以下の数で入力してください。"),
        ("<script>", "日常生活圏域の数は数字だけで入力してください。例：3"),
    ],
)
def test_what_is_no_count_gets_a_sentence_and_is_kept(client, typed, sentence):
    response = get(client, region=CHOFU, areas=typed, participation="on", consultation="elsewhere")
    form, html = response.context["form"], response.content.decode()

    assert response.status_code == 200
    assert form.errors["areas"] == [sentence]
    assert response.context["result"] is None
    assert form["areas"].value() == typed
    assert re.search(r'name="participation"[^>]*checked', html)
    assert re.search(r'value="elsewhere"[^>]*checked', html)


def test_a_city_has_no_more_wards_than_it_has(client):
    assert errors(client, region=SAPPORO, units="11", areas="3") == {
        "units": ["札幌市の行政区は10です。10以下の数で入力してください。"]
    }


def test_multilayered_does_not_go_with_8000(client):
    found = errors(client, region=SAPPORO, units="10", areas="3", at_center="4", multilayered="6")

    assert list(found) == ["multilayered"]
    assert "8,000千円になるのは、重層的支援体制整備事業として実施しない場合だけです。" in found["multilayered"][0]


def test_not_more_wards_run_it_than_there_are(client):
    found = errors(client, body="city", units="3", areas="3", at_center="2", elsewhere="2")

    assert found["elsewhere"] == [
        "相談支援連携体制構築事業を実施する行政区の数（合わせて4）が、行政区の数（3）を超えています。"
    ]


def test_a_union_has_two_members_at_least(client):
    assert "2以上で入力してください" in errors(client, body="union", units="1", areas="3")["units"][0]


def test_an_unknown_way_of_running_it_is_named(client):
    found = errors(client, region=CHOFU, areas="3", consultation="somehow")

    assert found["consultation"] == ["相談支援連携体制構築事業は、並んでいるものから選んでください。"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"region": "99"},
        {"region": "00"},
        {"region": "あ" * 10_000},
        {"region": "99", "municipality": "xyz"},
        {"body": "prefecture"},
        {"body": "city", "areas": "1", "year": "1999"},
        {"body": "city", "areas": "1", "units": "0", "page": "999999"},
    ],
)
def test_strange_addresses_are_answered_kindly(client, parameters):
    response = client.get(reverse("policies:standard_amount"), parameters, follow=True)

    assert response.status_code == 200
    assert response.context["result"] is None


def test_an_unknown_year_is_named_and_the_newest_rules_are_used(client):
    response = get(client, region=CHOFU, areas="1", year="2031")

    assert "お求めの年度の規則はありません" in response.content.decode()
    assert response.context["result"].total == 12_000_000


def test_the_page_asks_the_database_for_nothing(client, django_assert_max_num_queries):
    get(client, region=SAPPORO)

    with django_assert_max_num_queries(0):
        get(client, region=SAPPORO, units="10", areas="53")


def test_the_file_holds_every_line_and_the_sums(client):
    response = client.get(reverse("policies:standard_amount_csv"), {"region": CHOFU, "areas": "2", "conference": "on"})
    text = response.content.decode()
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert response["Content-Disposition"] == 'attachment; filename="standard-amount.csv"'
    assert rows[0] == ["標準額の試算", "2025年度（案）", "東京都調布市", "市町村（特別区を含む）"]
    assert [row[5] for row in rows if len(row) > 5] == [
        "金額（円）",
        "8000000",
        "8000000",
        "300000",
        "16300000",
        "6275500",
    ]


def test_the_file_of_what_cannot_be_calculated_leads_to_the_page(client):
    response = client.get(reverse("policies:standard_amount_csv"), {"region": CHOFU, "areas": "x"}, follow=True)

    assert response.context["form"].errors["areas"]


@pytest.mark.parametrize("text", ["=1+1", "+81", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_defused(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("method", ["post", "put", "delete", "trace"])
@pytest.mark.parametrize("name", ["standard_amount", "standard_amount_csv"])
def test_it_only_answers_to_reading(client, method, name):
    assert getattr(client, method)(reverse(f"policies:{name}")).status_code == 405


def test_every_designated_city_knows_its_wards():
    cities = [region for region in registry.regions().values() if region.is_designated_city]
    targets = [target_of(city, "") for city in cities]

    assert len(cities) == 20
    assert sum(target.wards for target in targets) == 171
    assert min(target.wards for target in targets) >= 3
