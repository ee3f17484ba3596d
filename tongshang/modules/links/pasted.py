"""Our links and 口令 inside whatever text somebody pastes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

from tongshang.modules.links.domain import CODE_LENGTH, SECRET_LENGTH, has_form

# Of a longer text only the beginning is read, and of many links only the first.
TEXT_MAX: Final = 20_000
FOUND_MAX: Final = 8
SCHEME: Final = "tongshang"

_QUOTED: Final = re.compile(
    rf"[￥¥]\s?([0-9A-Za-z]{{{CODE_LENGTH}}}|[0-9A-Za-z]{{{SECRET_LENGTH}}})\s?[￥¥]"
)
# Chinese punctuation and letters end an address: people write them right behind it.
_ADDRESS: Final = re.compile(rf"(?:https?|{SCHEME})://[!-~]{{1,600}}", re.IGNORECASE)
_TRAILING: Final = ".,;:!?)]}>'\""
_PLACE: Final = re.compile(
    r"/(?:(?P<code>s/[A-Za-z][0-9A-Za-z]{7,23})|(?P<card>c/[\w-]{22,200})|(?P<open>o/[\w-]{22,300})"
    r"|(?P<product>p/[0-9]{1,19})|(?P<shop>s/[0-9]{1,19})"
    r"|(?P<gift>g/[\w-]{22,100})"
    r"|(?P<content>[av]/[0-9]{1,19})|(?P<live>live/[0-9]{1,19}))/?",
    re.ASCII,
)
_ID_MAX: Final = 2**63 - 1


class Found(Enum):
    """What sort of trace of ours a text holds."""

    CODE = auto()
    CARD = auto()
    OPENLINK = auto()
    PRODUCT = auto()
    SHOP = auto()
    CONTENT = auto()
    LIVE = auto()
    GIFT = auto()


@dataclass(frozen=True, slots=True)
class Trace:
    """A code, a signed token, or an id in decimal, found in a text."""

    found: Found
    text: str


_FOUND: Final = {
    "code": Found.CODE, "card": Found.CARD, "open": Found.OPENLINK, "product": Found.PRODUCT,
    "shop": Found.SHOP, "content": Found.CONTENT, "live": Found.LIVE,
    "gift": Found.GIFT,
}  # fmt: skip


def traces(text: str, address: str) -> list[Trace]:
    """What in `text` may be ours, in its order; `address` is where this platform is reached."""
    text = text[:TEXT_MAX]
    whole = text.strip()
    if has_form(whole):
        return [Trace(Found.CODE, whole)]
    hits = [*_quoted(text), *_addresses(text, urlsplit(address).netloc.lower())]
    if whole.startswith("/") and (trace := in_place(whole)):
        hits.append((0, trace))
    return list(dict.fromkeys(trace for _, trace in sorted(hits, key=lambda hit: hit[0])))[
        :FOUND_MAX
    ]


def _quoted(text: str) -> Iterator[tuple[int, Trace]]:
    for match in _QUOTED.finditer(text):
        yield match.start(), Trace(Found.CODE, match[1])


def _addresses(text: str, host: str) -> Iterator[tuple[int, Trace]]:
    for match in _ADDRESS.finditer(text):
        try:
            parts = urlsplit(match[0].rstrip(_TRAILING))
        except ValueError:
            continue
        # A name before the host ("https://shop.test@evil.test/") makes it another's.
        if parts.netloc.lower() == host and (trace := in_place(parts.path)):
            yield match.start(), trace


def in_place(path: str) -> Trace | None:
    """What a path of ours leads to, as far as it can be a card."""
    match = _PLACE.fullmatch(path.split("?", 1)[0].split("#", 1)[0])
    if match is None or match.lastgroup is None:
        return None
    text = match[match.lastgroup].split("/")[1]
    if text.isdecimal() and int(text) > _ID_MAX:
        return None
    return Trace(_FOUND[match.lastgroup], text)
