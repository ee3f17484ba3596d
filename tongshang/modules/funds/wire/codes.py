"""Confirmation codes on the wire, and what the phone that scans them sees."""

from typing import Literal

import msgspec

from tongshang.modules.funds.domain.codes import Code, Scanner
from tongshang.modules.funds.wire.texts import Ticket
from tongshang.runtime.rpc import WireReply
from tongshang.runtime.wire import seconds

_SCANNERS = {
    "administrator": Scanner.ADMINISTRATOR,
    "deputy": Scanner.DEPUTY,
    "other": Scanner.NO_ADMINISTRATOR,
}


class CodeQuery(msgspec.Struct):
    qrcode_ticket: Ticket


class CodePicture(WireReply, kw_only=True):
    """A PNG in base64."""

    qrcode_buf: str


class CodeReply(WireReply, kw_only=True):
    status: int
    scan_user_type: int
    self_check_err_code: int = 0
    self_check_err_msg: str = ""


class PhoneQuery(msgspec.Struct, forbid_unknown_fields=True):
    ticket: Ticket


class PhoneScan(msgspec.Struct, forbid_unknown_fields=True):
    """Who holds the sandbox's phone."""

    ticket: Ticket
    scanner: Literal["administrator", "deputy", "other"] = "administrator"

    @property
    def who(self) -> Scanner:
        """The same as the wire counts it."""
        return _SCANNERS[self.scanner]


class PhoneView(msgspec.Struct):
    """What is to be confirmed, for whom, and how far it is: `state` in words."""

    ticket: str
    state: str
    scan_user_type: int
    may_scan: bool
    may_confirm: bool
    purpose: str
    party_name: str
    expires_at: int
    amount_fen: int = 0
    bank_name: str = ""
    bank_number: str = ""


def phone_view(code: Code, state: str, party_name: str, *, is_over: bool) -> PhoneView:
    """The code without what it is about."""
    scanned = state == "scanned"
    return PhoneView(
        code.ticket,
        state,
        code.scanner.value,
        not is_over,
        scanned and code.scanner is not Scanner.NO_ADMINISTRATOR,
        code.purpose.value,
        party_name,
        seconds(code.expires_at),
    )
