"""Ways to spoil a good request: every field in turn, with what programs and strangers send."""

import base64
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

Place = tuple[str | int, ...]

_DEEP: Final = b"[" * 100_000 + b"]" * 100_000
RAW: Final = {
    "a number above 64 bits": b"18446744073709551616",
    "a number without end": b"9" * 5_000,
    "a power": b"1e400",
    "a lone surrogate": b'"\\ud800"',
    "a lone surrogate in words": b'"\xe8\x8c\xb6\\udfff\xe8\x8c\xb6\\ud800 x"',
    "a broken escape": b'"\\u00"',
    "invalid UTF-8": b'"\xff\xfe"',
    "deep nesting": _DEEP,
    "a huge list": b"[" + b"0," * 20_000 + b"0]",
}
_NESTED_CURSOR: Final = base64.urlsafe_b64encode(b"[" * 5_000).decode()
VALUES: Final = {
    "null": None,
    "true": True,
    "zero": 0,
    "a negative number": -1,
    "the least number of 64 bits": -(2**63),
    "the greatest number of 31 bits, and one": 2**31,
    "the greatest id": 2**63 - 1,
    "2^63": 2**63,
    "a fraction": 1.5,
    "an empty text": "",
    "blanks": "  \n",
    "a long text": "茶" * 10_000,
    "NUL": "a\0b",
    "only NUL": "\0",
    "a control character": "a\x1b[31m\x7f\u2028",
    "markup": "<script>alert(1)</script>'\"--;{{7*7}}",
    "an id as text above 64 bits": "9" * 19,
    "digits that are none of ours": "１２３",
    "a text of many digits": "9" * 5_000,
    "an empty list": [],
    "a list of nothing": [None],
    "an object": {},
    "an object of others": {"constructor": {"x": [1]}},
    "a nested cursor": _NESTED_CURSOR,
}
BODIES: Final = {
    "no body": b"",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "not JSON": b"{",
    "twice": b"{}{}",
    "invalid UTF-8": b'{"\xff": "\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "deep nesting": _DEEP,
    "deep nesting in a field of its own": b'{"extra":' + _DEEP + b"}",
    "3 MB": b'{"extra":"' + b"x" * 3_000_000 + b'"}',
}
QUERIES: Final = (
    "&&&=&==&;", "%00=%00", "%ff=%fe", "a[]=1&a[]=2&a[b]=c", "a=" + "x" * 10_000, "%u8336=1", "%",
    "__proto__=1",
)  # fmt: skip
# Deep in a request there are many places, and each way to go wrong has been tried above.
_TELLING: Final = frozenset(
    {"null", "a negative number", "the greatest id", "2^63", "an empty text", "a long text", "NUL",
     "a lone surrogate", "deep nesting", "an object", "a list of nothing"}
)  # fmt: skip
_MARK: Final = "\x01spoiled\x01"


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A request with one thing wrong: where, what, and its bytes."""

    place: Place
    how: str
    body: bytes

    @property
    def name(self) -> str:
        """For a person who reads a failure."""
        return f"{'.'.join(map(str, self.place)) or 'body'}: {self.how}"


def spoiled(good: dict[str, Any], depth: int = 9) -> Iterator[Spoiled]:
    """The request spoiled in every way, down to places so deep."""
    for how, body in BODIES.items():
        yield Spoiled((), how, body)
    for place in _places(good):
        if len(place) > depth:
            continue
        deep = len(place) > 1
        marked = msgspec.json.encode(_put(good, place, _MARK))
        mark = msgspec.json.encode(_MARK)
        for how, raw in RAW.items():
            if deep and how not in _TELLING:
                continue
            yield Spoiled(place, how, marked.replace(mark, raw))
        for how, value in VALUES.items():
            if deep and how not in _TELLING:
                continue
            yield Spoiled(place, how, marked.replace(mark, msgspec.json.encode(value)))
        if isinstance(place[-1], str):
            yield Spoiled(place, "missing", msgspec.json.encode(_put(good, place, msgspec.UNSET)))
    yield Spoiled(("extra",), "unknown", msgspec.json.encode({**good, "extra": {"a": [1]}}))


def _places(value: Any, above: Place = ()) -> Iterator[Place]:
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        yield (*above, name)
        if isinstance(part, dict | list):
            yield from _places(part, (*above, name))


def _put(good: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(good)
    inner: Any = made
    for name in place[:-1]:
        inner = inner[name]
    if value is msgspec.UNSET:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return made
