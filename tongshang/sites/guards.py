"""Headers that say what other sites may do with ours: frame the embeds, show our pictures, read a
short list; and nothing else.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PAGE: Final = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

# A card in a frame: it may load what is ours, send no form, and tells nobody where it stands.
_FRAME: Final = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
}

# Pictures, and the script that makes frames: others' pages may load them.
_SHOWN: Final = _PAGE | {"cross-origin-resource-policy": "cross-origin"}

# What anybody may read from anywhere: it is the same for all, and no cookie counts there.
_READ: Final = _SHOWN | {"access-control-allow-origin": "*"}

# What an author will publish, shown in a frame of the author's own desk.
_PREVIEW: Final = _PAGE | {
    "content-security-policy": str(_PAGE["content-security-policy"]).replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "x-frame-options": "SAMEORIGIN",
}

# The whole list of what is open, and how; every other path is a page.
_OPEN: Final = (
    (re.compile(r"/embed/(card|shop|content)"), _FRAME),
    (re.compile(r"/desk/(promoter|shop)/contents/[0-9]+/shown"), _PREVIEW),
    (re.compile(r"/(media|qr|poster)/[^/]+"), _SHOWN),
    (re.compile(r"/embed\.js"), _SHOWN),
    (re.compile(r"/oembed|/embed/card\.json|/feed(/[0-9]+)?\.atom"), _READ),
)


def guards_of(path: str) -> Mapping[str, str]:
    """The headers that answer `path`, whatever the answer is."""
    headers = next((headers for form, headers in _OPEN if form.fullmatch(path)), _PAGE)
    return MappingProxyType(headers)
