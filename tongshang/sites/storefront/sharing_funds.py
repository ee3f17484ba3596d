"""A sharer's money, on a phone: what there is, where it goes, and taking it out."""

import asyncio
import re
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Visit

PAGES: Final = Pages(role="buyer")

_FUNDS: Final = "/v1/sharer/funds"
_HOME: Final = "/sharing/funds"
_SIZE: Final = 20
_PRIVATE: Final = "ACCOUNT_TYPE_PRIVATE"
_YUAN: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


@PAGES.get("/sharing/funds")
async def funds(visit: Visit) -> Response:
    """What may be withdrawn, and every withdrawal so far."""
    return await _funds(visit, None)


async def _funds(visit: Visit, refusal: Refusal | None) -> Response:
    balance, page = await asyncio.gather(
        visit.ask(f"{_FUNDS}/balance"),
        visit.ask(f"{_FUNDS}/withdrawal/list", page_size=_SIZE, next_key=visit.asked("after")),
    )
    code = 400 if refusal else 200
    return visit.show("funds/sharer.html", code, balance=balance, page=page, refusal=refusal)


@PAGES.post("/sharing/funds")
async def withdraw(visit: Visit) -> Response:
    """Ask for money, and go on to confirm it with the phone in one's hand."""
    found = _YUAN.fullmatch(visit.fields.get("yuan", "").strip())
    fen = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    try:
        told = await visit.ask(f"{_FUNDS}/withdrawal/submit", visit.form_key, amount_fen=fen)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _funds(visit, refusal)
    return visit.go(f"/confirm/{told.confirmation.ticket}")


@PAGES.get("/sharing/funds/account")
async def account(visit: Visit) -> Response:
    """The bank account, and the form to set another."""
    return await _account(visit, None)


async def _account(visit: Visit, refusal: Refusal | None) -> Response:
    page, choices = await asyncio.gather(
        visit.ask(f"{_FUNDS}/bankaccount/get"), visit.ask(f"{_FUNDS}/bankaccount/choices")
    )
    shown: dict[str, Any] = {"page": page, "choices": choices, "typed": visit.fields}
    code = 400 if refusal else 200
    return visit.show("funds/sharer_account.html", code, refusal=refusal, **shown)


@PAGES.post("/sharing/funds/account")
async def set_account(visit: Visit) -> Response:
    """Set the bank account; who has not said the real name says it with it."""
    names = ("account_bank", "address_code", "branch_name", "shown_bank")
    draft = {name: visit.fields.get(name, "").strip() for name in names}
    draft["number"] = re.sub(r"\s", "", visit.fields.get("number", ""))
    real_name, key = visit.fields.get("real_name", "").strip(), visit.form_key
    try:
        if real_name:
            await visit.ask(f"{_FUNDS}/name/set", f"{key}-name", real_name=real_name)
        await visit.ask(f"{_FUNDS}/bankaccount/set", f"{key}-bank", kind=_PRIVATE, **draft)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _account(visit, refusal)
    return visit.go(_HOME)
