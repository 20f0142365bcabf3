"""The visitors' process against a small server of the standard library."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.driver import read_head

BODY = "本文".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(500 if self.path == "/broken/" else 200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *args):
        pass


@pytest.fixture
def port():
    Handler.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def drive(*jobs):
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    ended = subprocess.run(
        [sys.executable, "-m", "bench.driver"], input=lines, capture_output=True, text=True, check=True, timeout=60
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_each_row_goes_on_where_its_last_slice_ended(port):
    addresses = [f"/{number}/" for number in range(1000)]
    job = {"row": "a", "port": port, "connections": 1, "seconds": 0.05}

    _, first, second = drive({"row": "a", "addresses": addresses}, job, job)

    answered = len(first["milliseconds"]) + len(second["milliseconds"])
    assert answered > 1
    assert Handler.asked == [addresses[number % 1000] for number in range(answered)]


def test_several_connections_share_the_addresses(port):
    _, answer = drive(
        {"row": "a", "addresses": ["/1/", "/2/"]}, {"row": "a", "port": port, "connections": 4, "seconds": 0.1}
    )

    assert len(answer["milliseconds"]) == len(Handler.asked) > 4
    assert answer["errors"] == {}
    assert 0 < answer["cpu_share"] <= 1.5


def test_answers_that_are_no_pages_are_told_apart(port):
    _, answer = drive(
        {"row": "a", "addresses": ["/broken/"]}, {"row": "a", "port": port, "connections": 1, "seconds": 0.05}
    )

    assert answer["milliseconds"] == []
    assert answer["errors"] == {"status 500": len(Handler.asked)}


def test_head_without_a_length_is_refused():
    assert read_head(b"HTTP/1.1 404 Not Found\r\nContent-length: 12") == (404, 12)
    with pytest.raises(ValueError, match="without a length"):
        read_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")
