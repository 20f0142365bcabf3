"""What a pasted notice says about an event, as the texts of the form's fields.

Notices have lines such as 「日時：12月5日（土）13:30〜16:00」. Their labels say what they are about; what stands under
none is only looked through for a title. Nothing is guessed that people could not check at a glance.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from events.choices import Application, Format
from events.form_parts import UNANSWERED
from events.importing import values
from events.importing.problems import Unreadable
from events.pasted_days import When, read_when
from events.pasted_lines import Block, Notice
from events.times import clock, day_text
from publishing.typed_fields import DayField

LONGEST_NOTICE = 20_000
_PHONE = re.compile(r"(?<![0-9-])0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}(?![0-9-])|(?<![0-9-])0[0-9]{9,10}(?![0-9-])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,20}")
_URL = re.compile(r"https?://[A-Za-z0-9!#$%&'*+,./:;=?@_~-]{1,400}")
_PEOPLE = re.compile(r"([0-9][0-9,]{0,9})\s?[人名]")
_YEN = re.compile(r"([0-9][0-9,]{0,9})\s?円")
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{5,120})[）)]")
_ADDRESS = re.compile(r"〒|[都道府県市区町村].{1,30}[0-9０-９一二三四五六七八九十]")
_BUILDING = re.compile(r"館|ホール|センター|室|集会所|役所|役場|学校|大学|ビル|ホテル")
_ONLINE = re.compile(r"オンライン|zoom|webex|teams|ウェビナー|youtube|配信", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One field that was read: what it is called, and what was put in or would have been."""

    label: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What came of a pasted notice: fields that were filled in, and those that had been answered already."""

    put_in: list[Line]
    left_alone: list[Line]


def filled(form, data, today: date) -> tuple[Reading, object]:
    """The typed ``data`` (a QueryDict) of ``form`` with what its pasted notice says in the fields that are empty."""
    data, put_in, left_alone = data.copy(), [], []
    for name, text in read(data.get("pasted", ""), today).items():
        field = form.fields[name]
        line = Line(str(field.label), _shown(field, text))
        if data.get(name, "").strip() in ("", UNANSWERED.get(name)) or (name, data[name]) == ("format", Format.VENUE):
            data[name] = text
            put_in.append(line)
        elif data[name] != text:
            left_alone.append(line)
    return Reading(put_in, left_alone), data


def _shown(field, text: str) -> str:
    """As people read it: days with their weekday, choices by their names."""
    if isinstance(field, DayField):
        return day_text(date.fromisoformat(text))
    return str(dict(getattr(field, "choices", [])).get(text, text))


def read(text: str, today: date) -> dict[str, str]:
    """The texts of the form's fields that ``text`` speaks of; days without a year are the next ones from ``today``."""
    notice = Notice.of(text[:LONGEST_NOTICE])
    readers = (_title, _when, _place, _people, _fee, _application, _contact, _contents)
    found = {name: value for reader in readers for name, value in reader(notice, today).items()}
    return {name: value.strip() for name, value in found.items() if value and value.strip()}


def _title(notice: Notice, today: date) -> dict:
    return {"title": notice.first("title") or notice.title_among_loose_lines()}


def _when(notice: Notice, today: date) -> dict:
    said = " ".join(filter(None, [notice.first("when"), notice.first("time")]))
    found = read_when(said, today) if said else _first_day(notice, today)
    notes = [] if found.is_all or not said else _rest(said)
    notes += [f"{block.label}：{block.line}" for block in notice.all("doors")]
    return {
        "start_date": _day(found.start_date),
        "end_date": _day(found.end_date),
        "start_time": clock(found.start_time) if found.start_time else "",
        "end_time": clock(found.end_time) if found.end_time else "",
        "schedule_note": "、".join(notes)[:200],
    }


def _rest(said: str) -> list[str]:
    """What is said beside days and times: the words in brackets about when the doors open, else all of it."""
    return [found for found in _IN_BRACKETS.findall(said) if re.search("受付|開場|集合", found)] or [said]


def _first_day(notice: Notice, today: date) -> When:
    found = (read_when(line, today) for line in notice.loose)
    return next((when for when in found if when.start_date), When())


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _place(notice: Notice, today: date) -> dict:
    """The venue, its address, which may stand in brackets or in the line below, and whether it is online."""
    block = notice.block("place")
    if block is None:
        return {"address": notice.first("address"), **_ways(notice)}
    place, address = block.lines[0] if block.lines else "", notice.first("address")
    more = [line for line in block.lines[1:] if _ADDRESS.search(line)]
    if not address and (bracket := _IN_BRACKETS.search(place)) and _ADDRESS.search(bracket[1]):
        address, place = bracket[1], place.replace(bracket[0], "")
    format_ = _format_of(block.text)
    return {
        "format": format_,
        "venue": "" if format_ == Format.ONLINE else place,
        "address": address or (more[0] if more else ""),
        **_ways(notice),
    }


def _ways(notice: Notice) -> dict:
    return {"access": notice.text("access"), "parking": notice.first("parking")}


def _format_of(text: str) -> str:
    if not _ONLINE.search(unicodedata.normalize("NFKC", text)):
        return ""
    if _BUILDING.search(text):
        return Format.HYBRID
    try:
        return values.event_format(text)
    except Unreadable:
        return Format.ONLINE


def _people(notice: Notice, today: date) -> dict:
    counts = _PEOPLE.findall(unicodedata.normalize("NFKC", notice.first("capacity")))
    return {"audience_note": notice.first("audience"), "capacity": counts[0] if len(counts) == 1 else ""}


def _fee(notice: Notice, today: date) -> dict:
    """A fee in one amount, or free; what says more stands in the note."""
    text = notice.first("fee")
    if not text:
        return {}
    try:
        fee = values.fee(text)
    except Unreadable:
        amounts = _YEN.findall(values.compact(text))
        is_free = values.compact(text).startswith("無料")
        is_one = len(amounts) == 1 and "無料" not in text
        return {"fee": "無料" if is_free else f"{amounts[0]}円" if is_one else "", "fee_note": text}
    return {"fee": f"{fee:,}円" if fee else "無料"}


def _application(notice: Notice, today: date) -> dict:
    """How and until when to apply, of the lines about it."""
    how, closing = notice.text("application"), notice.first("closes")
    if not how and not closing:
        return {}
    application, note = values.application(how) if how else (Application.NEEDED, "")
    if closing or application != Application.NOT_NEEDED:
        application = application if application == Application.OPTIONAL else Application.NEEDED
        days = _closing_days(notice, closing, today)
        return {"application": application, "application_note": note, **days, **_ways_to_reach("application_", how)}
    return {"application": application, "application_note": note}


def _closing_days(notice: Notice, closing: str, today: date) -> dict:
    if not closing:
        closing = next((line for line in notice.lines("application") if re.search("まで|締切|〆切", line)), "")
    found = read_when(closing, today)
    if found.start_date is None:
        return {}
    closes_on = found.end_date or found.start_date
    opens_on = found.start_date if found.end_date != found.start_date else None
    at = found.end_time or found.start_time
    return {
        "application_opens_on": _day(opens_on),
        "application_closes_on": _day(closes_on),
        "application_closes_at": clock(at) if at else "",
    }


def _ways_to_reach(prefix: str, text: str) -> dict:
    """Phone, mail address and page in ``text``, for the fields whose names begin with ``prefix``."""
    plain = unicodedata.normalize("NFKC", text)
    patterns = {"phone": _PHONE, "email": _MAIL, "url": _URL}
    return {f"{prefix}{name}": found[0] for name, pattern in patterns.items() if (found := pattern.search(plain))}


def _contact(notice: Notice, today: date) -> dict:
    """The first line of the contact that is more than a number or an address is its name."""
    lines = notice.lines("contact")
    own = _ways_to_reach("contact_", "\n".join([*lines, *notice.lines("phone"), *notice.lines("email")]))
    page = _ways_to_reach("", notice.first("url"))
    return {
        "contact_name": next((name for line in lines if (name := _name_in(line))), ""),
        "contact_phone": own.get("contact_phone", ""),
        "contact_email": own.get("contact_email", ""),
        "url": page.get("url", "") or own.get("contact_url", ""),
    }


def _name_in(line: str) -> str:
    plain = unicodedata.normalize("NFKC", line)
    for pattern in (_PHONE, _MAIL, _URL):
        plain = pattern.sub(" ", plain)
    plain = re.sub(r"(?:電話(?:番号)?|TEL|FAX|メール|E-?mail|URL)\s?:?", " ", plain, flags=re.IGNORECASE)
    return re.sub(r"^[\s:、,/)・]+|[\s:、,/(・]+$", "", re.sub(r"\([\s:、,/]*\)", " ", plain))[:100]


def _contents(notice: Notice, today: date) -> dict:
    summary, content = notice.text("summary"), notice.text("content")
    if not summary and content:
        summary, content = values.described(content)
    speakers = [_labelled(block) for block in notice.all("speaker")]
    return {
        "summary": summary,
        "content": "\n\n".join(filter(None, [content, *speakers])),
        "remarks": "\n".join(_labelled(block) for block in notice.all("remarks")),
        "co_organizers_note": "、".join(f"{block.label} {block.line}" for block in notice.all("others"))[:200],
    }


def _labelled(block: Block) -> str:
    return f"{block.label}：{block.text}"
