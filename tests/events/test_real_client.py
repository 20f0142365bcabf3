"""A real calendar subscribes: vdirsyncer fetches the feed as people's devices do, khal shows what is in it."""

import os
import shutil
import subprocess
from datetime import time, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from events.choices import EventState
from publishing.actions import change_status, save_changes
from taxonomy.models import Region, Theme
from tests.factories import EventFactory, member_of

PROGRAMS = ("khal", "vdirsyncer")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(MISSING), reason=f"no {', no '.join(MISSING)} here (apt install khal vdirsyncer)"),
]

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"
[pair subscription]
a = "site"
b = "device"
collections = null
conflict_resolution = "a wins"
partial_sync = "revert"
[storage site]
type = "http"
url = "{url}"
[storage device]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[subscription]]
path = {folder}/calendar/
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = {timezone}
default_timezone = {timezone}
[sqlite]
path = {folder}/khal.db
"""


class Device:
    """Somebody's device, which has subscribed to ``url``."""

    def __init__(self, folder, url, zone="Asia/Tokyo"):
        self.folder = folder
        for name in ("calendar", "status"):
            (folder / name).mkdir()
        (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, url=url))
        (folder / "khal.conf").write_text(KHAL.format(folder=folder, timezone=zone))
        self._run("vdirsyncer", "-c", folder / "vdirsyncer.conf", "discover")

    def _run(self, *command):
        places = {name: str(self.folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", **places}
        command = [str(part) for part in command]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def synchronize(self):
        self._run("vdirsyncer", "-c", self.folder / "vdirsyncer.conf", "sync")

    def take_in(self, file):
        config = (self.folder / "khal.conf").read_text()
        (self.folder / "khal.conf").write_text(config.replace("readonly = True", "readonly = False"))
        self._run("khal", "-c", self.folder / "khal.conf", "import", "--batch", "-a", "subscription", file)

    def shown(self, day, form="{start-date} {start-time} {end-time} {title} {status}{location}"):
        """What the calendar shows on ``day`` and in the three weeks after."""
        return self._run(
            *("khal", "-c", self.folder / "khal.conf", "list", "--format", form, "--day-format", ""),
            *(day.isoformat(), "21d"),
        ).strip()


def edit(item, by, **fields):
    def write(row):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    return save_changes(item, write, by=by)


@pytest.fixture
def soon():
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def mobility_in_nagano(live_server):
    return live_server.url + reverse("events:feed") + "?" + urlencode({"theme": "mobility", "region": "20"})


def event(title, day, **fields):
    return EventFactory(
        published=True,
        title=title,
        start_date=day,
        themes=Theme.objects.filter(slug="mobility"),
        regions=Region.objects.filter(code="202134"),
        **fields,
    )


def test_a_subscriber_sees_the_event_its_new_day_and_its_cancellation(tmp_path, soon, mobility_in_nagano):
    item = event("移動、そして；集い👵🏻", soon)
    EventFactory(published=True, title="ほかの分野の会", start_date=soon)
    device, person = Device(tmp_path, mobility_in_nagano), member_of(item.organization)

    device.synchronize()
    assert device.shown(soon).splitlines() == [f"{soon} 13:30 16:00 移動、そして；集い👵🏻 CONFIRMED 中央公民館"]

    later = soon + timedelta(days=3)
    edit(item, person, start_date=later, end_date=later)
    device.synchronize()
    assert device.shown(soon).splitlines() == [f"{later} 13:30 16:00 移動、そして；集い👵🏻 CONFIRMED 中央公民館"]

    edit(item, person, state=EventState.CANCELLED, state_note="大雪のため")
    device.synchronize()
    (shown,) = device.shown(soon).splitlines()
    assert shown == f"{later} 13:30 16:00 【中止】移動、そして；集い👵🏻 CANCELLED 中央公民館"


def test_what_is_public_no_longer_is_off_in_the_calendar(tmp_path, soon, mobility_in_nagano):
    item = event("移動を考える会", soon)
    device, person = Device(tmp_path, mobility_in_nagano), member_of(item.organization)
    device.synchronize()
    assert "移動を考える会 CONFIRMED" in device.shown(soon)

    change_status(item, "close", by=person)
    device.synchronize()

    assert "【掲載終了】移動を考える会 CANCELLED" in device.shown(soon)


def test_days_and_hours_are_those_of_japan_everywhere(tmp_path, soon, mobility_in_nagano):
    event("夜どおしの会", soon, start_time=time(22), end_date=soon + timedelta(days=1), end_time=time(6))
    event("終日の会", soon, end_date=soon + timedelta(days=1), start_time=None, end_time=None)
    device = Device(tmp_path, mobility_in_nagano, zone="Etc/UTC")

    device.synchronize()

    shown = device.shown(soon)
    assert f"{soon} 13:00 21:00 夜どおしの会" in shown
    assert shown.count("終日の会") == 2  # on each of its days


def test_one_event_is_put_into_a_calendar(client, tmp_path, soon, mobility_in_nagano):
    item = event("移動を考える会", soon)
    device = Device(tmp_path, mobility_in_nagano)
    file = tmp_path / "event.ics"
    file.write_bytes(client.get(reverse("events:ics", args=[item.pk])).content)

    device.take_in(file)

    assert f"{soon} 13:30 16:00 移動を考える会 CONFIRMED 中央公民館" in device.shown(soon)
