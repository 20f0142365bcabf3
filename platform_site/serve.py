"""Starts the web processes and the worker together and stops both: the last step of ``make run``.

``python -m platform_site.serve`` loads nothing of the site itself. In production systemd looks after each by itself
(deploy/portal.service, deploy/portal-worker.service).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

WEB = [str(Path(sys.executable).parent / "gunicorn")]
WORKER = [sys.executable, "-m", "platform_site.worker"]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A little longer than gunicorn and the worker give their own work.
STOPPING_TAKES_AT_MOST = 40  # seconds
LOOK_EVERY = 0.2
# A worker that ends is started again after 1, 2, 4, … seconds; one that lived for a minute was well.
LONGEST_PAUSE = 60
WELL_AFTER = 60

_ASK_FOR_SIGNAL_AT_PARENTS_END = 1  # PR_SET_PDEATHSIG of Linux
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def main() -> int:
    return Supervisor(WEB, WORKER).run()


class Supervisor:
    """Looks after two processes: ends when `web` ends, and starts `worker` again when that ends."""

    def __init__(self, web: list[str], worker: list[str]):
        self.commands = {"web": web, "worker": worker}
        self.signals: list[int] = []
        self.failures = 0

    def run(self) -> int:
        """Returns what to exit with: the code of the web processes."""
        for number in STOP_SIGNALS:
            signal.signal(number, lambda number, frame: self.signals.append(number))
        self.web, self.worker = self._start("web"), self._start("worker")
        while not self.signals and self.web.poll() is None:
            self._look_after_worker()
            time.sleep(LOOK_EVERY)
        return self._stop()

    def _start(self, name: str) -> subprocess.Popen:
        """Start a process in a session of its own: Ctrl+C reaches it through us, and once."""
        self.started_at = time.monotonic()
        prepare = partial(_end_with_parent, os.getpid())
        # The commands are ours, and there are no threads that a fork could break.
        return subprocess.Popen(self.commands[name], start_new_session=True, preexec_fn=prepare)  # noqa: S603

    def _look_after_worker(self) -> None:
        if self.worker is not None and self.worker.poll() is not None:
            was_well = time.monotonic() - self.started_at > WELL_AFTER
            self.failures = 1 if was_well else self.failures + 1
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
            print(
                f"The worker ended (exit code {self.worker.returncode}) and is started again in {pause} s.",
                file=sys.stderr,
                flush=True,
            )
            self.worker, self.start_again_at = None, time.monotonic() + pause
        if self.worker is None and time.monotonic() >= self.start_again_at:
            self.worker = self._start("worker")

    def _stop(self) -> int:
        """Hand the signal on, wait for both to end their work, kill what does not; a second signal kills at once."""
        processes = [process for process in (self.web, self.worker) if process is not None]
        # Ctrl+C ends gunicorn quickly, as it does alone. The worker knows one way to stop.
        self._signal(self.web, signal.SIGINT if self.signals == [signal.SIGINT] else signal.SIGTERM)
        if self.worker is not None:
            self._signal(self.worker, signal.SIGTERM)
        deadline, seen = time.monotonic() + STOPPING_TAKES_AT_MOST, len(self.signals)
        while any(process.poll() is None for process in processes):
            if time.monotonic() > deadline or len(self.signals) > max(seen, 1):
                for process in processes:
                    self._signal(process, signal.SIGKILL)
            time.sleep(LOOK_EVERY / 4)
        code = self.web.returncode
        return code if code >= 0 else 128 - code

    @staticmethod
    def _signal(process: subprocess.Popen, number: int) -> None:
        if process.poll() is None:
            process.send_signal(number)


def _end_with_parent(parent: int) -> None:
    """In the new process: however we end, kill -9 included, it is asked to stop (where the system can)."""
    if _libc is not None:
        _libc.prctl(_ASK_FOR_SIGNAL_AT_PARENTS_END, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
