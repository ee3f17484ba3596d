"""What partners do after the commit."""

from typing import Final

from tongshang.modules.ordering.events import OrderPaid
from tongshang.modules.partners.actions.staff import note_orders
from tongshang.runtime import jobs

FACTS: Final = (OrderPaid,)
ORDERS: Final = jobs.listener("partners.orders", FACTS, note_orders)
