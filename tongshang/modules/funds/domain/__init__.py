"""What funds decides: whose account may be whose, what may be withdrawn, who confirms."""

from typing import Final

SUBJECT: Final = "withdrawal"  # of a transfer at the bank
