"""Many people post at once while web processes are killed: what was acknowledged is there, once, in order."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from forum.models import Post, Topic
from search.models import Entry
from tests.factories import TopicFactory, writer

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 16
# POSTS=1000 tries it for longer.
POSTS = int(os.environ.get("POSTS", 320))
KILLS = 4
CSRF = "c" * 32


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def web():
    """gunicorn as it runs in production, over the database of the tests: its process and its port."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.forum.web_settings",
        "NAME_OF_TEST_DATABASE": connection.settings_dict["NAME"],
        "BIND": f"127.0.0.1:{port}",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    process = subprocess.Popen([gunicorn], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port, process):
    deadline = time.monotonic() + 60
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
                asked.request("GET", "/healthz")
                if asked.getresponse().status == 200:
                    return
        except OSError:
            pass
        assert process.poll() is None, "the site did not start"
        assert time.monotonic() < deadline, "the site did not answer"
        time.sleep(0.2)


class Poster(threading.Thread):
    """One person at a browser: sends each post again until it is acknowledged, as people do after an error."""

    def __init__(self, port, topic, person, count):
        super().__init__()
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.port, self.topic, self.count = port, topic, count
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.acknowledged, self.problems, self.times = [], [], []

    def run(self):
        for _ in range(self.count):
            key = uuid.uuid4()
            for attempt in range(30):
                if self._send(key):
                    self.acknowledged.append(key)
                    break
                time.sleep(0.1 * (attempt + 1))
            else:
                self.problems.append(f"{key} was never taken")

    def _send(self, key):
        typed = urlencode({"body": f"投稿 {key} です。", "shown_as": "name", "key": str(key)})
        began = time.monotonic()
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as asked:
                asked.request("POST", f"/forum/{self.topic}/reply/", typed, self.headers)
                answer = asked.getresponse()
                answer.read()
        except (OSError, http.client.HTTPException):
            return False
        self.times.append(time.monotonic() - began)
        if answer.status not in (302, 502, 503):
            self.problems.append(f"answer {answer.status}")
        return answer.status == 302


def test_posts_survive_the_death_of_web_processes(web):
    process, port = web
    topic = TopicFactory()
    posters = [Poster(port, topic.pk, writer(posts=3), POSTS // CLIENTS) for _ in range(CLIENTS)]
    for poster in posters:
        poster.start()

    killed = 0
    while any(poster.is_alive() for poster in posters):
        time.sleep(1)
        workers = psutil.Process(process.pid).children()
        if killed < KILLS and workers:
            workers[killed % len(workers)].send_signal(signal.SIGKILL)
            killed += 1
    for poster in posters:
        poster.join()

    times = sorted(seconds for poster in posters for seconds in poster.times)
    print(f"{len(times)} answers, p50 {times[len(times) // 2]:.3f} s, p95 {times[len(times) * 95 // 100]:.3f} s")
    assert [problem for poster in posters for problem in poster.problems] == []
    assert killed > 0
    acknowledged = [key for poster in posters for key in poster.acknowledged]
    posts = list(Post.objects.filter(topic=topic).exclude(number=1).order_by("number"))
    assert len(acknowledged) == CLIENTS * (POSTS // CLIENTS)
    assert sorted(post.creation_key for post in posts) == sorted(acknowledged)
    assert [post.number for post in posts] == list(range(2, len(posts) + 2))
    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.reply_count, topic.last_number) == (len(posts), len(posts) + 1)
    assert Entry.objects.filter(kind="post").count() == len(posts)
    # Each person's own posts stand in the order in which they were written.
    numbers = {post.creation_key: post.number for post in posts}
    for poster in posters:
        mine = [numbers[key] for key in poster.acknowledged]
        assert mine == sorted(mine)
