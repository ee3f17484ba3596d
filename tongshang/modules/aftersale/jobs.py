"""What aftersale does on the clock."""

from datetime import timedelta
from typing import Final

from tongshang.modules.aftersale import actions
from tongshang.runtime import jobs

LAPSER: Final = jobs.Periodic("aftersale.lapse", timedelta(minutes=1), actions.lapse)
