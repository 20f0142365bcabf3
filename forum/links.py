"""Signed addresses in mails: each names one thing to do and nothing that others should not know."""

from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.urls import reverse

CONFIRM_WITHIN = timedelta(days=3)
MANAGE_WITHIN = timedelta(days=90)
HELP_WITHIN = timedelta(days=180)


class Stop(StrEnum):
    """Which mails a link stops; it never expires, for nobody must be kept from stopping mails."""

    DIGEST = "digest"
    EVENTS = "events"
    REPLIES = "replies"
    TOPIC = "topic"
    HELP = "help"
    FOLLOW_UPS = "follow_ups"
    UNANSWERED = "unanswered"


class Expired(Exception):
    """The link was made too long ago."""


class NotOurs(Exception):
    """The link was not made here, or not like this."""


def _address(name: str, content) -> str:
    token = signing.dumps(content, salt=f"forum.{name}")
    return settings.SITE_URL + reverse(f"forum:{name}", args=[token])


def _content(name: str, token: str, max_age=None):
    try:
        return signing.loads(token, salt=f"forum.{name}", max_age=max_age)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise NotOurs from error


def stop_address(what: Stop, *pks: int) -> str:
    return _address("unsubscribe", [str(what), *pks])


def read_stop(token: str) -> tuple[Stop, list[int]]:
    what, *pks = _content("unsubscribe", token)
    return Stop(what), pks


def on_this_site(address: str) -> str:
    """The address for a page, where people may have come by another name of the site than mails give."""
    return address.removeprefix(settings.SITE_URL)


def stop_headers(address: str) -> dict[str, str]:
    """Headers with which mail programs offer to unsubscribe with one click (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def confirm_address(email: str, what: dict[str, str], frequency: str) -> str:
    """``what`` is to be followed, by the parameters of `forum.following.read`."""
    return _address("subscribe_confirm", [email, what, frequency])


def read_confirm(token: str) -> tuple[str, dict[str, str], str]:
    email, *what, frequency = _content("subscribe_confirm", token, CONFIRM_WITHIN)
    # Links of the release before name a field and a region.
    return email, what[0] if len(what) == 1 else {"theme": what[0], "region": what[1]}, frequency


def manage_address(subscriber_pk: int) -> str:
    return _address("subscription", subscriber_pk)


def read_manage(token: str) -> int:
    return _content("subscription", token, MANAGE_WITHIN)


def help_address(request_pk: int, answer: str) -> str:
    return _address("help", [request_pk, str(answer)])


def read_help(token: str) -> tuple[int, str]:
    pk, answer = _content("help", token, HELP_WITHIN)
    return pk, answer
