"""The nightly files, what describes them, and how they are sent."""

import csv
import gzip
import hashlib
import io
import json
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.permissions import Visibility
from open_data import files
from open_data.datasets import DATASETS
from open_data.models import DataFile
from open_data.publications import PUBLICATIONS
from policies.models import PolicyAmount
from taxonomy.models import Region
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
    secretariat,
)

pytestmark = pytest.mark.django_db
PAGE = "/open-data/"
BOM = "\ufeff".encode()


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def write(*names):
    for publication in PUBLICATIONS:
        if not names or publication.name in names:
            files.write(publication)


def content(client, name):
    response = client.get(f"/open-data/files/{name}")
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def rows(client, name):
    return list(csv.DictReader(io.StringIO(content(client, name).decode("utf-8-sig"), newline="")))


def test_every_file_holds_what_is_public_and_nothing_else(client):
    tokyo, chiyoda = (Region.objects.get(code=code) for code in ("13", "131016"))
    organization = OrganizationFactory(published=True, regions=[tokyo], contact_name="窓口花子")
    policy = PolicyFactory(published=True, organization=organization, regions=[chiyoda])
    PolicyAmount.objects.create(policy=policy, label="第1層", amount=8_000_000, per="市町村")
    CaseStudyFactory(published=True, title="=公開の事例", organization=organization, regions=[chiyoda, tokyo])
    event = {"organization": organization, "contact_name": "窓口花子", "contact_phone": "03-0000-0000"}
    EventFactory(published=True, title="公開の会", regions=[chiyoda], **event)
    TopicFactory(title="みんなの話題").regions.add(tokyo)
    closed = TopicFactory(title="見えない話題", board=BoardFactory(visibility=Visibility.MEMBERS))
    for draft in (OrganizationFactory, CaseStudyFactory, EventFactory):
        draft(**{"name" if draft is OrganizationFactory else "title": "見えない下書き"})
    PolicyAmount.objects.create(policy=PolicyFactory(title="見えない下書き"), label="見えない金額")

    call_command("write_open_data", verbosity=0)

    assert closed.title
    for file in DataFile.objects.all():
        text = content(client, file.name).decode()
        assert "見えない" not in text, file
        assert "窓口花子" not in text, file
        assert file.rows, file
    (case,) = rows(client, "cases.csv")
    assert case["タイトル"] == "'=公開の事例"
    assert case["全国地方公共団体コード"] == "130001;131016"
    (amount,) = rows(client, "policy_amounts.csv")
    assert (amount["給付上限額(円)"], amount["全国地方公共団体コード"]) == ("8000000", "131016")
    (standard,) = rows(client, "events_standard.csv")
    assert standard["都道府県コード又は市区町村コード"] == "131016"
    assert standard["連絡先名称"] == standard["連絡先電話番号"] == ""
    (topic,) = map(json.loads, content(client, "topics.jsonl").decode().splitlines())
    assert topic["local_government_codes"] == ["130001"]
    assert len(rows(client, "regions.csv")) == Region.objects.count()
    assert all("licence_url" in column_keys(dataset) for dataset in DATASETS)


def column_keys(dataset):
    return {column.key for column in dataset.columns}


def test_a_file_is_what_the_page_and_the_catalogue_say(client):
    CaseStudyFactory.create_batch(3, published=True)
    write("cases")

    file = DataFile.objects.get(name="cases.csv")
    raw = content(client, "cases.csv")
    packed = client.get("/open-data/files/cases.csv", headers={"Accept-Encoding": "gzip"})
    page = client.get(PAGE).content.decode()
    catalog = client.get("/open-data/catalog.jsonld").json()

    assert raw.startswith(BOM)
    assert raw.count(b"\r\n") == 4
    assert (file.size, file.sha256, file.rows) == (len(raw), hashlib.sha256(raw).hexdigest(), 3)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(b"".join(packed.streaming_content)) == raw
    assert file.sha256 in page
    assert "topics.csv（まだ作られていません）" in page
    (cases,) = [one for one in catalog["dcat:dataset"] if one["dct:identifier"] == "cases"]
    distribution = {one["@id"]: one for one in cases["dcat:distribution"]}[
        "http://127.0.0.1:8000/open-data/files/cases.csv"
    ]
    assert distribution["spdx:checksum"]["spdx:checksumValue"]["@value"] == file.sha256
    assert distribution["dcat:byteSize"]["@value"] == str(len(raw))


def test_who_has_the_file_is_sent_nothing_until_its_content_changes(client):
    CaseStudyFactory(published=True)
    write("cases")
    first = client.get("/open-data/files/cases.csv")
    b"".join(first.streaming_content)
    known = {"If-None-Match": first["ETag"]}
    before = DataFile.objects.get(name="cases.csv")

    write("cases")
    same = client.get("/open-data/files/cases.csv", headers=known)
    after = DataFile.objects.get(name="cases.csv")
    CaseStudyFactory(published=True)
    write("cases")
    changed = client.get("/open-data/files/cases.csv", headers=known)
    b"".join(changed.streaming_content)

    assert same.status_code == 304
    assert after.changed_at == before.changed_at
    assert after.made_at > before.made_at
    assert (changed.status_code, changed["Access-Control-Allow-Origin"]) == (200, "*")


def test_what_fails_keeps_the_last_file_and_stops_no_other(client, monkeypatch):
    CaseStudyFactory(published=True, title="昨日の事例")
    write("cases")
    folder = storages["default"].path(files.FOLDER)
    monkeypatch.setattr("cases.models.CaseStudy.source_lines", lambda case: 1 / 0)

    with pytest.raises(CommandError, match="cases"):
        call_command("write_open_data", verbosity=0)

    assert "昨日の事例" in content(client, "cases.csv").decode()
    assert "ZeroDivisionError" in DataFile.objects.get(name="cases.csv").problem
    assert DataFile.objects.get(name="themes.csv").rows == 23
    assert [name for name in storages["default"].listdir(files.FOLDER)[1] if name.endswith(".part")] == [], folder


def test_old_contents_are_swept_up(client, monkeypatch):
    CaseStudyFactory(published=True)
    write("cases")
    CaseStudyFactory(published=True)
    write("cases")
    monkeypatch.setattr(files, "LEFT_ALONE_FOR", -60)

    files._tidy()

    stored = set(storages["default"].listdir(files.FOLDER)[1])
    assert len(stored) == 4  # a table and JSON lines, plain and packed
    assert content(client, "cases.csv").count(b"\r\n") == 3


def test_writing_reads_in_pieces(monkeypatch):
    monkeypatch.setattr("open_data.dataset.BATCH", 2)
    CaseStudyFactory.create_batch(5, published=True, organization=OrganizationFactory(published=True))
    (cases,) = [one for one in PUBLICATIONS if one.name == "cases"]

    with CaptureQueriesContext(
        connection,
    ) as captured:
        pieces = list(cases.rows())

    assert len(pieces) == 1 + 5
    # Two, two, one, and nothing more.
    assert len(captured) == 4


def test_before_the_first_night(client):
    assert "まだ作られていません" in client.get(PAGE).content.decode()
    missing = client.get("/open-data/files/cases.csv")
    assert (missing.status_code, client.get("/open-data/files/x.csv").status_code) == (404, 404)
    assert "まだ作られていません" in missing.json()["detail"]
    assert client.get("/open-data/catalog.jsonld").json()["dcat:dataset"][0]["dcat:distribution"] == []


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_the_dictionary_describes_every_column(client, dataset, django_assert_max_num_queries):
    with django_assert_max_num_queries(0):
        html = client.get(f"/open-data/dictionary/{dataset.name}/").content.decode()
    table = client.get("/open-data/dictionary.csv").content.decode("utf-8-sig")
    described = {row["キー"]: row for row in csv.DictReader(io.StringIO(table)) if row["データ"] == dataset.title}

    assert list(described) == [column.key for column in dataset.columns]
    headings = [column.heading for column in dataset.columns]
    assert len(set(headings)) == len(headings)
    for column in dataset.columns:
        assert f"<code>{column.key}</code>" in html
        assert described[column.key]["説明"], column
        assert described[column.key]["例"], column


def test_the_page_asks_one_question(client, django_assert_num_queries):
    write("themes")

    with django_assert_num_queries(1):
        client.get(PAGE)


def test_a_made_file_must_be_described():
    with pytest.raises(IntegrityError):
        DataFile.objects.create(name="a.csv", stored_as="open_data/a.csv")


@pytest.mark.real_jobs
def test_the_secretariat_sees_the_files_and_has_them_made_again(client):
    write("themes")
    client.force_login(secretariat())
    address = "/admin/open_data/datafile/"

    listed = client.get(address)
    file = DataFile.objects.first()
    client.post(address, {"action": "write_again", "_selected_action": [file.pk]})

    assert "themes.csv" in listed.content.decode()
    assert client.get(f"{address}{file.pk}/change/").status_code == 200
    assert client.post(f"{address}{file.pk}/delete/").status_code == 403
    assert ProcrastinateJob.objects.filter(task_name="open_data.write_again").count() == 1


def test_addresses_of_the_catalogue_lead_somewhere(client):
    write("themes")

    def addresses(value):
        if isinstance(value, dict):
            yield from ([value["@id"]] if "@id" in value else [])
            value = value.values()
        elif isinstance(value, str):
            return
        for each in value:
            yield from addresses(each)

    catalog = client.get("/open-data/catalog.jsonld").json()
    own = {urlsplit(address).path for address in addresses(catalog) if "127.0.0.1" in address}
    answers = {path: client.get(path) for path in own}
    for answer in answers.values():
        b"".join(answer)

    assert len(own) > len(DATASETS)
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
