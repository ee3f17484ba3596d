"""What higher rooms ask of governance."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.kernel.machine import IllegalMove
from tongshang.modules.governance import domain, store
from tongshang.modules.governance.domain import Audit as Audit
from tongshang.modules.governance.domain import AuditDraft as AuditDraft
from tongshang.modules.governance.domain import AuditRecord as AuditRecord
from tongshang.modules.governance.domain import Bar as Bar
from tongshang.modules.governance.domain import BarSource as BarSource
from tongshang.modules.governance.domain import Restriction as Restriction
from tongshang.modules.governance.domain import RestrictionDraft as RestrictionDraft
from tongshang.modules.governance.domain import Verdict as Verdict
from tongshang.modules.governance.domain import is_barred as is_barred
from tongshang.modules.governance.domain import packed as packed
from tongshang.modules.governance.events import ProductRestricted
from tongshang.modules.governance.machine import AUDIT
from tongshang.modules.governance.machine import AuditMove as AuditMove
from tongshang.modules.governance.machine import AuditState as AuditState
from tongshang.modules.governance.refusals import AlreadyRestricted as AlreadyRestricted
from tongshang.modules.governance.refusals import AuditNotFound, AuditRunning
from tongshang.modules.governance.refusals import NotRestricted as NotRestricted
from tongshang.modules.governance.store import RestrictionKey as RestrictionKey
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx

_JUDGE: Final = domain.Judge(store.read_rules())


def judge(texts: Sequence[str]) -> tuple[str, ...]:
    """Why the texts may not be shown: a sentence for each forbidden word, with its rule."""
    return _JUDGE.reasons(texts)


async def use_quota(call: Call, shop_id: int, kind: str, count: int = 1) -> None:
    """Count submissions of one kind, or refuse them; other calls of the shop wait till the end.

    What counts together has one kind: adding, updating and listing products.
    """
    quota, began = domain.SUBMISSIONS, domain.windows(call.at)
    if not await store.use_quota(call.tx, shop_id, kind, quota, began, count):
        used = await store.find_used(call.tx, shop_id, kind)
        raise domain.quota_refusal(quota, used, call.at, count)


async def submit_audits(call: Call, drafts: Sequence[AuditDraft]) -> list[int]:
    """New audits; refuses where one of the subjects is in audit already."""
    ids = call.take_ids(Named.AUDIT, len(drafts))
    written = await store.submit_audits(call.tx, ids, drafts, call.at)
    for audit_id, draft in zip(ids, drafts, strict=True):
        if audit_id not in written:
            raise AuditRunning(subject_id=str(draft.subject_id))
    return ids


async def decide_audits(call: Call, verdicts: Sequence[Verdict]) -> None:
    """Pass, reject or withdraw audits, each once: of two who decide the second is refused."""
    moved = await store.move_audits(
        call.tx,
        [(verdict.shop_id, verdict.audit_id) for verdict in verdicts],
        [AUDIT.moves[verdict.move].target for verdict in verdicts],
        [verdict.reasons for verdict in verdicts],
        sorted({source for v in verdicts for source in AUDIT.moves[v.move].sources}),
        call.at,
    )
    late = [verdict for verdict in verdicts if verdict.audit_id not in moved]
    found = await store.find_audits(call.tx, [(v.shop_id, v.audit_id) for v in late])
    for verdict in late:
        if verdict.audit_id not in found:
            raise AuditNotFound(audit_id=str(verdict.audit_id))
        raise IllegalMove(state=found[verdict.audit_id].state.value, move=verdict.move.value)


async def record_audits(call: Call, records: Sequence[AuditRecord]) -> list[int]:
    """Audits that the automatic rules decide as they are submitted: with reasons, rejected."""
    ids = call.take_ids(Named.AUDIT, len(records))
    await store.record_audits(call.tx, ids, records, call.at)
    return ids


async def find_audits(tx: Tx, keys: Sequence[tuple[int, int]]) -> dict[int, Audit]:
    """Those of the audits (shop, audit) that exist, by id."""
    return await store.find_audits(tx, keys)


async def find_running(tx: Tx, subjects: Sequence[AuditDraft]) -> dict[int, Audit]:
    """The running audits of the subjects, by subject."""
    return dict(await store.find_running(tx, subjects))


# --- restrictions ------------------------------------------------------------------------------


async def restrictions_of(
    tx: Tx, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], frozenset[int]]:
    """From which scenes (1 to 10) each of the products (shop, product) is barred; none: absent."""
    scenes: dict[tuple[int, int], set[int]] = {}
    for one in await store.find_restrictions(tx, keys):
        scenes.setdefault((one.shop_id, one.product_id), set()).add(one.scene)
    return {key: frozenset(some) for key, some in scenes.items()}


async def find_restrictions(tx: Tx, keys: Sequence[tuple[int, int]]) -> list[Restriction]:
    """The running restrictions of products (shop, product), in full."""
    return await store.find_restrictions(tx, keys)


async def list_restrictions(
    tx: Tx, before: RestrictionKey | None, limit: int, *, running: bool
) -> list[Restriction]:
    """Restrictions of all shops, the latest first; those that run, or those that were lifted."""
    return await store.list_restrictions(tx, before, limit, running=running)


async def restrict(call: Call, drafts: Sequence[RestrictionDraft]) -> None:
    """Bar products from scenes, all or none; of two who bar the same the second is refused."""
    written = await store.add_restrictions(call.tx, drafts, call.caller.party_id, call.at)
    for draft in drafts:
        if draft.key not in written:
            raise AlreadyRestricted(scene=int(draft.scene))
    await _tell_restricted(call, [draft.key[:2] for draft in drafts])


async def lift(call: Call, keys: Sequence[tuple[int, int, int]]) -> None:
    """Let products (shop, product, scene) back, all or none."""
    lifted = await store.lift_restrictions(call.tx, keys, call.caller.party_id, call.at)
    for key in keys:
        if key not in lifted:
            raise NotRestricted(scene=key[2])
    await _tell_restricted(call, [key[:2] for key in keys])


async def _tell_restricted(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    await call.tell(*(ProductRestricted(*key, call.at) for key in sorted(set(keys))))
