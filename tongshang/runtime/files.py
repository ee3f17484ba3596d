"""Files that come with a request and are too large to be held in memory."""

from typing import BinaryIO

import msgspec


class SentFile:
    """A file as it was sent, on disk from a certain size on; gone when the request is answered."""

    __slots__ = ("file", "size")

    def __init__(self, file: BinaryIO, size: int) -> None:
        """`size` in bytes."""
        self.file, self.size = file, size


def close_files(request: msgspec.Struct) -> None:
    """Let go of the files that came with a request."""
    for name in request.__struct_fields__:
        value = getattr(request, name)
        if isinstance(value, SentFile):
            value.file.close()
