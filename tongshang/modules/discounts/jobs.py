"""Discounts end by the clock."""

from datetime import timedelta
from typing import Final

from tongshang.modules.discounts import actions
from tongshang.runtime.jobs import Periodic

END: Final = Periodic("discounts.end", timedelta(seconds=5), actions.end_due)
