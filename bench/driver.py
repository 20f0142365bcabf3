"""The visitors: a process of its own that asks the site over keep-alive connections.

Reads jobs as lines of JSON from its input and answers each with a line of JSON. It does not
import Django: it must stay far cheaper than what it measures, and says how busy it was.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator

HEAD_END = b"\r\n\r\n"


class Visit:
    """One slice of measuring: what its connections share."""

    def __init__(self, addresses: Iterator[str], deadline: float):
        self.addresses, self.deadline = addresses, deadline
        self.milliseconds: list[float] = []
        self.bytes = 0
        self.errors: dict[str, int] = {}

    def is_over(self) -> bool:
        return time.perf_counter() >= self.deadline

    def count_error(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Connection(asyncio.Protocol):
    """Asks one address after the other; ends itself when the time is over."""

    def __init__(self, visit: Visit, ended: asyncio.Future):
        self.visit, self.ended, self.buffer, self.expected = visit, ended, bytearray(), 0

    def connection_made(self, transport):
        self.transport = transport
        self.ask()

    def ask(self):
        if self.visit.is_over():
            self.transport.close()
            return
        address = next(self.visit.addresses)
        self.buffer.clear()
        self.expected = 0
        self.began = time.perf_counter()
        self.transport.write(
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate\r\n"
            "Accept: text/html\r\nAccept-Language: ja\r\nUser-Agent: bench\r\n\r\n".encode()
        )

    def data_received(self, data):
        self.buffer += data
        if not self.expected:
            end = self.buffer.find(HEAD_END)
            if end < 0:
                return
            self.status, length = read_head(bytes(self.buffer[:end]))
            self.expected = end + len(HEAD_END) + length
        if len(self.buffer) >= self.expected:
            self.answered()

    def answered(self):
        if self.status == 200:
            self.visit.milliseconds.append((time.perf_counter() - self.began) * 1000)
            self.visit.bytes += self.expected
        else:
            self.visit.count_error(f"status {self.status}")
        self.ask()

    def connection_lost(self, error):
        # A worker that has served its share of requests closes its connections; a browser would connect again.
        if not self.ended.done():
            self.ended.set_result(None)


def read_head(head: bytes) -> tuple[int, int]:
    """Status and length of an answer."""
    lines = head.split(b"\r\n")
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(lines[0].split()[1]), int(value)
    raise ValueError(f"an answer without a length: {head!r}")


async def _keep_asking(visit: Visit, port: int) -> None:
    loop = asyncio.get_running_loop()
    while not visit.is_over():
        ended = loop.create_future()
        try:
            await loop.create_connection(lambda ended=ended: Connection(visit, ended), "127.0.0.1", port)
        except OSError as error:
            visit.count_error(type(error).__name__)
            await asyncio.sleep(0.05)
            continue
        await ended


async def _measure(job: dict, addresses: Iterator[str]) -> dict:
    began, cpu = time.perf_counter(), time.process_time()
    visit = Visit(addresses, began + job["seconds"])
    await asyncio.gather(*(_keep_asking(visit, job["port"]) for _ in range(job["connections"])))
    seconds = time.perf_counter() - began
    return {
        "milliseconds": visit.milliseconds,
        "bytes": visit.bytes,
        "errors": visit.errors,
        "seconds": seconds,
        "cpu_share": (time.process_time() - cpu) / seconds,
    }


def main() -> None:
    # Every row goes on where its last slice ended, so that its addresses are all asked equally often.
    rows: dict[str, Iterator[str]] = {}
    for line in sys.stdin:
        job = json.loads(line)
        if "addresses" in job:
            rows[job["row"]] = itertools.cycle(job["addresses"])
        answer = asyncio.run(_measure(job, rows[job["row"]])) if "seconds" in job else {}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
