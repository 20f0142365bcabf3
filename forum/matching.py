"""Who may know an answer: the people behind cases that are like a topic."""

from accounts.models import User
from cases.models import CaseStudy
from forum.models import Topic
from forum.permissions import Action, may
from search.matching import hits_by_condition, page_of_hits, synonyms
from search.query import all_of, facet_is, parse
from search.relaxing import loosest
from search.request import Request
from taxonomy.models import NATION_CODE

CASES = 20
# Of one organization at most so many are asked about one topic.
MOST_OF_ONE = 2


def cases_like(topic: Topic) -> list[CaseStudy]:
    """Public cases that are like the topic, the likest first: its words in its fields, then its fields nearby."""
    kind = CaseStudy.search_kind
    themes = tuple(topic.themes.values_list("slug", flat=True))
    words = Request(kind, parse(topic.title, synonyms()), themes=themes)
    pks = []
    for request in (words, loosest(words)):
        if request and not request.query.is_empty:
            pks += [hit.object_id for hit in page_of_hits(request, 0, CASES)]
    prefectures = sorted({code[:2] for code in topic.regions.values_list("pk", flat=True)} - {NATION_CODE})
    if themes and prefectures:
        nearby = all_of([facet_is("theme", themes), facet_is("in", prefectures)])
        pks += [hit.object_id for hit in hits_by_condition(kind, {"nearby": nearby}, CASES)["nearby"]]
    order = {pk: place for place, pk in enumerate(dict.fromkeys(pks))}
    cases = CaseStudy.objects.published().filter(pk__in=order, is_sample=False).select_related("organization")
    return sorted(cases, key=lambda case: order[case.pk])


def people_who_know(topic: Topic) -> list[tuple[User, CaseStudy]]:
    """Whom to ask about the topic, each once with the case that speaks for it; not its author, and only those who
    may answer on its board and have not been asked about it."""
    asked = {topic.author_id, *topic.help_requests.values_list("person", flat=True)}
    known, of_organization = [], {}
    for case in cases_like(topic):
        people = [person for person in case.responsible_people() if person.pk not in asked]
        room = MOST_OF_ONE - of_organization.get(case.organization_id, 0)
        able = [person for person in people if may(person, Action.WRITE, topic.board.visibility)][:room]
        of_organization[case.organization_id] = of_organization.get(case.organization_id, 0) + len(able)
        asked |= {person.pk for person in able}
        known += [(person, case) for person in able]
    return known
