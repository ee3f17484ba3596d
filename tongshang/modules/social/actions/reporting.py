"""What the operator is shown of a report."""

from collections.abc import Sequence

from tongshang.modules.identity import api as identity
from tongshang.modules.social import domain, wire
from tongshang.modules.social.domain import Message, Report
from tongshang.modules.social.store import messages as message_store
from tongshang.modules.social.store import reports as store
from tongshang.runtime.call import Call


async def evidence(call: Call, chat_id: int, seq: int, from_seq: int) -> tuple[Message, ...]:
    """The message and some before it, as the reporter sees them now."""
    key = chat_id, from_seq
    found = await message_store.list_before(call.tx, call.buyer_id, key, seq + 1, domain.EVIDENCE)
    return tuple(message for message in found if not message.is_recalled)


async def report_views(call: Call, reports: Sequence[Report]) -> list[wire.ReportView]:
    """Reports with the names of all who are in them."""
    said = {message.from_buyer_id for one in reports for message in one.evidence}
    about = {one.about_id for one in reports}
    everybody = said | about | {one.buyer_id for one in reports}
    buyers = await identity.find_buyers(call.tx, sorted(everybody))
    mutes = await store.mutes_of(call.tx, sorted(about), call.at)

    def name(buyer_id: int) -> str:
        return buyers[buyer_id].nickname if buyer_id in buyers else ""

    return [
        wire.ReportView(
            str(one.buyer_id),
            str(one.report_id),
            name(one.buyer_id),
            str(one.about_id),
            name(one.about_id),
            buyers[one.about_id].avatar_url if one.about_id in buyers else "",
            one.reason.value,
            one.words,
            one.state.value,
            one.made_at,
            one.note,
            [
                wire.EvidenceView(
                    str(message.from_buyer_id),
                    name(message.from_buyer_id),
                    wire.kind_name(message.body.kind),
                    message.body.text,
                    message.body.url if message.body.kind is domain.BodyKind.PICTURE else "",
                    message.sent_at,
                )
                for message in one.evidence
            ],
            mutes.get(one.about_id),
        )
        for one in reports
    ]
