"""Confirmation codes: made, written down where they are now, and told of."""

import secrets
from collections.abc import Sequence
from typing import Final

from tongshang.modules.funds.domain import codes as domain
from tongshang.modules.funds.domain.codes import Code, Purpose, Scanner
from tongshang.modules.funds.events import CodeMoved
from tongshang.modules.funds.machine import CODE
from tongshang.modules.funds.store import codes as store
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.runtime.call import Call

_TICKET_BYTES: Final = 12  # 24 hex digits, as the contract's sample has them


async def make(call: Call, party_id: int, purpose: Purpose, subject_id: int = 0) -> Code:
    """A new code of a party, to be scanned within ten minutes."""
    code = Code(
        secrets.token_hex(_TICKET_BYTES), party_id, purpose, subject_id, CODE.start,
        Scanner.NO_ADMINISTRATOR, call.at, call.at + domain.LIFE,
    )  # fmt: skip
    await store.add(call.tx, code)
    return code


async def save(call: Call, codes: Sequence[Code]) -> None:
    """Write held codes down, and tell the shops whose they are."""
    await store.move(call.tx, codes)
    parties = await identity.find_parties(call.tx, sorted({one.party_id for one in codes}))
    await call.tell(
        *(
            CodeMoved(one.party_id, one.ticket, one.state.value, one.scanner.value, call.at)
            for one in codes
            if parties[one.party_id].kind is PartyKind.SHOP
        )
    )
