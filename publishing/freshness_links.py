"""The links of the yearly mail: they name one question and one answer, are signed, and last for 90 days."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from publishing.models import Answer, FreshnessQuestion

SALT = "publishing.freshness"
VALID_FOR = timedelta(days=90)


class Expired(Exception):
    """The link was made too long ago."""


class NotOurs(Exception):
    """The link was not made here, or not like this; or what it names is gone."""


def address(question: FreshnessQuestion, answer: str) -> str:
    """The whole address that stands in the mail. The question knows person, item and round."""
    token = signing.dumps([question.pk, str(answer)], salt=SALT)
    return settings.SITE_URL + reverse("publishing:freshness", args=[token])


def read(token: str) -> tuple[FreshnessQuestion, Answer]:
    """What a link asks for; raises Expired or NotOurs."""
    try:
        pk, answer = signing.loads(token, salt=SALT, max_age=VALID_FOR)
        question = FreshnessQuestion.objects.select_related("person").get(pk=pk)
    except signing.SignatureExpired as error:
        raise Expired from error
    except (signing.BadSignature, FreshnessQuestion.DoesNotExist) as error:
        raise NotOurs from error
    return question, Answer(answer)
