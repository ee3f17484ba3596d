"""Steps that endpoints, jobs and higher rooms share."""

import secrets
import string
from collections.abc import Sequence
from typing import Final

import msgspec

from tongshang.modules.identity import api as identity
from tongshang.modules.push import store
from tongshang.modules.push.domain import PushDraft, PushRef, TargetDraft, checked
from tongshang.modules.push.machine import TargetState
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

DELIVER: Final = "push.deliver"
VERIFY: Final = "push.verify"

_LETTERS: Final = string.ascii_letters + string.digits


class Verification(msgspec.Struct):
    """The body of a `push.verify` job."""

    shop_id: int
    target_id: int


def drawn_key() -> str:
    """A new EncodingAESKey."""
    return "".join(secrets.choice(_LETTERS) for _ in range(43))


async def ask_targets(call: Call, drafts: Sequence[TargetDraft]) -> None:
    """Write addresses to be verified; those in use stay in use until then."""
    ids = await _set(call, drafts, TargetState.ASKED)
    await jobs.add(
        call,
        [
            jobs.Job(
                VERIFY,
                msgspec.json.encode(Verification(draft.shop_id, target_id)),
                call.at,
                draft.shop_id,
            )
            for draft, target_id in zip(drafts, ids, strict=True)
        ],
    )


async def set_targets(call: Call, drafts: Sequence[TargetDraft]) -> None:
    """Put addresses into use without asking them: for receivers that the platform's owner set up."""
    await _set(call, drafts, TargetState.IN_USE)


async def _set(call: Call, drafts: Sequence[TargetDraft], state: TargetState) -> list[int]:
    parties = await identity.find_parties(call.tx, [draft.shop_id for draft in drafts])
    appids = [parties[draft.shop_id].appid for draft in drafts]
    return await store.set_targets(call, [checked(draft) for draft in drafts], appids, state)


async def journal(call: Call, drafts: Sequence[PushDraft]) -> list[tuple[PushRef, int]]:
    """Write events to their shops' journals, and have those delivered that have somewhere to go."""
    if not drafts:
        return []
    added = await store.add_pushes(call, drafts)
    await send_off(call, [ref for ref, _, is_sent in added if is_sent])
    return [(ref, push_id) for ref, push_id, _ in added]


async def send_off(call: Call, refs: Sequence[PushRef]) -> None:
    """Have pushes delivered as soon as the transaction is committed."""
    await jobs.add(
        call,
        [
            jobs.Job(DELIVER, msgspec.json.encode(ref), call.at, ref.shop_id)
            for ref in sorted(refs, key=lambda ref: (ref.shop_id, ref.seq))
        ],
    )
