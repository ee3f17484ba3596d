"""Steps that endpoints and rooms above share."""

from collections.abc import Sequence

from tongshang.kernel.ids import Named
from tongshang.modules.delivery import domain, store
from tongshang.modules.delivery.domain import AddressDraft, FreightTemplate, ParcelDraft
from tongshang.modules.delivery.refusals import TooManyTemplates
from tongshang.runtime.call import Call


async def add_addresses(call: Call, drafts: Sequence[AddressDraft]) -> list[int]:
    """Keep addresses for buyers: four statements, however many."""
    if not drafts:
        return []
    buyers = sorted({draft.buyer_id for draft in drafts})
    books = await store.hold_books(call.tx, buyers)
    entered = domain.enter(books, drafts)
    await store.clear_defaults(
        call.tx, [d.buyer_id for d in entered if d.is_default and d.buyer_id in books]
    )
    ids = call.take_ids(Named.ADDRESS, len(entered))
    await store.add_addresses(call.tx, ids, entered, call.at)
    return ids


async def send(call: Call, drafts: Sequence[ParcelDraft]) -> None:
    """Hand parcels to their carriers; the caller holds their orders. Two statements."""
    if not drafts:
        return
    domain.check_parcels(drafts, await store.list_companies(call.tx))
    await store.add_parcels(call.tx, drafts, call.at)


async def add_template(call: Call, shop_id: int, template: FreightTemplate) -> int:
    """Keep a freight template of a shop; as default it takes the place of the one before."""
    domain.check_template(template, await store.list_companies(call.tx))
    if await store.hold_templates(call.tx, shop_id) >= domain.TEMPLATES_MAX:
        raise TooManyTemplates(limit=domain.TEMPLATES_MAX)
    template_id = call.take_id(Named.FREIGHT)
    await store.add_template(call.tx, shop_id, template_id, template, call.at)
    return template_id
