"""What our structs take and give, as documents are seen from outside: read off their types."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import inspect

from tests.contract.contract import Field, joined, kinds_by_name


@dataclass(frozen=True, slots=True)
class Shape:
    """A place in a document of ours: its kinds of value, what is below, its values if counted."""

    kinds: frozenset[str]
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    is_required: bool = False
    codes: frozenset[str] = frozenset()


_SCALARS: Final[Mapping[type, str]] = {
    inspect.IntType: "integer",
    inspect.BoolType: "boolean",
    inspect.FloatType: "number",
    inspect.StrType: "string",
    inspect.EnumType: "",  # by its values
    inspect.LiteralType: "",
    inspect.BytesType: "file",
    inspect.DateTimeType: "string",
    inspect.NoneType: "null",
    inspect.RawType: "any",
    inspect.AnyType: "any",
}
# What wire mode makes of a value of another kind (`strict=False`).
_TAKEN_FOR: Final[Mapping[str, frozenset[str]]] = {
    "integer": frozenset({"integer", "string"}),
    "number": frozenset({"number", "integer", "string"}),
    "boolean": frozenset({"boolean", "integer", "string"}),
}


def shape(type_: Any) -> Shape:
    """The shape of a type."""
    return _of(inspect.type_info(type_))


def _of(told: inspect.Type) -> Shape:
    if isinstance(told, inspect.Metadata):
        return _of(told.type)
    if isinstance(told, inspect.StructType | inspect.DataclassType):
        below = {
            one.encode_name: _with(_of(one.type), is_required=one.required) for one in told.fields
        }
        return Shape(frozenset({"object"}), below)
    if isinstance(told, inspect.ListType | inspect.VarTupleType):
        return Shape(frozenset({"array"}), {"[]": _of(told.item_type)})
    if isinstance(told, inspect.TupleType):  # only ever the empty one
        return Shape(frozenset({"array"}))
    if isinstance(told, inspect.UnionType):
        parts = [_of(one) for one in told.types]
        below = {name: one for part in parts for name, one in part.fields.items()}
        return Shape(frozenset().union(*(part.kinds for part in parts)), below)
    if isinstance(told, inspect.EnumType):
        return _counted([member.value for member in told.cls])
    if isinstance(told, inspect.LiteralType):
        return _counted(told.values)
    return Shape(frozenset({_SCALARS[type(told)]}))


def _counted(values: Sequence[object]) -> Shape:
    kinds = frozenset("integer" if isinstance(value, int) else "string" for value in values)
    return Shape(kinds, codes=frozenset(map(str, values)))


def _with(one: Shape, *, is_required: bool) -> Shape:
    return Shape(one.kinds, one.fields, is_required, one.codes)


def taken(one: Shape) -> frozenset[str]:
    """The kinds of value that wire mode reads into a shape."""
    return one.kinds.union(*(_TAKEN_FOR.get(kind, frozenset()) for kind in one.kinds))


def unreadable(ours: Shape, theirs: Field, at: str = "") -> Iterator[str]:
    """What a client may send that we would refuse, and what we ask for that none sends."""
    for name, one in ours.fields.items():
        place = joined(at, name)
        sent = theirs.fields.get(name)
        if sent is None:
            if not theirs.is_open:
                yield f"{place}: no client sends it"
            continue
        for kind in sorted(sent.kinds - taken(one) - {"any"}):
            yield f"{place}: clients send {kind}, we take {'/'.join(sorted(one.kinds))}"
        for code in sorted(sent.codes - one.codes if one.codes else ()):
            yield f"{place}: clients send {code}, we do not know it"
        if one.is_required and not sent.is_required and name != "[]":
            yield f"{place}: we require it, clients may leave it out"
        yield from unreadable(one, sent, place)


def unexpected(ours: Shape, theirs: Field, at: str = "") -> Iterator[str]:
    """What our answer may hold that a client does not know, or knows as something else."""
    for name, one in ours.fields.items():
        place = joined(at, name)
        known = theirs.fields.get(name)
        if known is None:
            if not theirs.is_open:
                yield f"{place}: no client reads it"
            continue
        for kind in sorted(one.kinds - readable(known, name) - {"any", "null"}):
            yield f"{place}: we say {kind}, clients read {'/'.join(sorted(readable(known, name)))}"
        yield from unexpected(one, known, place)


def readable(known: Field, name: str, side: str = "response") -> frozenset[str]:
    """What clients read at a place: as the platform was seen to say it, else as they type it."""
    if known.is_open and not known.fields:
        return known.kinds | {"object", "array", "string", "integer", "number", "boolean"}
    if known.seen:
        return frozenset({known.seen}) | ({"integer"} if known.seen == "number" else set())
    wide = known.kinds | kinds_by_name(name, side)
    return wide | {"integer"} if "number" in wide else wide


_KIND_OF: Final[Mapping[type, str]] = {
    str: "string", bool: "boolean", int: "integer", float: "number",
    dict: "object", list: "array", type(None): "null",
}  # fmt: skip


def wrong(
    value: Any, theirs: Field, name: str = "", at: str = "", side: str = "response"
) -> Iterator[str]:
    """What in a real document a client does not know, or knows as something else."""
    kind = _KIND_OF[type(value)]
    if at and not theirs.is_open and kind not in readable(theirs, name, side):
        yield f"{at}: {kind} ({value!r:.40}), clients read {'/'.join(sorted(theirs.kinds))}"
    if theirs.codes and kind in {"string", "integer"} and str(value) not in theirs.codes:
        yield f"{at}: {value} is none of the codes that clients know"
    for step, one in _below(value):
        place = joined(at, step)
        known = theirs.fields.get(step)
        if known is not None:
            yield from wrong(one, known, step, place, side)
        elif not theirs.is_open:
            yield f"{place}: no client reads it"


def _below(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    if isinstance(value, list):
        yield from (("[]", one) for one in value)


def places(value: Any, at: str = "") -> Iterator[str]:
    """The paths of all that is in a real document, lists and objects too."""
    for step, one in _below(value):
        yield joined(at, step)
        yield from places(one, joined(at, step))


def all_places(ours: Shape, at: str = "") -> Iterator[str]:
    """The paths of all that our answer may hold."""
    for name, one in ours.fields.items():
        yield joined(at, name)
        yield from all_places(one, joined(at, name))
