"""Promoters are persons: who one is by law is said once, and bank accounts follow it."""

from typing import Final

from tongshang.modules.funds.domain.subjects import LegalForm, Subject
from tongshang.modules.funds.refusals import NamedAlready
from tongshang.modules.funds.store import accounts as store
from tongshang.modules.funds.wire import subjects as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("funds")


@ENDPOINTS("POST", "/v1/promoter/funds/name/set", needs=Scope.PROMOTER, refuses=(NamedAlready,))
async def name_self(call: Call, req: wire.RealName) -> wire.SubjectView:
    """Say your real name, once: your bank account must be in it."""
    subject = Subject(call.caller.party_id, LegalForm.PERSON, req.real_name, req.real_name)
    if not await store.name_once(call.tx, subject, call.at):
        known = await store.find_subjects(call.tx, [subject.party_id])
        raise NamedAlready(name=known[subject.party_id].registered_name)
    return wire.SubjectView(subject.form.value, subject.registered_name)
