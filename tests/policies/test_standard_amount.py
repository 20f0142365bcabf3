"""Every amount on the ministry's slides, and what must hold for all numbers."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policies.money import in_oku, thousands
from policies.standard_amount import (
    EDITIONS,
    NEWEST,
    Body,
    Impossible,
    Situation,
    calculate,
    national_share,
    problems_of,
)

COUNTS = ("units", "areas", "at_center", "elsewhere", "as_multilayered")


def amounts(situation):
    return {line.name: line.amount for line in calculate(situation).lines}


def test_slide_outline_first_layer_is_8000_thousand_yen_per_municipality():
    """生活支援体制整備事業について: 第1層（市町村区域） 8,000千円 × 市町村数."""
    assert amounts(Situation()) == {"第1層（市町村区域）": 8_000_000}


def test_slide_outline_second_layer_is_4000_thousand_yen_per_area():
    """生活支援体制整備事業について: 第2層（日常生活圏域） 4,000千円 × 日常生活圏域の数."""
    assert amounts(Situation(areas=5))["第2層（日常生活圏域）"] == 20_000_000


def test_slide_outline_participation_is_4000_thousand_yen_per_municipality():
    """生活支援体制整備事業について: 住民参画・官民連携推進事業 4,000千円 × 市町村数."""
    assert amounts(Situation(has_participation=True))["住民参画・官民連携推進事業"] == 4_000_000


@pytest.mark.parametrize("body", [Body.DESIGNATED_CITY, Body.UNION])
def test_slide_outline_cities_count_wards_and_unions_count_members(body):
    """生活支援体制整備事業について: ※ 指定都市の場合は行政区の数、一部事務組合及び広域連合の場合は構成市町村の数."""
    result = amounts(Situation(body, units=10, areas=3, has_participation=True))

    assert result == {
        "第1層（市町村区域）": 80_000_000,
        "第2層（日常生活圏域）": 12_000_000,
        "住民参画・官民連携推進事業": 40_000_000,
    }


def test_slide_participation_repeats_the_three_amounts():
    """生活支援コーディネーターによる…連携の推進: 8,000千円 + 4,000千円 × 圏域 + 4,000千円."""
    assert calculate(Situation(areas=2, has_participation=True)).total == 8_000_000 + 2 * 4_000_000 + 4_000_000


def test_slide_expansion_consultation_is_8000_thousand_yen():
    """包括的支援事業を活用した地域づくりの推進: 【標準額】① 8,000千円."""
    assert amounts(Situation(at_center=1))["相談支援連携体制構築事業（センターに配置）"] == 8_000_000


def test_slide_expansion_consultation_elsewhere_is_4000_thousand_yen():
    """包括的支援事業を活用した地域づくりの推進: センター以外に配置する場合は4,000千円."""
    assert amounts(Situation(elsewhere=1))["相談支援連携体制構築事業（センター以外に配置）"] == 4_000_000


def test_slide_expansion_care_conference_is_300_thousand_yen():
    """包括的支援事業を活用した地域づくりの推進: 【標準額】② 300千円."""
    assert amounts(Situation(has_care_conference=True))["地域ケア会議推進事業の拡充"] == 300_000


def test_slide_expansion_the_nation_pays_38_5_percent():
    """包括的支援事業を活用した地域づくりの推進: 【交付率】国38.5%."""
    assert calculate(Situation()).national_share == 3_080_000
    assert calculate(Situation(has_care_conference=True)).national_share == 3_080_000 + 115_500


def test_slide_grant_rules_multilayered_is_4000_thousand_yen():
    """交付要綱（案）: 重層的支援体制整備事業として実施する場合には4,000千円."""
    name = "相談支援連携体制構築事業（重層的支援体制整備事業として実施）"
    assert amounts(Situation(as_multilayered=1))[name] == 4_000_000


def test_slide_grant_rules_a_city_without_multilayered():
    """交付要綱（案） a: (a) 8,000千円 × センターでの実施の行政区数 と (b) 4,000千円 × その他の行政区数 の合計."""
    result = calculate(Situation(Body.DESIGNATED_CITY, units=10, at_center=6, elsewhere=3))

    assert result.total - 10 * 8_000_000 == 6 * 8_000_000 + 3 * 4_000_000


def test_slide_grant_rules_b_city_with_multilayered():
    """交付要綱（案） b: 4,000千円 × 本事業を実施する行政区の数."""
    result = calculate(Situation(Body.DESIGNATED_CITY, units=10, as_multilayered=9))

    assert result.total - 10 * 8_000_000 == 9 * 4_000_000


def test_slide_grant_rules_c_union():
    """交付要綱（案） c: (a) 8,000千円 × センターでの実施の構成市町村 と (b) 4,000千円 × その他の構成市町村 の合計."""
    result = calculate(Situation(Body.UNION, units=8, at_center=3, elsewhere=2, as_multilayered=1))

    assert result.total - 8 * 8_000_000 == 3 * 8_000_000 + (2 + 1) * 4_000_000


def test_slide_grant_rules_note_1_it_comes_on_top():
    """交付要綱（案） 補足1: 既存の標準額に加えて、8,000千円（センター以外は4,000千円）を上乗せ."""
    before = Situation(areas=4, has_participation=True)

    assert calculate(replace(before, at_center=1)).total == calculate(before).total + 8_000_000
    assert calculate(replace(before, elsewhere=1)).total == calculate(before).total + 4_000_000


def test_slide_grant_rules_note_2_multilayered_comes_on_top_with_4000():
    """交付要綱（案） 補足2: 重層的支援体制整備事業実施自治体…上乗せされる標準額は4,000千円."""
    before = Situation(areas=4, has_participation=True)

    assert calculate(replace(before, as_multilayered=1)).total == calculate(before).total + 4_000_000


def test_the_rules_are_those_of_fiscal_2025_and_a_proposal():
    assert NEWEST == 2025
    assert EDITIONS[NEWEST].is_proposal


@pytest.mark.parametrize(
    ("situation", "field"),
    [
        (Situation(areas=-1), "areas"),
        (Situation(units=2), "units"),
        (Situation(Body.UNION, units=0), "units"),
        (Situation(at_center=1, as_multilayered=1), "as_multilayered"),
        (Situation(at_center=2), "at_center"),
        (Situation(at_center=1, elsewhere=1), "elsewhere"),
        (Situation(Body.DESIGNATED_CITY, units=8, at_center=1, as_multilayered=1), "as_multilayered"),
        (Situation(Body.DESIGNATED_CITY, units=8, elsewhere=1, as_multilayered=1), "as_multilayered"),
        (Situation(Body.DESIGNATED_CITY, units=8, at_center=5, elsewhere=4), "elsewhere"),
        (Situation(Body.UNION, units=3, at_center=2, as_multilayered=2), "as_multilayered"),
    ],
)
def test_what_cannot_be_has_a_sentence_at_its_field(situation, field):
    assert list(problems_of(situation)) == [field]
    with pytest.raises(Impossible, match=problems_of(situation)[field][:10]):
        calculate(situation)


@pytest.mark.parametrize(("yen", "text"), [(8_000_000, "8,000千円"), (300_000, "300千円"), (115_500, "115,500円")])
def test_thousands_of_yen(yen, text):
    assert thousands(yen) == text


@pytest.mark.parametrize(
    ("yen", "text"),
    [
        (180_000_000_000, "1,800億円"),
        (1_250_000_000_000, "1兆2,500億円"),
        (250_000_000, "2億5,000万円"),
        (3_000_000, "300万円"),
        (12_345, "1万2,345円"),
        (0, "0円"),
    ],
)
def test_large_amounts_are_said_as_offices_say_them(yen, text):
    assert in_oku(yen) == text


@st.composite
def situations(draw):
    """Any possible situation."""
    body = draw(st.sampled_from(Body))
    units = 1 if body == Body.MUNICIPALITY else draw(st.integers(1, 30))
    at_center = draw(st.integers(0, units))
    elsewhere = draw(st.integers(0, units - at_center))
    multilayered = draw(st.integers(0, units - at_center - elsewhere))
    situation = Situation(
        body,
        units,
        draw(st.integers(0, 200)),
        draw(st.booleans()),
        at_center,
        elsewhere,
        multilayered,
        draw(st.booleans()),
    )
    assume(not problems_of(situation))
    return situation


@given(situations())
def test_the_total_is_the_sum_of_its_lines(situation):
    result = calculate(situation)

    assert result.total == sum(line.unit_amount * line.quantity for line in result.lines)
    assert all(line.quantity > 0 for line in result.lines)


@given(situations())
def test_nothing_is_cut_from_the_national_share(situation):
    result = calculate(situation)

    assert result.national_share * 1000 == result.total * 385


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_national_share_is_never_a_yen_too_much_and_never_a_whole_yen_too_little(one, other):
    whole = national_share(one + other, 385)

    assert 0 <= (one + other) * 385 - whole * 1000 < 1000
    assert 0 <= whole - national_share(one, 385) - national_share(other, 385) <= 1


@given(situations())
def test_a_city_with_one_ward_and_a_union_of_one_equal_a_municipality(situation):
    municipality = replace(situation, body=Body.MUNICIPALITY, units=1)
    assume(not problems_of(municipality))

    for body in (Body.DESIGNATED_CITY, Body.UNION):
        assert calculate(replace(municipality, body=body)).total == calculate(municipality).total


@given(situations(), st.sampled_from(COUNTS), st.integers(1, 5))
def test_more_of_anything_never_gives_less(situation, name, more):
    larger = replace(situation, **{name: getattr(situation, name) + more})
    assume(not problems_of(larger))

    assert calculate(larger).total > calculate(situation).total
    assert calculate(larger).national_share > calculate(situation).national_share


@given(situations())
def test_the_yes_and_no_questions_add_what_they_say(situation):
    without = replace(situation, has_participation=False, has_care_conference=False)

    added = calculate(replace(without, has_participation=True)).total - calculate(without).total
    assert added == 4_000_000 * situation.units
    assert calculate(replace(without, has_care_conference=True)).total - calculate(without).total == 300_000
