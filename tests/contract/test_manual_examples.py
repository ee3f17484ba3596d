"""The examples in the manual do what it says of them."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tongshang.modules.push import sending
from tongshang.modules.push.domain import Mode, Push, Target
from tongshang.modules.push.machine import PushState, TargetState
from tongshang.modules.push.wire import body

_MANUAL: Final = Path(__file__).parents[2] / "docs" / "wire.md"
_AT: Final = datetime(2026, 3, 1, 8, tzinfo=UTC)


@contextmanager
def _receiver(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The manual's receiver, running, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = _MANUAL.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    program = folder / "receiver.py"
    program.write_text(text.replace("8500", str(port)), "utf-8")
    running = subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        for _ in range(100):
            with socket.socket() as knocking:
                if knocking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/push", running
    finally:
        running.kill()
        running.communicate()


async def test_the_receiver_echoes_and_opens_a_push(tmp_path: Path) -> None:
    with _receiver(tmp_path) as (url, running):
        target = Target(
            1, 1, TargetState.IN_USE, url, "wiretoken", "A" * 43, Mode.SECURE,
            is_on=True, appid="wx1", error="", changed_at=_AT,
        )  # fmt: skip
        text = body("channels_ec_order_new", "gh_1", "o1", _AT, {"order_info": {"order_id": 7}})
        push = Push(1, 1, 1, "channels_ec_order_new", text, PushState.WAITING, 0, "", _AT, None)
        assert await sending.verify(target, _AT) is None
        assert await sending.deliver(target, push, _AT) is None
        assert running.stdout is not None
        assert "'order_info': {'order_id': 7}" in running.stdout.readline()
