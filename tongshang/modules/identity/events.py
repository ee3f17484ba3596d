"""What identity tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartyOpened:
    """A shop, promoter or platform came to be; `kind` says which. Its own id stands first."""

    shop_id: int
    kind: str
