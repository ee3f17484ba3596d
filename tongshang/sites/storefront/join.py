"""How a person becomes a promoter, in three steps: who, where the money goes, agree and start.

What was typed travels in the form from step to step; nothing is kept before the last.
"""

from typing import Final

import msgspec
from starlette.responses import Response

from tongshang.kernel.refusal import Refusal
from tongshang.sites.visit import Pages, Session, Visit

PAGES: Final = Pages(role="buyer")

_WHO: Final = ("name", "intro")
_BANK: Final = ("real_name", "account_bank", "address_code", "number", "branch_name")
_PRIVATE: Final = "ACCOUNT_TYPE_PRIVATE"
_STEPS: Final = (1, 2, 3)
_DESK: Final = "/desk/promoter"


@PAGES.get("/join")
async def join(visit: Visit) -> Response:
    """The first step; or the way to the desk, for who is a promoter already."""
    return await _show(visit, 1)


@PAGES.post("/join")
async def go_on(visit: Visit) -> Response:
    """The next step, or the one before; after the last one is a promoter."""
    step, back = visit.whole("step", 1), visit.fields.get("do") == "back"
    if back or step != _STEPS[-1]:
        return await _show(visit, max(step - 1, 1) if back else min(step + 1, _STEPS[-1]))
    if visit.fields.get("agree") != "1":
        return await _show(visit, step, asks_consent=True)
    given = {name: visit.fields.get(name, "").strip() for name in _WHO}
    try:
        await visit.ask(
            "/v1/buyer/promoter/open", visit.form_key, rules=visit.whole("rules"), **given
        )
    except Refusal as refusal:
        return await _show(visit, 1, refusal)
    response = await _begin(visit)
    refused = await _keep_account(visit)
    return visit.remember(refused, visit.session) if refused else response


async def _keep_account(visit: Visit) -> Response | None:
    """Set the bank account as the new promoter; what is wrong with it is told, and mended later."""
    typed = {name: visit.fields.get(name, "").strip() for name in _BANK}
    if not typed["number"]:
        return None
    real_name = typed.pop("real_name")
    key = visit.form_key
    try:
        await visit.ask("/v1/promoter/funds/name/set", f"{key}-name", real_name=real_name)
        await visit.ask("/v1/promoter/funds/bankaccount/set", f"{key}-bank", kind=_PRIVATE, **typed)
    except Refusal as refusal:
        return visit.show("storefront/joined.html", 400, refusal=refusal)
    return None


@PAGES.post("/join/enter")
async def enter(visit: Visit) -> Response:
    """On to one's own desk."""
    return await _begin(visit)


async def _begin(visit: Visit) -> Response:
    entry = await visit.ask("/v1/buyer/promoter/get")
    if not entry.promoter_id:
        return visit.go("/join")
    fresh = visit.fresh()
    visit.session = Session("promoter", int(entry.promoter_id), entry.name, fresh.lang, fresh.nonce)
    return visit.remember(visit.go(_DESK), visit.session)


async def _show(
    visit: Visit, step: int, refusal: Refusal | None = None, *, asks_consent: bool = False
) -> Response:
    entry = await visit.ask("/v1/buyer/promoter/get")
    choices = await visit.ask("/v1/sharer/funds/bankaccount/choices") if step == 2 else None
    return visit.show(
        "storefront/join.html",
        400 if refusal or asks_consent else 200,
        choices=choices,
        entry=msgspec.structs.asdict(entry),
        step=step,
        typed=visit.fields,
        refusal=refusal,
        asks_consent=asks_consent,
    )
