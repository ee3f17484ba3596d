"""Promoters and sharers are persons: who one is by law is said once, and accounts follow it."""

from typing import Final

from tongshang.modules.funds.domain.subjects import LegalForm, Subject
from tongshang.modules.funds.endpoints.own import owner_of
from tongshang.modules.funds.refusals import NamedAlready, NoSharer
from tongshang.modules.funds.store import accounts as store
from tongshang.modules.funds.wire import subjects as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("funds")


@ENDPOINTS("POST", "/v1/promoter/funds/name/set", needs=Scope.PROMOTER, refuses=(NamedAlready,))
async def name_self(call: Call, req: wire.RealName) -> wire.SubjectView:
    """Say your real name, once: your bank account must be in it."""
    return await _name(call, req)


@ENDPOINTS("POST", "/v1/sharer/funds/name/set", needs=Scope.BUYER, refuses=(NoSharer, NamedAlready))
async def name_sharer(call: Call, req: wire.RealName) -> wire.SubjectView:
    """Say your real name as a sharer, once: your bank account must be in it."""
    return await _name(call, req)


async def _name(call: Call, req: wire.RealName) -> wire.SubjectView:
    subject = Subject(await owner_of(call), LegalForm.PERSON, req.real_name, req.real_name)
    if not await store.name_once(call.tx, subject, call.at):
        known = await store.find_subjects(call.tx, [subject.party_id])
        raise NamedAlready(name=known[subject.party_id].registered_name)
    return wire.SubjectView(subject.form.value, subject.registered_name)
