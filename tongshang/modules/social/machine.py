"""The lives of requests, groups and reports."""

from enum import StrEnum
from typing import Final

from tongshang.kernel.machine import Machine, arrow


class RequestState(StrEnum):
    """Where a wish to be friends, or to join a group, is. Stored: add, never rename."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RequestMove(StrEnum):
    """What may be done with a request."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ASK_AGAIN = "ask_again"


_S, _M = RequestState, RequestMove

REQUEST: Final = Machine(
    name="friend_request",
    start=_S.PENDING,
    ends=frozenset(),
    moves={
        _M.ACCEPT:    arrow(_S.PENDING,                              to=_S.ACCEPTED),
        _M.DECLINE:   arrow(_S.PENDING,                              to=_S.DECLINED),
        _M.WITHDRAW:  arrow(_S.PENDING,                              to=_S.WITHDRAWN),
        _M.ASK_AGAIN: arrow(_S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN, to=_S.PENDING),
    },
)  # fmt: skip


class ChatState(StrEnum):
    """Whether people can still speak in a chat. Stored: add, never rename."""

    OPEN = "open"
    DISSOLVED = "dissolved"


class ChatMove(StrEnum):
    """What may be done with a chat as a whole."""

    DISSOLVE = "dissolve"


CHAT: Final = Machine(
    name="chat",
    start=ChatState.OPEN,
    ends=frozenset({ChatState.DISSOLVED}),
    moves={ChatMove.DISSOLVE: arrow(ChatState.OPEN, to=ChatState.DISSOLVED)},
)


class ReportState(StrEnum):
    """What became of a report. Stored: add, never rename."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ReportMove(StrEnum):
    """How the operator rules."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


REPORT: Final = Machine(
    name="report",
    start=ReportState.OPEN,
    ends=frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    moves={
        ReportMove.UPHOLD:  arrow(ReportState.OPEN, to=ReportState.UPHELD),
        ReportMove.DISMISS: arrow(ReportState.OPEN, to=ReportState.DISMISSED),
    },
)  # fmt: skip
