"""What goes back to givers by itself: portions that nobody took (reference sections 5.4, 6.7)."""

from datetime import timedelta
from typing import Final

CAUSE: Final = "portion"  # of a refund: the order of the portion
LATE: Final = "present.late_payment"  # money that came when the present was over

# A refund that failed is tried again; after a week people have to look at it.
RETRY_WAIT: Final = timedelta(hours=6)
TRIES_MAX: Final = 28
