"""Replies written by several people at once, each to a topic of its own, over the larger database."""

import http.client
import threading
import time
import uuid
from collections.abc import Iterable
from random import Random
from urllib.parse import urlencode

from bench import databases, forum, site
from bench.figures import percentile, table

WRITERS = 8
# What people at keyboards do at the most, and what a program does.
PAUSES = (1.0, 0.0)
CSRF = "c" * 32
TYPED = "ごみ出しの当番表を作りました。\n\n班ごとに**二人ずつ**、月のはじめに決めています。{}"


class Writer(threading.Thread):
    """One person at a browser who answers one topic after the other until the time is over."""

    def __init__(self, port: int, session: str, topics: Iterable[int], pause: float, deadline: float):
        super().__init__()
        self.port, self.topics, self.pause, self.deadline = port, topics, pause, deadline
        self.headers = {
            "Cookie": f"{session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.random = Random(session)
        self.milliseconds: list[float] = []
        self.errors: list[str] = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.rest()
        for topic in self.topics:
            if time.monotonic() > self.deadline:
                break
            typed = urlencode({"body": TYPED.format(topic), "shown_as": "name", "key": str(uuid.uuid4())})
            began = time.perf_counter()
            connection.request("POST", f"/forum/{topic}/reply/", typed, self.headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 302:
                self.milliseconds.append((time.perf_counter() - began) * 1000)
            else:
                self.errors.append(f"status {answer.status}")
            self.rest()
        connection.close()

    def rest(self):
        """So long that people do not keep step with each other."""
        time.sleep(self.random.uniform(0, 2) * self.pause)


def run(cases: int, seconds: float) -> None:
    """Print how long an answer to a reply takes; ``seconds`` for each kind of writer."""
    databases.use(cases)
    sessions, topics = _sessions(), _topics()
    print("\n### Posting\n")
    print(f"{WRITERS} people answer topics; the answer is the way to the new post.\n")
    rows = []
    with site.running(cases) as running:
        _round(running.port, sessions, topics, 0.2, 3)  # warms up
        for pause in PAUSES:
            writers = _round(running.port, sessions, topics, pause, seconds)
            times = [taken for writer in writers for taken in writer.milliseconds]
            errors = sum(len(writer.errors) for writer in writers)
            shown = [f"{percentile(times, share):.1f}" for share in (0.5, 0.95, 0.99)]
            rows.append([f"{pause:.0f} s" if pause else "none", f"{len(times) / seconds:.0f}", *shown, errors])
    print(table(["pause between two posts", "posts/s", "p50 ms", "p95", "p99", "errors"], rows))


def _round(port: int, sessions: list[str], topics: list[int], pause: float, seconds: float) -> list[Writer]:
    deadline = time.monotonic() + seconds
    parts = [topics[number::WRITERS] for number in range(WRITERS)]
    writers = [Writer(port, session, part, pause, deadline) for session, part in zip(sessions, parts, strict=True)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return writers


def _sessions() -> list[str]:
    """Cookies of people who have written before, so that nothing waits for a moderator."""
    from django.conf import settings
    from django.test import Client

    cookies = []
    for person in forum.authors()[:WRITERS]:
        client = Client()
        client.force_login(person)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


def _topics() -> list[int]:
    from forum.models import Topic

    pks = list(Topic.objects.published().order_by("pk").values_list("pk", flat=True))
    Random(1).shuffle(pks)
    return pks
