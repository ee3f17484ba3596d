"""What a shop, promoter or agency may withdraw, where it goes, and the phone that confirms it."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Page, Pages, Visit

DESKS: Final = tuple(Pages(role=role) for role in ("shop", "promoter", "agency"))
PHONE: Final = Pages()
OWN_PHONE: Final = Pages(role="buyer")
PAGES: Final = (*DESKS, PHONE, OWN_PHONE)

_SIZE: Final = 20
_YUAN: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_ROLES: Final = ("shop", "promoter", "agency")


def _at_each(method: str, path: str) -> Callable[[Page], Page]:
    """Declare the decorated function as a page of each of the desks."""

    def declare(handle: Page) -> Page:
        for role, pages in zip(_ROLES, DESKS, strict=True):
            place = f"/desk/{role}/funds{path}"
            (pages.get if method == "GET" else pages.post)(place)(handle)
        return handle

    return declare


def _home(visit: Visit) -> str:
    return f"/desk/{visit.session.role}/funds"


async def _ask(visit: Visit, what: str, key: str = "", **fields: Any) -> Any:
    return await visit.ask(f"/v1/{visit.session.role}/funds/{what}", key, **fields)


# --- what there is, and asking for it ------------------------------------------------------------


@_at_each("GET", "")
async def funds(visit: Visit) -> Response:
    """What may be withdrawn, the form to do it, and every withdrawal so far."""
    return await _funds(visit, None)


async def _funds(visit: Visit, refusal: Refusal | None) -> Response:
    balance, page, flows = await asyncio.gather(
        _ask(visit, "balance"),
        _ask(visit, "withdrawal/list", page_size=_SIZE, next_key=visit.asked("after")),
        _ask(visit, "flow/list", page_size=_SIZE, next_key=visit.asked("flows")),
    )
    return visit.show(
        "funds/page.html",
        400 if refusal else 200,
        balance=balance,
        page=page,
        flows=flows,
        refusal=refusal,
        typed=visit.fields,
    )


@_at_each("POST", "")
async def withdraw(visit: Visit) -> Response:
    """Ask for money, and go to the code that confirms it."""
    fields = visit.fields
    draft = {
        "amount_fen": _fen(fields.get("yuan", "")),
        "remark": fields.get("remark", "").strip(),
        "bank_memo": fields.get("bank_memo", "").strip(),
    }
    try:
        told = await _ask(visit, "withdrawal/submit", visit.form_key, **draft)
    except Refusal as refusal:
        fields.pop("form_key", None)
        return await _funds(visit, refusal)
    return visit.go(f"{_home(visit)}/withdrawals/{told.withdrawal.withdrawal_id}")


@_at_each("GET", "/withdrawals/{withdrawal_id:int}")
async def withdrawal(visit: Visit) -> Response:
    """A withdrawal: the code to scan, how far it is, and which books it came from."""
    told = await _ask(visit, "withdrawal/get", withdrawal_id=str(visit.part("withdrawal_id")))
    return visit.show("funds/withdrawal.html", told=told, refusal=None)


@_at_each("POST", "/withdrawals/{withdrawal_id:int}")
async def take_back(visit: Visit) -> Response:
    """Take back a withdrawal that nobody has confirmed."""
    of = {"withdrawal_id": str(visit.part("withdrawal_id"))}
    try:
        await _ask(visit, "withdrawal/cancel", visit.form_key, **of)
    except Refusal as refusal:
        told = await _ask(visit, "withdrawal/get", **of)
        return visit.show("funds/withdrawal.html", 400, told=told, refusal=refusal)
    return visit.go(f"{_home(visit)}/withdrawals/{of['withdrawal_id']}")


# --- where it goes -------------------------------------------------------------------------------


@_at_each("GET", "/account")
async def account(visit: Visit) -> Response:
    """The bank account, and the form to set another."""
    return await _account(visit, None)


async def _account(visit: Visit, refusal: Refusal | None) -> Response:
    page, choices = await asyncio.gather(
        _ask(visit, "bankaccount/get"), _ask(visit, "bankaccount/choices")
    )
    return visit.show(
        "funds/account.html",
        400 if refusal else 200,
        page=page,
        choices=choices,
        refusal=refusal,
        typed=visit.fields,
        done=bool(visit.asked("done")),
    )


@_at_each("POST", "/account")
async def set_account(visit: Visit) -> Response:
    """Set the bank account."""
    names = ("kind", "account_bank", "address_code", "branch_name", "shown_bank")
    draft = {name: visit.fields.get(name, "").strip() for name in names}
    draft["number"] = re.sub(r"\s", "", visit.fields.get("number", ""))
    try:
        await _ask(visit, "bankaccount/set", visit.form_key, **draft)
    except Refusal as refusal:
        visit.fields.pop("form_key", None)
        return await _account(visit, refusal)
    return visit.go(f"{_home(visit)}/account?done=1")


# --- the phone -----------------------------------------------------------------------------------


@PHONE.get("/sandbox/qr/{ticket}")
async def phone(visit: Visit) -> Response:
    """What the sandbox's phone shows after reading a code."""
    told = await visit.ask("/v1/sandbox/qr/get", ticket=_ticket(visit))
    return visit.show("funds/phone.html", told=told, refusal=None, is_sandbox=True)


@PHONE.post("/sandbox/qr/{ticket}")
async def press(visit: Visit) -> Response:
    """Scan as somebody, confirm or cancel on the sandbox's phone."""
    return await _press(visit, "/v1/sandbox/qr", is_sandbox=True)


@OWN_PHONE.get("/confirm/{ticket}")
async def own_phone(visit: Visit) -> Response:
    """What one's own phone shows after reading a code."""
    told = await visit.ask("/v1/buyer/qr/get", ticket=_ticket(visit))
    return visit.show("funds/phone.html", told=told, refusal=None, is_sandbox=False)


@OWN_PHONE.post("/confirm/{ticket}")
async def press_own(visit: Visit) -> Response:
    """Scan, confirm or cancel on one's own phone."""
    return await _press(visit, "/v1/buyer/qr", is_sandbox=False)


async def _press(visit: Visit, path: str, *, is_sandbox: bool) -> Response:
    ticket, what = _ticket(visit), visit.fields.get("what", "")
    fields: dict[str, Any] = {"ticket": ticket}
    if is_sandbox and what == "scan":
        fields["scanner"] = visit.fields.get("scanner", "administrator")
    try:
        await visit.ask(f"{path}/{what if what in {'scan', 'confirm'} else 'cancel'}", **fields)
    except Refusal as refusal:
        told = await visit.ask(f"{path}/get", ticket=ticket)
        shown = {"told": told, "refusal": refusal, "is_sandbox": is_sandbox}
        return visit.show("funds/phone.html", int(refusal.kind), **shown)
    return visit.go(f"/sandbox/qr/{ticket}" if is_sandbox else f"/confirm/{ticket}")


def _ticket(visit: Visit) -> str:
    ticket: str = visit.request.path_params["ticket"]
    return ticket[:64]


def _fen(text: str) -> int:
    """Yuan as a form's field gives them, in fen; 0, which no endpoint takes, is no amount."""
    found = _YUAN.fullmatch(text.strip().replace(",", ""))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
