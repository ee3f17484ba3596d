"""Who a party is by law, as far as its bank account must know (reference sections 2.2 and 9.4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tongshang.modules.identity.api import Party, PartyKind


class LegalForm(StrEnum):
    """What kind of subject. The values are stored: add, never rename."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Subject:
    """A party by law; `legal_person` is the human who answers for it."""

    party_id: int
    form: LegalForm
    registered_name: str
    legal_person: str = ""


_USUAL: Final = {
    PartyKind.SHOP: LegalForm.SOLE_TRADER,
    PartyKind.PROMOTER: LegalForm.PERSON,
    PartyKind.AGENCY: LegalForm.COMPANY,
    PartyKind.SHARER: LegalForm.PERSON,
    PartyKind.PLATFORM: LegalForm.COMPANY,
}


def assumed(party: Party) -> Subject:
    """Who a party is that nobody has registered: what is usual, under its own name."""
    return Subject(party.party_id, _USUAL[party.kind], party.name)
