"""Files to upload: harmless ones of every kind, and the parts of harmful ones."""

import struct
import zipfile
from io import BytesIO

PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 200 + b"PE\0\0"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
WITH_PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")

_MAIN = {
    "word": ("word/document.xml", "wordprocessingml.document"),
    "excel": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "powerpoint": ("ppt/presentation.xml", "presentationml.presentation"),
}


def content_types(part, content_type):
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )


def office(kind="word", *, parts=None, content_type="", without=(), after=b"", before=b""):
    """The smallest file of an Office kind, with more ``parts`` (name: content), or others in their place."""
    part, subject = _MAIN[kind]
    content_type = content_type or f"application/vnd.openxmlformats-officedocument.{subject}.main+xml"
    contents = {
        "[Content_Types].xml": content_types(part, content_type),
        "_rels/.rels": relations("officeDocument", part),
        part: "<w/>",
        **(parts or {}),
    }
    return before + zipped({name: text for name, text in contents.items() if name not in without}) + after


def relations(word, target, mode=""):
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{word}" '
        f'Target="{target}"{f" TargetMode={mode!r}" if mode else ""}/></Relationships>'
    )


def zipped(contents, compression=zipfile.ZIP_DEFLATED):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(name, content)
    return file.getvalue()


def claiming(data, *, count=None, unpacked=None):
    """The archive with a list of parts that says something untrue."""
    data = bytearray(data)
    end = data.rindex(b"PK\x05\x06")
    if count is not None:
        struct.pack_into("<HH", data, end + 8, count, count)
    if unpacked is not None:
        struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, unpacked)
    return bytes(data)
