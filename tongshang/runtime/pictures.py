"""Addresses of pictures and videos: whole ones on the wire, paths inside (decision 0030).

Programs that speak the store platform's protocol show a picture by the address they are told, and
send it back as they got it. Inside a file is named by its path alone, so that a platform can move.
"""

import re
from collections.abc import Collection
from typing import Final

_HOST: Final = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_FILE: Final = rb"[0-9a-f]{64}\.(?:png|jpg|webp|gif|mp4)"
# A quote behind a backslash ends no string: it is part of what somebody wrote.
_PATH: Final = re.compile(rb'(?<!\\)"/media/(' + _FILE + rb')"')
# Many libraries write every slash of a JSON text behind a backslash.
_WHOLE: Final = re.compile(
    rb'(?<!\\)"https?:(?:\\?/){2}([^/"\\\s]{1,255})\\?/media\\?/(' + _FILE + rb')"'
)


def home_of(scheme: str, host: str, address: str) -> str:
    """Where a request came to, as its Host header has it; our own address where it has none."""
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else address


def outward(body: bytes, home: str) -> bytes:
    """An answer with whole addresses of pictures."""
    if b'"/media/' not in body:
        return body
    return _PATH.sub(b'"' + home.encode() + rb'/media/\1"', body)


def inward(body: bytes, hosts: Collection[str]) -> bytes:
    """A request with paths where it names pictures of ours; other people's stay as they are."""
    if b"media" not in body:
        return body
    known = {host.encode().lower() for host in hosts}

    def path(found: re.Match[bytes]) -> bytes:
        return b'"/media/' + found[2] + b'"' if found[1].lower() in known else found[0]

    return _WHOLE.sub(path, body)
