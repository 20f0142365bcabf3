"""From a topic to the draft of a case: with the person's own words only, those of others are named as sources."""

from django.conf import settings
from django.db import transaction

from cases.forms import MOST_PLACES, organizations_of
from cases.models import CaseStudy
from forum.indexing import index_topic
from forum.models import Topic
from publishing.actions import create
from publishing.forms import LONGEST_TEXT


def may_draft(user, topic: Topic) -> bool:
    """Whether the topic's page offers it: of a solved topic to its author, and to people with an organization."""
    if user.is_anonymous or topic.solved_at is None or not topic.is_visible:
        return False
    return topic.author_id == user.pk or organizations_of(user).exists()


@transaction.atomic
def draft_case(topic: Topic, organization, *, by, key) -> CaseStudy:
    """Make a draft for the organization, of which ``by`` is known to be a member; sent twice it is made once."""

    def write(case):
        case.organization, case.title = organization, topic.title
        case.reason, case.tips = _own(topic.posts.filter(number=1).first(), by), _own(topic.best_answer, by)
        case.sources = _sources(topic)
        case.save()
        case.regions.set(topic.regions.all()[:MOST_PLACES])
        case.themes.set(topic.themes.all())

    case = create(CaseStudy, write, by=by, key=key)
    topic.cases.add(case)
    # The page of the case names the topic once both can be read.
    index_topic(topic)
    return case


def _own(post, person) -> str:
    """The text of a visible post that the person wrote; "" for words of others, which stay theirs."""
    is_own = post is not None and post.is_visible and post.author_id == person.pk
    return post.body[:LONGEST_TEXT] if is_own else ""


def _sources(topic) -> str:
    """Where the case comes from, unless that is nowhere everybody may read."""
    if not topic.is_published:
        return ""
    title = topic.title.translate(str.maketrans("[]", "［］"))
    lines = [f"[交流掲示板「{title}」]({settings.SITE_URL}{topic.get_absolute_url()})"]
    if topic.best_answer and topic.best_answer.is_visible:
        lines.append(f"[役に立った答え]({settings.SITE_URL}{topic.best_answer.get_absolute_url()})")
    return "\n".join(lines)
