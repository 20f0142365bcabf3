"""Stops the embedded server when the last process that uses it has ended.

Every user holds a shared lock on one file, which the kernel takes back however the
process ends: a normal exit, a signal, kill -9. This script waits for the exclusive lock on
it, which it gets when no user is left. It runs beside the server as a process of its own:
``python guardian.py <data folder> <file of the users> <descriptor that marks the guardian>``.
"""

import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

STOPPING_TAKES_AT_MOST = 60  # seconds


def postmaster(data: Path) -> psutil.Process | None:
    """The running server of a data folder.

    The number in ``postmaster.pid`` may be left over from a server that was killed, and may
    by now be the number of something else.
    """
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        if process.status() != psutil.STATUS_ZOMBIE and str(data) in process.cmdline():
            return process
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        pass
    return None


def stop(data: Path) -> None:
    process = postmaster(data)
    if process is None:
        return
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        process.wait(STOPPING_TAKES_AT_MOST)


def main(data: str, users_file: str, mark: str) -> None:
    if os.fork():  # whoever started this need not wait for its end
        os._exit(0)
    with open(users_file) as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        stop(Path(data))
        # Before new users get in: the first of them must see that a guardian is wanted again.
        os.close(int(mark))


if __name__ == "__main__":
    main(*sys.argv[1:])
