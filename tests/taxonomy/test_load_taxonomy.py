"""The loaded regions and themes against what is officially known of them."""

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from taxonomy import registry
from taxonomy.codes import SUCCESSORS, check_digit, current_code
from taxonomy.models import Region, RegionKind, Theme

pytestmark = pytest.mark.django_db


def test_counts_are_the_official_ones():
    counts = dict(Region.objects.order_by().values_list("kind").annotate(Count("pk")))

    assert counts == {"nation": 1, "prefecture": 47, "city": 792, "town": 743, "village": 183, "special_ward": 23} | {
        "ward": 171
    }
    assert Region.objects.municipalities().count() == 1741


def test_every_code_has_its_check_digit():
    codes = Region.objects.exclude(local_government_code="").values_list("local_government_code", flat=True)

    assert len(codes) == 47 + 1741 + 171
    assert [code for code in codes if check_digit(code[:5]) != code[5]] == []


def test_codes_of_municipalities_and_wards_are_their_local_government_codes():
    wrong = Region.objects.exclude(kind__in=[RegionKind.NATION, RegionKind.PREFECTURE])

    assert [r.code for r in wrong if r.code != r.local_government_code] == []


def test_prefectures_lie_in_the_nation_and_have_a_place_on_the_tile_map():
    prefectures = Region.objects.prefectures()

    assert {prefecture.parent_id for prefecture in prefectures} == {"00"}
    assert len({(prefecture.tile_row, prefecture.tile_column) for prefecture in prefectures}) == 47
    assert "" not in {prefecture.block for prefecture in prefectures}


def test_municipalities_lie_in_their_prefecture():
    assert [region.code for region in Region.objects.municipalities() if region.parent_id != region.code[:2]] == []


def test_wards_lie_in_the_twenty_designated_cities():
    cities = Region.objects.filter(is_designated_city=True)

    wards = Region.objects.filter(kind=RegionKind.WARD)

    assert len(cities) == 20
    assert {ward.parent_id for ward in wards} == {city.code for city in cities}
    assert all(ward.code[:2] == ward.parent_id[:2] for ward in wards)


@pytest.mark.parametrize(
    ("code", "full_name"),
    [
        ("00", "全国"),
        ("01", "北海道"),
        ("011002", "北海道札幌市"),
        ("011011", "北海道札幌市中央区"),
        ("131016", "東京都千代田区"),
        ("013030", "北海道当別町"),
        ("221384", "静岡県浜松市中央区"),
        ("221392", "静岡県浜松市浜名区"),
        ("221406", "静岡県浜松市天竜区"),
    ],
)
def test_full_name_begins_with_the_prefecture_and_leaves_the_county_out(code, full_name):
    assert Region.objects.get(code=code).full_name == full_name


def test_hamamatsu_has_three_wards():
    wards = Region.objects.filter(parent="221309")

    assert {ward.code for ward in wards} == {"221384", "221392", "221406"}


@pytest.mark.parametrize(("old", "new"), SUCCESSORS.items())
def test_abolished_codes_lead_to_the_new_ward(old, new):
    assert check_digit(old[:5]) == old[5]
    assert not Region.objects.filter(code=old).exists()
    assert current_code(old) == new
    assert registry.region(old) == Region.objects.get(code=new)


def test_codes_in_force_stay_as_they_are():
    assert current_code("131016") == "131016"
    assert current_code("nonsense") == "nonsense"
    assert registry.region("999999") is None


def test_ratio_of_futaba_is_unknown_not_zero():
    assert Region.objects.get(code="075469").elderly_ratio is None
    assert [region.name for region in Region.objects.municipalities().filter(elderly_ratio=None)] == ["双葉町"]


def test_population_adds_up_to_the_census():
    total = Region.objects.municipalities().aggregate(total=Sum("population"))["total"]

    assert total == 126_146_099
    assert Region.objects.prefectures().aggregate(total=Sum("population"))["total"] == total
    assert Region.objects.get(code="00").population == total


def test_names_that_repeat_are_told_apart_by_their_full_name():
    names = Region.objects.filter(name="府中市").values_list("full_name", flat=True)

    assert sorted(names) == ["広島県府中市", "東京都府中市"]
    assert not Region.objects.values("full_name").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_villages_of_the_northern_territories_are_not_part():
    assert not Region.objects.filter(code__in=["016951", "016969"]).exists()


def test_themes_stand_in_the_order_of_the_ministry():
    names = list(Theme.objects.values_list("name", flat=True))

    assert len(names) == 23
    assert names[:6] == ["掃除", "洗濯", "調理", "買い物", "見守り", "移動（交通）"]
    assert names[-1] == "環境保全"


def test_loading_again_mends_what_was_changed_and_adds_nothing():
    Region.objects.filter(code="131016").update(name="別の名")
    Theme.objects.filter(slug="meals").update(name="別の名")
    registry.clear()

    call_command("load_taxonomy", verbosity=0)

    assert Region.objects.get(code="131016").name == "千代田区"
    assert Theme.objects.get(slug="meals").name == "食事"
    assert (Region.objects.count(), Theme.objects.count()) == (1960, 23)


def test_loading_shows_a_progress_bar_unless_told_to_be_quiet(capsys):
    call_command("load_taxonomy", verbosity=0)
    quiet = capsys.readouterr()

    call_command("load_taxonomy")

    assert quiet.out + quiet.err == ""
    assert "1983/1983" in capsys.readouterr().err
