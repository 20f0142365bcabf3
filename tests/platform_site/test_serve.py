"""Web processes and worker side by side: both stop together, a worker that dies comes back, nothing stays behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from django.conf import settings

# Stands for gunicorn or the worker: notes its number, and which signals it got.
CHILD = """
import os, signal, sys, time
def say(word):
    # In one piece: both children write to the same pipe.
    os.write(1, f"{sys.argv[1]} {word}\\n".encode())
def note(number, frame):
    say(signal.Signals(number).name)
    sys.exit(int(sys.argv[2]))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, note)
say(os.getpid())
time.sleep(float(sys.argv[3]))
sys.exit(int(sys.argv[2]))
"""
STARTER = """
import sys
from platform_site.serve import Supervisor
child = sys.argv[1]
web, worker = ([sys.executable, "-c", child, *words.split()] for words in sys.argv[2:4])
sys.exit(Supervisor(web, worker).run())
"""


@pytest.fixture
def serve():
    """Start the supervisor over two children, each "name, exit code, seconds"; returns it and what they said."""
    started = []

    def start(web="web 0 60", worker="worker 0 60"):
        process = subprocess.Popen(
            [sys.executable, "-c", STARTER, CHILD, web, worker],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def said(process, count):
    return [process.stdout.readline().strip() for _ in range(count)]


def numbers(lines):
    return {line.split()[0]: int(line.split()[1]) for line in lines}


def ended(pid, within=10):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("given", "web_gets"), [("SIGTERM", "SIGTERM"), ("SIGINT", "SIGINT"), ("SIGHUP", "SIGTERM")])
def test_stop_signal_reaches_both_once(serve, given, web_gets):
    process = serve()
    said(process, 2)

    process.send_signal(signal.Signals[given])

    assert sorted(process.communicate(timeout=20)[0].splitlines()) == [f"web {web_gets}", "worker SIGTERM"]
    assert process.returncode == 0


def test_exits_with_the_code_of_the_web_processes_and_takes_the_worker_along(serve):
    process = serve(web="web 3 0.5")

    output, _ = process.communicate(timeout=20)

    assert process.returncode == 3
    assert "worker SIGTERM" in output


def test_worker_that_dies_is_started_again_and_the_site_goes_on(serve):
    process = serve()
    pids = numbers(said(process, 2))

    os.kill(pids["worker"], signal.SIGKILL)

    sentence, line = said(process, 2)
    assert sentence == "The worker ended (exit code -9) and is started again in 1 s."
    assert numbers([line])["worker"] != pids["worker"]
    assert process.poll() is None


def test_pauses_grow_while_a_worker_cannot_start(serve):
    process = serve(worker="worker 1 0")

    lines = [line for line in said(process, 6) if "started again" in line]

    assert [line.rpartition(" in ")[2] for line in lines] == ["1 s.", "2 s."]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_killed_supervisor_leaves_no_process_behind(serve):
    process = serve()
    pids = numbers(said(process, 2))

    process.kill()

    assert all(ended(pid) for pid in pids.values())


def test_second_signal_does_not_wait(serve):
    process = serve(web="web 0 60", worker="worker 0 60")
    pids = numbers(said(process, 2))
    for pid in pids.values():
        os.kill(pid, signal.SIGSTOP)  # they cannot do what they are asked

    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 128 + signal.SIGKILL
    assert all(ended(pid) for pid in pids.values())
