"""Topics and posts in the benchmark's own databases: one topic for every five cases, 25 posts for every topic."""

from datetime import timedelta
from random import Random

from django.db import transaction

from bench.policies import NEWEST

CASES_PER_TOPIC = 5
POSTS_PER_TOPIC = 25
# The longest topic, of which the first, the middle and the last page are asked for.
LONGEST = 2_000
BATCH = 200
AUTHORS = 200


def prepare(cases: int) -> bool:
    """Complete the database that is in use; tells whether there was anything to write."""
    from forum.models import Topic

    random = Random(20260404)
    wanted, there = max(2, cases // CASES_PER_TOPIC), Topic.objects.count()
    if there >= wanted:
        return False
    board, people = _board(), authors()
    if not there:
        with transaction.atomic():
            _write([_topic(random, board, people, 0)], random, people, LONGEST)
    # What the longest one has, the others share.
    rest = max(1, (wanted * POSTS_PER_TOPIC - LONGEST) // wanted)
    for start in range(max(there, 1), wanted, BATCH):
        numbers = range(start, min(start + BATCH, wanted))
        with transaction.atomic():
            _write([_topic(random, board, people, number) for number in numbers], random, people, rest)
    return True


def _board():
    from forum.models import Board

    return Board.objects.get_or_create(slug="bench", defaults={"title": "測定", "description": "測定用"})[0]


def authors() -> list:
    """The people of the benchmark, who may write on the board."""
    from accounts.models import RoleAssignment, User
    from accounts.roles import Role

    emails = [f"bench{number}@example.jp" for number in range(AUTHORS)]
    User.objects.bulk_create((User(email=email, display_name=email) for email in emails), ignore_conflicts=True)
    people = list(User.objects.filter(email__in=emails).order_by("pk"))
    roles = (RoleAssignment(user=person, role=Role.COORDINATOR) for person in people)
    RoleAssignment.objects.bulk_create(roles, ignore_conflicts=True)
    return people


def _words(random: Random, text: str, count: int) -> str:
    return "と".join(random.sample(text.split(), count))


def _topic(random: Random, board, authors: list, number: int):
    from forum.models import Purpose, Topic
    from platform_site.bulk import vocabulary

    begun = NEWEST - timedelta(minutes=random.randrange(2_000_000))
    return Topic(
        board=board,
        title=f"{_words(random, vocabulary.PROBLEMS, 1)}に{_words(random, vocabulary.TOOLS, 1)}は使えますか{number}"[
            :100
        ],
        purpose=random.choice(Purpose.values),
        author=random.choice(authors),
        published_at=begun,
        last_posted_at=begun,
        is_sample=True,
    )


def _text(random: Random) -> str:
    from platform_site.bulk import vocabulary

    return "\n\n".join(
        f"{_words(random, vocabulary.PLACES, 1)}では、{_words(random, vocabulary.PEOPLE, 2)}が"
        f"{_words(random, vocabulary.PROBLEMS, 1)}に取り組み、{_words(random, vocabulary.EFFECTS, 1)}をめざしています。"
        for _ in range(random.choice((1, 2, 3)))
    )


def _write(topics: list, random: Random, authors: list, length: int) -> None:
    from forum.models import Post, Topic
    from publishing.markdown import render
    from search.actions import write_entries
    from taxonomy.models import Region, Theme

    for topic in topics:
        topic.last_number, topic.reply_count = length, length - 1
        topic.last_posted_at = topic.published_at + timedelta(minutes=length)
        topic.answered_at = topic.published_at + timedelta(minutes=1) if length > 1 else None
    created = Topic.objects.bulk_create(topics)
    _place(created, random, list(Region.objects.prefectures().values_list("pk", flat=True)), "regions", "region_id")
    _place(created, random, list(Theme.objects.values_list("pk", flat=True)), "themes", "theme_id")
    posts = []
    for topic in created:
        for number in range(1, length + 1):
            body = _text(random)
            author = random.choice(authors)
            posts.append(
                Post(topic=topic, number=number, author=author, body=body, html=render(body), byline=str(author))
            )
    written = Post.objects.bulk_create(posts, batch_size=1_000)
    for start in range(0, len(written), 1_000):
        pks = [post.pk for post in written[start : start + 1_000]]
        write_entries(list(Post.objects.for_index().filter(pk__in=pks).exclude(number=1)))
    write_entries(list(Topic.objects.for_index().filter(pk__in=[topic.pk for topic in created])))


def _place(topics: list, random: Random, values: list, name: str, key: str) -> None:
    from forum.models import Topic

    through = getattr(Topic, name).through
    through.objects.bulk_create(through(topic_id=topic.pk, **{key: random.choice(values)}) for topic in topics)
