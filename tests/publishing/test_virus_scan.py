"""Uploads and the virus scanner, played by a server in a thread."""

import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_site import settings as site_settings
from publishing import virus_scan
from publishing.attachments import read
from publishing.images import PictureFormField
from publishing.virus_scan import IS_INFECTED, NOT_CHECKED, check
from tests.factories import picture_bytes
from tests.publishing.documents import PDF

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def received(connection) -> bytes:
    """What a client sends by INSTREAM, piece by piece."""
    stream = connection.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\0"
    data = b""
    while length := struct.unpack(">I", stream.read(4))[0]:
        assert length <= 64 * 1024
        data += stream.read(length)
    return data


def scans(connection):
    found = b"Eicar-Test-Signature FOUND" if EICAR in received(connection) else b"OK"
    connection.sendall(b"stream: " + found + b"\0")


def answers(text, in_pieces=False):
    def answer(connection):
        received(connection)
        for piece in [text[n : n + 1] for n in range(len(text))] if in_pieces else [text]:
            connection.sendall(piece)

    return answer


def says_nothing(connection):
    received(connection)
    connection.settimeout(5)
    connection.recv(1)


def slowly(connection):
    """Each piece comes in time, the whole never."""
    received(connection)
    with suppress(OSError):
        while True:
            connection.sendall(b".")
            time.sleep(0.1)


def hangs_up(connection):
    connection.recv(10)


def never_stops(connection):
    received(connection)
    connection.sendall(b"x" * 10_000)


@contextmanager
def scanner(behaviour, family=socket.AF_INET, address=("127.0.0.1", 0)):
    """A clamd that meets one client as ``behaviour`` says."""
    with socket.socket(family) as server:
        server.bind(address)
        server.listen()
        server.settimeout(5)

        def serve():
            connection, _ = server.accept()
            with connection:
                behaviour(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def _impatient(monkeypatch):
    monkeypatch.setattr(virus_scan, "SCAN_SECONDS", 0.3)


def refusal(data=b"harmless"):
    with pytest.raises(ValidationError) as caught:
        check(ContentFile(data))
    return caught.value.messages


def test_nothing_is_asked_without_an_address(settings):
    assert settings.CLAMAV_ADDRESS == ""

    check(ContentFile(EICAR))


def test_clean_file_is_accepted_and_can_be_read_afterwards(settings):
    file = ContentFile(b"harmless" * 20_000)
    with scanner(scans) as settings.CLAMAV_ADDRESS:
        check(file)

    assert file.tell() == 0


def test_socket_of_the_machine_is_an_address_too(settings, tmp_path):
    path = str(tmp_path / "clamd")
    with scanner(scans, socket.AF_UNIX, path) as settings.CLAMAV_ADDRESS:
        assert refusal(EICAR) == [IS_INFECTED]


def test_infected_file_is_refused_and_logged(settings, caplog):
    with scanner(scans) as settings.CLAMAV_ADDRESS:
        assert refusal(b"x" * 100_000 + EICAR) == [IS_INFECTED]

    assert "Eicar-Test-Signature" in caplog.text


@pytest.mark.parametrize(
    "behaviour",
    [
        answers(b"INSTREAM size limit exceeded. ERROR\0"),
        answers(b"UNKNOWN COMMAND\0"),
        answers(b"\xff\xfe\0"),
        answers(b"OK\0"),
        answers(b""),
        hangs_up,
        never_stops,
    ],
)
def test_nothing_is_accepted_without_a_clear_answer(settings, behaviour):
    with scanner(behaviour) as settings.CLAMAV_ADDRESS:
        assert refusal(b"x" * 3_000_000) == [NOT_CHECKED]


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("behaviour", [says_nothing, slowly])
def test_slow_scanner_is_given_up(settings, behaviour):
    with scanner(behaviour) as settings.CLAMAV_ADDRESS:
        assert refusal() == [NOT_CHECKED]


def test_answer_may_come_in_pieces(settings):
    with scanner(answers(b"stream: OK\0", in_pieces=True)) as settings.CLAMAV_ADDRESS:
        check(ContentFile(b"x"))


def test_scanner_that_is_away_stops_uploads_with_a_kind_sentence(settings, caplog, tmp_path):
    for settings.CLAMAV_ADDRESS in [("127.0.0.1", 1), str(tmp_path / "nobody"), ("name.invalid", 3310)]:
        assert refusal() == [NOT_CHECKED]

    assert "gave no answer" in caplog.text


def test_documents_and_pictures_are_shown_to_the_scanner(settings):
    with scanner(answers(b"stream: X FOUND\0")) as settings.CLAMAV_ADDRESS, pytest.raises(ValidationError) as caught:
        read(SimpleUploadedFile("a.pdf", PDF))
    assert caught.value.messages == [IS_INFECTED]

    class PictureForm(forms.Form):
        picture = PictureFormField()

    with scanner(answers(b"stream: X FOUND\0")) as settings.CLAMAV_ADDRESS:
        form = PictureForm({}, {"picture": SimpleUploadedFile("a.jpg", picture_bytes())})
        assert form.errors["picture"] == [IS_INFECTED]


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("", ""),
        (" /run/clamav/clamd.ctl ", "/run/clamav/clamd.ctl"),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_address_of_the_scanner(monkeypatch, address, read):
    monkeypatch.setenv("CLAMAV_ADDRESS", address)

    assert site_settings._scanner_address() == read


@pytest.mark.parametrize("address", ["3310", "host", "host:", "host:0", "host:99999", ":3310", "host:port"])
def test_wrong_address_stops_the_start_up_by_name(monkeypatch, address):
    monkeypatch.setenv("CLAMAV_ADDRESS", address)

    with pytest.raises(ImproperlyConfigured, match="CLAMAV_ADDRESS"):
        site_settings._scanner_address()
