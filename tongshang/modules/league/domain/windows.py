"""Promoters' windows (橱窗): what stands in them, and who may change them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.modules.league.machine import AuthState

WINDOW_MAX: Final = 500  # reference section 7.3


@dataclass(frozen=True, slots=True)
class WindowAuth:
    """Whether a promoter lets an agency change his window."""

    agency_id: int
    promoter_id: int
    state: AuthState
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WindowItem:
    """A product in a promoter's window.

    `agency_id`: whose goods they are, 0 of a plan for promoters; `added_by`: the promoter or an
    agency; `deal_id`: the terms it was put there on, 0 the shop's normal plan as it is.
    """

    promoter_id: int
    product_id: int
    shop_id: int
    agency_id: int
    added_by: int
    link_id: int
    deal_id: int
    is_hidden: bool
    place: int
    added_at: datetime

    def may_be_removed_by(self, agency_id: int) -> bool:
        """An agency takes out what it put in, and goods of its own, whoever put them in."""
        return agency_id in {self.added_by, self.agency_id}
