"""A real table of a real city (tests/events/data/SOURCES.md): every problem is named, and nothing is guessed."""

from datetime import date, time
from pathlib import Path

import pytest

from events.importing import columns, files
from events.importing.rows import RowReader
from events.importing.whens import Options
from tests.events import tables

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parent / "data" / "takamatsu_events.csv"


def read(options):
    found, body = columns.find(files.read(tables.upload(FILE.read_bytes())))
    reader = RowReader(found, options, "高松市")
    return {cells[0]: reader.read(number, cells) for number, cells in body}


def errors(one):
    return {problem.column: problem.sentence for problem in one.problems if problem.is_error}


def test_its_columns_are_known():
    found, body = columns.find(files.read(tables.upload(FILE.read_bytes())))

    assert set(found.places) == {
        *("external_id", "audience_note", "days", "start_time", "end_time", "title", "venue", "latitude", "longitude"),
        *("description", "fee", "capacity", "application_period", "url", "contact_name", "contact_phone"),
    }
    assert found.ignored == []
    assert len(body) == 12


def test_as_it_is_only_what_has_a_year_can_be_read():
    rows = read(Options())

    assert [number for number, one in rows.items() if not one.is_broken] == ["16"]
    assert errors(rows["9"]) == {"開催日": errors(rows["1"])["開催日"]}
    assert "年が書かれていません" in errors(rows["1"])["開催日"]
    assert (rows["16"].values["start_date"], rows["16"].values["end_time"]) == (date(2026, 8, 22), time(15))


def test_with_the_year_told_the_rest_is_named_one_by_one():
    rows = read(Options(year=2026))

    assert [number for number, one in rows.items() if not one.is_broken] == ["1", "9", "16", "42"]
    assert "始まりの日" in errors(rows["6"])["開催日"]
    assert set(errors(rows["10"])) == {"開始時間", "終了時間"}
    assert "終了時間がありません" in errors(rows["11"])["終了時間"]
    assert set(errors(rows["27"])) == {"開始時間"}
    assert set(errors(rows["30"])) == {"開催日", "開始時間"}
    assert "いくつも" in errors(rows["32"])["開催日"]
    assert set(errors(rows["44"])) == {"開始時間", "終了時間"}
    assert set(errors(rows["50"])) == {"開催日", "開始時間", "終了時間"}


def test_with_ends_left_out_as_all_day_one_more_can_be_read():
    rows = read(Options(ends_may_be_missing=True, year=2026))

    assert not rows["11"].is_broken
    assert rows["11"].values["schedule_note"] == "18:30から"
    assert rows["11"].values["fee_note"] == "一般3,000円、学生(24歳まで)1,000円"


def test_what_is_read_is_read_right():
    exhibition, lesson = read(Options(year=2026))["1"].values, read(Options(year=2026))["9"].values

    assert exhibition["title"].startswith("高松市歴史資料館")
    assert (exhibition["start_date"], exhibition["end_date"]) == (date(2026, 8, 5), date(2026, 8, 16))
    assert (exhibition["start_time"], exhibition["end_time"]) == (time(9), time(22))
    assert exhibition["schedule_note"] == "※10日（月）以外／終了時間※日曜及び休日は17：00まで"
    assert exhibition["fee"] == 0
    assert (lesson["fee"], lesson["capacity"], lesson["application"]) == (500, 20, "needed")
    assert lesson["application_note"] == "8月5日（水）\n9:00～"


def test_every_problem_says_where_it_is_and_what_to_write():
    for one in read(Options()).values():
        for problem in one.problems:
            assert problem.column
            assert problem.cell
            assert problem.sentence
