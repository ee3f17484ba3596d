"""The demo's bank accounts, and some money that has gone there already."""

from datetime import datetime, timedelta
from typing import Final

from tongshang.demo.stage import Stage
from tongshang.modules.funds import api as funds
from tongshang.modules.funds.api import LegalForm, Subject
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.runtime.call import Caller

# Bank, city, and the first digits of a card there; what follows is the party's own.
_BANKS: Final = (
    ("招商银行", "330100", "622588"),
    ("工商银行", "350100", "622202"),
    ("建设银行", "510100", "621700"),
    ("农业银行", "320500", "622848"),
    ("中国银行", "440300", "621661"),
)
_PEOPLE: Final = ("周远", "林素", "陈岩", "许知夏", "何川", "叶棠")
_CARD_DIGITS: Final = 16
_SET_AGO: Final = timedelta(days=10)
_MEMOS: Final = {PartyKind.SHOP: "货款", PartyKind.PROMOTER: "佣金", PartyKind.AGENCY: "服务费"}
_LEAST_FEN: Final = 200
_KINDS: Final = (PartyKind.SHOP, PartyKind.PROMOTER, PartyKind.AGENCY)
_CALLERS: Final = {
    PartyKind.SHOP: identity.shop_caller,
    PartyKind.PROMOTER: identity.promoter_caller,
    PartyKind.AGENCY: identity.agency_caller,
}


async def withdraw(stage: Stage, now: datetime) -> None:
    """Everybody has an account; the second of each kind has taken something out today.

    The first one's day is free for whoever tries the demo.
    """
    stage.go_to(now - _SET_AGO)
    parties = await _parties(stage)
    await _name(stage, parties)
    for number, party in enumerate(parties):
        await _set(stage, party, number)
    stage.return_to_now()
    for kind in _KINDS:
        for party in [one for one in parties if one.kind is kind][1:2]:
            await _take(stage, party)
    await stage.finish_work()


async def _parties(stage: Stage) -> list[Party]:
    async with stage.calling() as call:
        return [party for kind in _KINDS for party in await identity.list_parties(call.tx, kind)]


async def _name(stage: Stage, parties: list[Party]) -> None:
    """The first shop and the agencies are companies, the other shops sole traders."""
    shops = [one for one in parties if one.kind is PartyKind.SHOP]
    agencies = [one for one in parties if one.kind is PartyKind.AGENCY]
    subjects = [
        Subject(one.party_id, LegalForm.COMPANY, f"{one.name}（杭州）有限公司", _PEOPLE[number])
        for number, one in enumerate([*shops[:1], *agencies])
    ] + [
        Subject(
            one.party_id, LegalForm.SOLE_TRADER, f"{one.name}商行", _PEOPLE[number % len(_PEOPLE)]
        )
        for number, one in enumerate(shops[1:], start=1)
    ]
    async with stage.calling() as call:
        await funds.name_subjects(call, subjects)


async def _set(stage: Stage, party: Party, number: int) -> None:
    caller, role = _caller(party)
    bank, city, prefix = _BANKS[number % len(_BANKS)]
    page = await stage.ask(caller, f"/v1/{role}/funds/bankaccount/get")
    digits = f"{party.party_id * 7_919 % 10**10:010d}"[: _CARD_DIGITS - len(prefix)]
    await stage.ask(
        caller,
        f"/v1/{role}/funds/bankaccount/set",
        kind=next(iter(page.holders)),
        account_bank=bank,
        address_code=city,
        number=f"{prefix}{digits}",
    )


async def _take(stage: Stage, party: Party) -> None:
    """Half of what there is, confirmed by an administrator; nothing where there is too little."""
    caller, role = _caller(party)
    balance = await stage.ask(caller, f"/v1/{role}/funds/balance")
    half = balance.withdrawable_fen // 2
    if half < _LEAST_FEN:
        return
    told = await stage.ask(
        caller, f"/v1/{role}/funds/withdrawal/submit", amount_fen=half, bank_memo=_MEMOS[party.kind]
    )
    for what in ("scan", "confirm"):
        ticket = told.confirmation.ticket
        await stage.ask(stage.nobody, f"/v1/sandbox/qr/{what}", ticket=ticket)
    await stage.finish_tasks()


def _caller(party: Party) -> tuple[Caller, str]:
    return _CALLERS[party.kind](party), party.kind.value
