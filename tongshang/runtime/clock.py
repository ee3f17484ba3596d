"""What time it is on the platform: the machine's clock plus an offset that a sandbox may move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The platform's time. Code that decides never reads it: the time comes with the call."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        """`offset` is what the platform is ahead of the machine's clock."""
        self.offset = offset

    def now(self) -> datetime:
        """Now, on the platform."""
        return datetime.now(UTC) + self.offset


def machine_now() -> datetime:
    """Now, on the machine's clock: for leases and logs, which no sandbox may move."""
    return datetime.now(UTC)
