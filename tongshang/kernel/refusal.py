"""The one way to say no."""

import inspect
from enum import IntEnum
from typing import ClassVar, Final

Detail = str | int | bool | None

# Blocks of our own codes, where the reference documents none: 90 RR NNN, RR the room's number.
BLOCKS: Final = {
    "kernel": 9000, "runtime": 9000, "identity": 9001, "media": 9002, "governance": 9003,
    "catalog": 9004, "inventory": 9005, "league": 9006, "surfaces": 9007, "delivery": 9008,
    "payment": 9009, "ordering": 9010, "aftersale": 9011, "settlement": 9012, "push": 9013,
    "sandbox": 9014, "ledger": 9015, "discounts": 9016, "live": 9017, "social": 9018,
    "links": 9019, "gifting": 9020, "compass": 9021, "discovery": 9022, "search": 9023,
    "funds": 9024, "partners": 9025, "packets": 9026, "statements": 9027,
}  # fmt: skip


class Kind(IntEnum):
    """What sort of no it is; the HTTP status on paths of our own (`/v1/...`)."""

    INVALID = 400
    UNKNOWN_CALLER = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    WRONG_METHOD = 405
    CONFLICT = 409
    GONE = 410
    TOO_LARGE = 413
    TOO_MANY = 429
    BROKEN = 500


class Refusal(Exception):
    """A request that was understood and declined; the caller can act on it.

    Each room declares its own in `refusals.py`. The docstring is the sentence the caller reads,
    `zh` the same in Chinese, and the code is the number it branches on: all are public contract,
    and no code is reused. Both sentences may name details in braces.
    """

    code: ClassVar[int]
    kind: ClassVar[Kind]
    zh: ClassVar[str]
    taken: ClassVar[dict[int, type["Refusal"]]] = {}

    def __init_subclass__(cls, *, code: int, kind: Kind, zh: str) -> None:
        """Refuse to import a second owner of a code, or a refusal that explains nothing."""
        holder = Refusal.taken.setdefault(code, cls)
        if holder is not cls and holder.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.__name__}: code {code} already belongs to {holder.__name__}")
        if not cls.__doc__ or not zh:
            raise TypeError(f"{cls.__name__}: a refusal explains itself, in English and Chinese")
        cls.code, cls.kind, cls.zh = code, kind, zh

    def __init__(self, **details: Detail) -> None:
        """`details` fill the braces of the sentence and travel with the reply."""
        super().__init__(details)
        self.details = details

    def message(self) -> str:
        """The English sentence, details filled in."""
        return inspect.cleandoc(type(self).__doc__ or "").format_map(_Filled(self.details))

    def message_zh(self) -> str:
        """The Chinese sentence, details filled in."""
        return type(self).zh.format_map(_Filled(self.details))

    def __str__(self) -> str:
        """Code and sentence, for logs and test failures."""
        return f"{self.code} {self.message()}"


class _Filled(dict[str, Detail]):
    def __missing__(self, key: str) -> str:
        return "?"


class InvalidField(Refusal, code=40097, kind=Kind.INVALID, zh="字段 {field} 不符合要求：{rule}"):
    """invalid args: field {field}: {rule}"""


class CursorMismatch(
    Refusal, code=606006, kind=Kind.INVALID, zh="next_key 与查询条件不一致，请从第一页重新查询"
):
    """The next_key does not belong to these parameters; start again from the first page."""
