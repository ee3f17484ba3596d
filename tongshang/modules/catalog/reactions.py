"""What the catalog does, in the same transaction, when governance bars a product or lets it back."""

from collections.abc import Sequence

from tongshang.modules.catalog import store
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.events import ProductRestricted
from tongshang.runtime.call import Call


async def note_restrictions(call: Call, facts: Sequence[ProductRestricted]) -> None:
    """Keep beside each product what it is barred from, so that orders and cards read it at once.

    The products are held before the restrictions are read: of two decisions at once the second
    sees the first.
    """
    keys = sorted({(fact.shop_id, fact.product_id) for fact in facts})
    await store.hold_products(call.tx, keys)
    running = await governance.restrictions_of(call.tx, keys)
    await store.save_barred(call.tx, {key: governance.packed(running.get(key, ())) for key in keys})
