"""Readings above kanji: the analyser's, corrected by official names and by the secretariat."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from start.furigana import Furigana, official_readings
from start.models import ChecklistStep, Condition, Reading
from taxonomy.models import Region
from tests.factories import CaseStudyFactory


def shown(html):
    """「買（か）い物（もの）」."""
    return re.sub(r"<ruby>(.*?)<rp>（</rp><rt>(.*?)</rt><rp>）</rp></ruby>", r"\1（\2）", html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("買い物の送迎", "買（か）い物（もの）の送迎（そうげい）"),
        ("取り組み、サロン2025", "取（と）り組（く）み、サロン2025"),
        ("", ""),
        ("<b>食事</b>&\"'", "&lt;b&gt;食事（しょくじ）&lt;/b&gt;&amp;&quot;&#x27;"),
    ],
)
def test_readings_stand_above_kanji_only_and_everything_is_escaped(text, expected):
    assert shown(Furigana({}).write(text)) == expected


def test_known_readings_win_the_longest_first_and_only_for_whole_words():
    furigana = Furigana({"光市": "ひかりし", "居場": "いば", "居場所": "いばしょ", "土山町": "つちやままち"})

    assert shown(furigana.write("光市の居場所")) == "光市（ひかりし）の居場所（いばしょ）"
    assert "ひかりし" not in furigana.write("観光市場")


def test_without_being_asked_there_are_none():
    assert Furigana().write("<食事>") == "&lt;食事&gt;"


@pytest.mark.django_db
def test_regions_are_read_as_they_are_officially():
    readings = official_readings(Region.objects.get(code="075469"))

    assert readings["双葉町"] == "ふたばまち"
    assert shown(Furigana(readings).write("福島県双葉町")) == "福島県（ふくしまけん）双葉町（ふたばまち）"


@pytest.mark.django_db
def test_the_page_has_furigana_in_headings_and_titles_and_keeps_them_in_its_addresses(client):
    Reading.objects.create(written="双葉流", kana="ふたばりゅう")
    CaseStudyFactory(
        published=True, title="双葉流の食事会", summary="食事をします。", regions=[Region.objects.get(code="075469")]
    )

    html = client.get("/start/?region=075469&furigana=1").content.decode()

    assert "双葉町（ふたばまち）" in shown(html)
    assert "双葉流（ふたばりゅう）の食事会" in shown(html)
    assert "食事をします。" in html
    assert '<input type="hidden" name="furigana" value="1">' in html
    assert 'src="/start/qr.svg?region=075469&amp;furigana=1"' in html


@pytest.mark.django_db
def test_a_reading_is_hiragana(django_db_blocker):
    with pytest.raises(ValidationError, match="ひらがな"):
        Reading(written="食事", kana="<b>").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.create(written="食事", kana="ショクジ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [{"condition": Condition.FOUND}, {"title": "「{件名}」を読む", "part": "cases"}],
    ids=["no part", "no name"],
)
def test_a_step_cannot_name_what_may_not_be_there(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistStep.objects.create(**{"title": "読む", **fields})
