"""「うちでもやった」: no case follows itself, however long the way, and what is followed knows its followers."""

import pgtrigger
from django.conf import settings
from django.db import connection
from django.utils import timezone

from mailing.actions import SENT_ARE_KEPT, queue_mail
from search.actions import index_many, stored_facets

# A case and those above it, each once.
_ABOVE = """
    WITH RECURSIVE above(id) AS (
        SELECT %s::bigint
        UNION SELECT c.origin_id FROM cases_casestudy c JOIN above ON c.id = above.id WHERE c.origin_id IS NOT NULL
    ) SELECT EXISTS (SELECT FROM above WHERE id = %s)
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('cases_casestudy.origin'))"
# Two people who each name the other's case at the same moment must wait for each other.
_CHECK = """
    IF TG_OP = 'UPDATE' THEN
        IF NEW.origin_id IS NOT DISTINCT FROM OLD.origin_id THEN RETURN NEW; END IF;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('cases_casestudy.origin'));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.origin_id
            UNION SELECT c.origin_id FROM cases_casestudy c JOIN above ON c.id = above.id
            WHERE c.origin_id IS NOT NULL
        ) SELECT FROM above WHERE above.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'case % would follow itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_casestudy_follows_no_follower';
    END IF;
    RETURN NEW;
"""

NO_CYCLE = pgtrigger.Trigger(
    name="origin_is_no_follower",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("origin_id"),
    condition=pgtrigger.Q(new__origin__isnull=False),
    func=_CHECK,
)


def is_at_or_above(pk: int, other_pk: int) -> bool:
    """Whether the case ``pk`` is the other one or stands above it: what it follows, what that follows, …"""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [other_pk, pk])
        return cursor.fetchone()[0]


def note_follower(case, index) -> None:
    """Call ``index``, which writes the index entry of ``case``, and bring what it follows up to date with it.

    The card of an origin counts its public followers, and its people hear of a new one. Inside the transaction
    that changed the case.
    """
    facets = stored_facets(case.search_kind, case.pk)
    before = {int(facet.removeprefix("from:")) for facet in facets or () if facet.startswith("from:")}
    now = {case.origin_id} if case.is_published and case.origin_id else set()
    if before != now:
        # Origins are written before what follows them, here as in every edit of an origin: nobody waits in a circle.
        _count_anew(type(case), before | now)
    index()
    if now - before and (facets is not None or _is_new(case)):
        _tell(case)


def _count_anew(model, pks) -> None:
    with connection.cursor() as cursor:
        # Of two followers that appear at the same moment the second one's count has both.
        cursor.execute(_LOCK)
    index_many(list(model.objects.for_index().filter(pk__in=pks).order_by("pk")))


def _is_new(case) -> bool:
    """Whether it is public for the first time; what comes back after a pause is no news."""
    return case.published_at > timezone.now() - SENT_ARE_KEPT


def _tell(case) -> None:
    """Tell the people of the origin, each once for each follower, unless they are the follower's own."""
    origin = case.origin
    if not origin.is_published:
        return
    context = {
        "case": case,
        "origin": origin,
        "case_url": settings.SITE_URL + case.get_absolute_url(),
        "tree_url": settings.SITE_URL + origin.tree_url,
    }
    own = set(case.responsible_people().values_list("pk", flat=True))
    for person in origin.responsible_people().exclude(pk__in=own):
        queue_mail(
            to=person.email,
            subject=f"「うちでもやった」取り組みが載りました（{origin}）",
            template="mail/cases/follower.txt",
            context={**context, "person": person},
            once=f"follower:{case.pk}:{origin.pk}:{person.pk}",
        )
