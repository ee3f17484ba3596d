"""`make demo` as a person sees it: started, killed, started again, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from tests.demo.market_home import needs_icons, painted_home, processes_of

pytestmark = [needs_icons, pytest.mark.xdist_group("demo")]

_PATIENCE_SECONDS: Final = 180
_SECOND_START_SECONDS_MAX: Final = 3.0


@pytest.fixture
def home() -> Iterator[Path]:
    with painted_home() as home:
        yield home


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _start(home: Path, port: int, **more: str) -> subprocess.Popen[str]:
    chosen = {"TONGSHANG_HOME": str(home), "TONGSHANG_PORT": str(port), **more}
    environment = {k: v for k, v in os.environ.items() if k != "TONGSHANG_DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "tongshang", "demo"],
        env=environment | chosen,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _welcomed(demo: subprocess.Popen[str]) -> float:
    """How many seconds it says it took, once it says that it is ready."""
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if ready := re.search(r"ready in ([\d.]+) s", line):
            return float(ready[1])
    pytest.fail(f"the demo ended: {said}{demo.stderr.read() if demo.stderr else ''}")


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        body: bytes = answer.read()
    return body


def _end(demo: subprocess.Popen[str], sign: signal.Signals) -> int:
    demo.send_signal(sign)
    demo.communicate(timeout=60)
    return demo.returncode


def _kill_amid_loading(home: Path, port: int) -> None:
    demo = _start(home, port)
    until = time.monotonic() + _PATIENCE_SECONDS
    while len(list((home / "media").glob("*"))) < 300:
        assert demo.poll() is None, demo.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    _end(demo, signal.SIGKILL)


def test_a_demo_is_killed_started_stopped_and_started_again(home: Path) -> None:
    port = _free_port()
    _kill_amid_loading(home, port)

    demo = _start(home, port)
    _welcomed(demo)
    feed = msgspec.json.decode(_get(port, "/v1/buyer/content/list"))
    cover = feed["contents"][0]["cover_url"]
    assert _get(port, cover).startswith(b"\x89PNG")
    card = feed["contents"][0]["cards"][0]
    assert (
        card["title"]
        in _get(port, f"/v1/buyer/product/get?product_id={card['product_id']}").decode()
    )
    assert b"appid" in _get(port, "/v1/sandbox/apps")
    assert _end(demo, signal.SIGINT) == 0
    assert processes_of(home) == []

    demo = _start(home, port, TONGSHANG_PROCESSES="2")
    assert _welcomed(demo) < _SECOND_START_SECONDS_MAX
    assert feed["contents"][0]["title"] in _get(port, "/v1/buyer/content/list").decode()
    assert b"appid" in _get(port, "/v1/sandbox/apps")
    assert _end(demo, signal.SIGKILL) == -signal.SIGKILL

    demo = _start(home, port)  # beside what the killed one may have left
    assert _welcomed(demo) < 10 * _SECOND_START_SECONDS_MAX
    assert b"appid" in _get(port, "/v1/sandbox/apps")
    assert _end(demo, signal.SIGTERM) == 0
    assert processes_of(home) == []


def test_a_taken_port_is_told_in_a_sentence(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = _start(home, int(taken.getsockname()[1]))
        _, told = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert re.fullmatch(
        r"tongshang: cannot listen on 127.0.0.1 port \d+: .*TONGSHANG_PORT.*\n", told
    )
    assert not (home / "database").exists()
