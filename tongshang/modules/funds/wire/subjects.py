"""Who a person is by law."""

from typing import Annotated

import msgspec


class RealName(msgspec.Struct, forbid_unknown_fields=True):
    """As an identity card has it: no blanks around it, nothing unseen."""

    real_name: Annotated[
        str,
        msgspec.Meta(
            min_length=2,
            max_length=60,
            pattern=r"^[^\s\x00-\x1f\x7f<>]([^\x00-\x1f\x7f<>]*[^\s\x00-\x1f\x7f<>])$",
        ),
    ]


class SubjectView(msgspec.Struct):
    """The legal form, and the name in which accounts must be."""

    form: str
    registered_name: str
