"""Asks a virus scanner (clamd) about uploads, where CLAMAV_ADDRESS names one.

Without an answer nothing is accepted: who runs a scanner does not want what it has not seen.
"""

import logging
import socket
import struct
import time

from django.conf import settings
from django.core.exceptions import ValidationError

CONNECT_SECONDS = 3
# For sending and the answer together; large files get more.
SCAN_SECONDS = 20
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096

IS_INFECTED = (
    "ウイルスなどの危険なデータが見つかったため、このファイルは使えません。ファイルを作った方に確かめてください。"
)
NOT_CHECKED = "ファイルの安全を確かめる機械とつながりませんでした。しばらくしてから、もう一度お試しください。"

logger = logging.getLogger(__name__)


class _NoAnswer(Exception):
    """The scanner said something that is neither yes nor no."""


def check(file, *, seconds=None) -> None:
    """Refuse ``file`` (with a ValidationError) when the scanner finds something in it or does not answer."""
    if not settings.CLAMAV_ADDRESS:
        return
    try:
        finding = _ask(file, seconds or SCAN_SECONDS)
    except (OSError, _NoAnswer) as error:
        logger.error("The virus scanner at %s gave no answer: %r", settings.CLAMAV_ADDRESS, error)
        raise ValidationError(NOT_CHECKED, code="not_checked") from error
    finally:
        file.seek(0)
    if finding:
        logger.warning("An upload was refused: %s", finding)
        raise ValidationError(IS_INFECTED, code="infected")


def _ask(file, seconds) -> str:
    """The name of what was found in ``file``, or nothing."""
    deadline = time.monotonic() + seconds
    with _connection() as scanner:
        _send(scanner, file, deadline)
        answer = _answer(scanner, deadline)
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise _NoAnswer(answer)


def _connection() -> socket.socket:
    """A socket to the scanner: CLAMAV_ADDRESS is the path of one, or host and port."""
    address = settings.CLAMAV_ADDRESS
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=CONNECT_SECONDS)
    scanner = socket.socket(socket.AF_UNIX)
    try:
        scanner.settimeout(CONNECT_SECONDS)
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner


def _send(scanner, file, deadline) -> None:
    scanner.sendall(b"zINSTREAM\0")
    file.seek(0)
    while piece := file.read(_PIECE):
        scanner.settimeout(_left(deadline))
        scanner.sendall(struct.pack(">I", len(piece)) + piece)
    scanner.sendall(struct.pack(">I", 0))


def _answer(scanner, deadline) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        scanner.settimeout(_left(deadline))
        piece = scanner.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(deadline) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner took too long")
    return left
