"""Tables of events as organizers make them."""

import csv
from io import BytesIO, StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from events.importing.columns import STANDARD

ROW = {
    "NO": "1",
    "イベント名": "見守りの勉強会",
    "開始日": "2026-12-05",
    "終了日": "2026-12-05",
    "開始時間": "13:30",
    "終了時間": "16:00",
    "説明": "地域の見守りについて学びます。",
    "料金(基本)": "500",
    "場所名称": "中央公民館",
}


def row(**cells):
    return {**ROW, **cells}


def text(rows, header=None, delimiter=","):
    """Rows (dictionaries by header) as the text of a file; without ``header`` with the standard one."""
    header = list(header or STANDARD.values())
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([[each.get(name, "") for name in header] for each in rows])
    return file.getvalue()


def upload(content, name="events.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def table(*rows, header=None):
    return upload(text(rows, header))


def workbook(*rows, header=None):
    """The same as an Excel file; cells keep their kinds."""
    header = list(header or STANDARD.values())
    book = Workbook()
    book.active.append(header)
    for each in rows:
        book.active.append([each.get(name) for name in header])
    file = BytesIO()
    book.save(file)
    return upload(file.getvalue(), "events.xlsx")


def many(count):
    """Different events with everything that a careful organizer writes."""
    return [
        row(
            **{
                "都道府県コード又は市区町村コード": "372013",
                "NO": str(number),
                "都道府県名": "香川県",
                "市区町村名": "高松市",
                "イベント名": f"第{number}回 支え合いの勉強会",
                "イベント名_カナ": "ササエアイノベンキョウカイ",
                "開始日": f"2026-12-{1 + number % 28:02}",
                "終了日": f"2026-12-{1 + number % 28:02}",
                "説明": "住民と専門職が集まり、地域の支え合いのしくみについて話し合います。はじめての方も歓迎します。",
                "連絡先名称": "長寿福祉課",
                "連絡先電話番号": "087-839-2346",
                "場所名称": f"第{number % 40}公民館",
                "住所": "高松市番町1-8-15",
                "緯度": "34.342828",
                "経度": "134.046574",
                "定員": "30",
                "参加申込終了日": "2026-11-30",
                "参加申込方法": "電話で申し込んでください。",
                "備考": "手話通訳があります。",
            }
        )
        for number in range(1, count + 1)
    ]
