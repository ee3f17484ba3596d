"""The contract of the wire, read from beside the checkout; nothing of it is kept here.

It says what unchanged clients of the store platform send and read: `README.md` there tells how.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

HOME: Final = Path(__file__).parents[3] / "shared" / "contract"
IS_THERE: Final = HOME.is_dir()
NO_CONTRACT: Final = f"no wire contract at {HOME}: what the wire promises is not checked here"
needs_contract = pytest.mark.skipif(not IS_THERE, reason=NO_CONTRACT)


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a JSON document: which kinds of value the clients know there, and what is below.

    `kinds` are those that they read or write, `seen` those of the samples. A list's items are its
    field `[]`. With `is_open` the names below are free. `codes` are the values that it may have,
    where the contract lists them.
    """

    kinds: frozenset[str]
    seen: str = ""
    is_required: bool = False
    fields: Mapping[str, "Field"] = field(default_factory=dict)
    is_open: bool = False
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Field":
        kinds = {told["type"], *told.get("accepts", ()), *filter(None, [told.get("seen")])}
        if told["type"] == "map":
            kinds = {"object"}
        below = {name: cls.of(one) for name, one in told.get("fields", {}).items()}
        if "items" in told:
            below["[]"] = cls.of(told["items"])
        is_required = told.get("required", False) and "default" not in told
        is_open = told["type"] in {"map", "any"} or bool(told.get("recursive"))
        codes = frozenset(map(str, told.get("enum") or _lists().get(told.get("enum_ref", ""), ())))
        return cls(frozenset(kinds), told.get("seen", ""), is_required, below, is_open, codes)

    def leaves(self, at: str = "") -> Iterator[str]:
        """The paths of all values below."""
        if not self.fields:
            yield at
        for name, one in self.fields.items():
            yield from one.leaves(joined(at, name))


def joined(at: str, name: str) -> str:
    return at + name if name == "[]" else f"{at}.{name}".lstrip(".")


@functools.cache
def _endpoints() -> dict[str, Any]:
    return {one["path"]: one for one in read("endpoints.json")} if IS_THERE else {}


@functools.cache
def _events() -> dict[str, Any]:
    told = read("events.json")
    return {"": told["envelope"], **{one["event"]: one["payload"] for one in told["events"]}}


def read(name: str) -> Any:
    return json.loads((HOME / name).read_text("utf-8"))


def method(path: str) -> str | None:
    """The method of an endpoint, if it is in the contract."""
    return str(_endpoints()[path]["method"]) if path in _endpoints() else None


def request(path: str) -> Field:
    """What clients send to an endpoint, in the query or in the body."""
    told = _endpoints()[path]["request"]
    parts = [told.get(part) or {} for part in ("query", "body", "multipart")]
    sent = {name: Field.of(one) for part in parts for name, one in part.items()}
    sent.pop("access_token", None)
    return Field(frozenset({"object"}), fields=sent)


def response(path: str) -> Field:
    """What clients read of an endpoint's answer."""
    told = _endpoints()[path]["response"]["body"]
    return Field(frozenset({"object"}), fields={n: Field.of(one) for n, one in told.items()})


def event(name: str) -> Field | None:
    """What receivers read of a push."""
    if name not in _events():
        return None
    told = {**_events()[""], **_events()[name]}
    return Field(frozenset({"object"}), fields={n: Field.of(one) for n, one in told.items()})


def sample(name: str) -> Any | None:
    """A payload as it was seen: `<path with dots>.<request|response>` or `event.<name>`."""
    place = HOME / "samples" / f"{name}.json"
    return json.loads(place.read_text("utf-8")) if place.exists() else None


def sample_of(path: str, side: str) -> Any | None:
    return sample(f"{path.strip('/').replace('/', '.')}.{side}")


@functools.cache
def _types_by_name() -> dict[str, Any]:
    return dict(read("types-by-name.json"))


def kinds_by_name(name: str, side: str) -> frozenset[str]:
    """The kinds of value that a name has anywhere in the samples."""
    return frozenset(_types_by_name().get(name, {}).get(side, ()))


def known_codes() -> set[int]:
    """The error codes that the contract lists."""
    lists = [one for one in read("enums.json") if one["name"] == "error_code"]
    return {int(value["code"]) for one in lists for value in one["values"]}


@functools.cache
def _lists() -> dict[str, tuple[Any, ...]]:
    return {one["name"]: tuple(v["code"] for v in one["values"]) for one in read("enums.json")}
