"""What waits for moderators: held posts, reports, answers to steps; and what is known of the people behind them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone

from forum.models import AGAINST, ModerationStep, Post, Report, State, Step
from forum.quoting import with_links
from publishing.models import Attachment
from publishing.working_days import working_days_between

# On one page; what waits longest comes first.
SHOWN = 20
OUT_OF_SIGHT = (State.HIDDEN, State.DELETED)


def held_posts():
    """Posts that nobody has read yet, the oldest first; not those of topics that are out of sight as a whole."""
    return Post.objects.filter(state=State.HELD).exclude(topic__state__in=OUT_OF_SIGHT).order_by("created_at", "pk")


def reported_posts():
    """Posts with open reports, what was told of first first."""
    of_post = Report.objects.open().filter(post=OuterRef("pk")).order_by("at", "pk")
    posts = Post.objects.filter(pk__in=Report.objects.open().order_by().values("post"))
    return posts.annotate(told_at=Subquery(of_post.values("at")[:1])).order_by("told_at", "pk")


def open_answers():
    return ModerationStep.objects.with_open_answer()


def waiting_count() -> int:
    """How much waits, in one statement."""
    waiting = (held_posts(), reported_posts(), open_answers())
    first, *others = (each.order_by().values("pk") for each in waiting)
    return first.union(*others, all=True).count()


@dataclass
class Person:
    """What moderators know of somebody before they decide."""

    posts: int = 0
    hidden: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    @property
    def warnings(self) -> int:
        return self.steps.get(Step.WARN, 0)

    @property
    def suspensions(self) -> int:
        return self.steps.get(Step.SUSPEND, 0)


@dataclass(frozen=True)
class Row:
    """A post that waits, or a step of which somebody has said something."""

    post: Post | None
    waiting_days: int
    person: Person
    step: ModerationStep | None = None
    reports: tuple[Report, ...] = ()


def known_of(people) -> dict[int | None, Person]:
    """The history of several people by their pk, in two statements."""
    found = {pk: Person() for pk in (*people, None)}
    posts = Post.objects.filter(author__in=people).order_by().values("author")
    counts = posts.annotate(
        shown=Count("pk", filter=Q(state=State.VISIBLE)), hidden=Count("pk", filter=Q(state=State.HIDDEN))
    )
    for row in counts:
        found[row["author"]].posts, found[row["author"]].hidden = row["shown"], row["hidden"]
    steps = ModerationStep.objects.filter(person__in=people, step__in=AGAINST).order_by()
    for pk, step, count in steps.values_list("person", "step").annotate(count=Count("pk")):
        found[pk].steps[step] = count
    return found


def with_reports(posts):
    """The posts with everything that `rows_of_posts` needs."""
    files = Prefetch("attachments", Attachment.objects.shown(), to_attr="files")
    reports = Prefetch("reports", Report.objects.open().select_related("reporter"), to_attr="open_reports")
    return posts.select_related("topic__board", "author").prefetch_related(files, reports)


def rows_of_posts(posts, waiting_since) -> list[Row]:
    """Rows of ``posts`` with what pages say of them; ``waiting_since(post)`` is when it began to wait."""
    shown = list(posts)
    people, now = known_of({post.author_id for post in shown if post.author_id}), timezone.now()
    for post in shown:
        post.linked_html = with_links(post.html, post.topic)
    return [_row(post, waiting_since(post), people, now) for post in shown]


def _row(post, since: datetime, people, now) -> Row:
    days = working_days_between(since, now)
    return Row(post, days, people[post.author_id], reports=tuple(post.open_reports))


def rows_of_answers(steps) -> list[Row]:
    shown = list(steps)
    people, now = known_of({step.person_id for step in shown if step.person_id}), timezone.now()
    return [
        Row(step.post, working_days_between(step.answered_at, now), people[step.person_id], step=step) for step in shown
    ]


def last_step(thing) -> ModerationStep | None:
    """What was done last about a post, a topic or a person: told to a moderator who came too late."""
    return thing.moderation_steps.select_related("by").first()
