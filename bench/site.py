"""The site as `make run` starts it, over one of the benchmark's databases, on a free port."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.databases import MANAGE, environment

GUNICORN = [str(Path(sys.executable).parent / "gunicorn")]
STARTING_TAKES_AT_MOST = 60  # seconds


@dataclass
class Site:
    port: int
    process: subprocess.Popen

    def url(self, address: str) -> str:
        return f"http://127.0.0.1:{self.port}{address}"

    def get(self, address: str, encodings: str = "identity") -> tuple[bytes, dict[str, str]]:
        """The body as it came over the line, and the headers."""
        request = urllib.request.Request(self.url(address), headers={"Accept-Encoding": encodings})
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read(), dict(response.headers)

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


@contextmanager
def running(cases: int) -> Iterator[Site]:
    """Serve the database with that many cases until the end of the block."""
    port = _free_port()
    settings = environment(cases) | {
        "BIND": f"127.0.0.1:{port}",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    subprocess.run([*MANAGE, "collectstatic", "--no-input", "--verbosity=0"], env=settings, check=True)
    process = subprocess.Popen(GUNICORN, env=settings)
    try:
        site = Site(port, process)
        _wait_for(site)
        yield site
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for(site: Site) -> None:
    deadline = time.monotonic() + STARTING_TAKES_AT_MOST
    while True:
        try:
            site.get("/readyz")
            return
        except OSError:
            if site.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the site did not start; its messages stand above") from None
            time.sleep(0.1)


def memory(site: Site) -> list[tuple[int, int]]:
    """Resident and proportional size of each worker, in bytes: pages shared by n processes count 1/n in the latter."""
    sizes = []
    for worker in site.workers():
        info = worker.memory_full_info()
        sizes.append((info.rss, getattr(info, "pss", info.uss)))
    return sizes
