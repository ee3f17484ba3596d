"""Who one is here: personas of the demo, programs' keys elsewhere; the language; the clock."""

import io
from functools import lru_cache
from typing import Final

import msgspec
import segno
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tongshang.kernel.refusal import Kind, Refusal
from tongshang.modules.identity.api import (
    PartyKind,
    caller_by_access_token,
    get_buyer,
    get_party,
    list_parties,
)
from tongshang.sites.visit import Pages, Session, Visit, own_place

PAGES: Final = Pages()

_HOME_OF: Final = {
    "buyer": "/",
    "shop": "/desk/shop",
    "promoter": "/desk/promoter",
    "agency": "/desk/agency",
    "operator": "/desk/platform",
}
_ROLE_OF: Final = {
    PartyKind.SHOP: "shop",
    PartyKind.PROMOTER: "promoter",
    PartyKind.AGENCY: "agency",
    PartyKind.PLATFORM: "operator",
}
_LANGUAGES: Final = ("zh", "en")
# What the demo's clock may be moved by, in seconds.
STEPS: Final = {"hour": 3_600, "day": 86_400, "days8": 8 * 86_400}


class DemoOnly(
    Refusal, code=9000021, kind=Kind.FORBIDDEN, zh="只有演示平台可以切换身份，请用密钥登录"
):
    """Personas can be switched on a demo only; sign in with your keys."""


@PAGES.get("/personas")
async def personas(visit: Visit) -> Response:
    """Who one can be on this demo."""
    if not visit.house.demo:
        return visit.go("/enter")
    buyers = (await visit.ask("/v1/sandbox/buyers")).buyers
    async with visit.house.pool.acquire() as tx:
        groups = {role: await list_parties(tx, kind) for kind, role in _ROLE_OF.items()}
    return visit.show(
        "storefront/personas.html",
        groups=groups,
        buyers=buyers,
        order=sorted(_HOME_OF, key=lambda role: role != visit.asked("role")),
        wanted=visit.asked("role"),
        onward=own_place(visit.asked("next"), ""),
    )


@PAGES.post("/personas")
async def become(visit: Visit) -> Response:
    """Be one of the demo's people from now on."""
    if not visit.house.demo:
        raise DemoOnly
    role, owner_id = visit.fields.get("role", ""), visit.whole("owner_id")
    async with visit.house.pool.acquire() as tx:
        if role == "buyer":
            buyer = await get_buyer(tx, owner_id)
            name, picture_url = buyer.nickname, buyer.avatar_url
        else:
            party = await get_party(tx, owner_id)
            role, name, picture_url = _ROLE_OF[party.kind], party.name, party.icon_url
    return _sign_in(visit, Session(role, owner_id, name, picture_url=picture_url))


@PAGES.post("/personas/new")
async def arrive(visit: Visit) -> Response:
    """Be somebody whom the demo does not know yet."""
    _need_demo(visit)
    nickname = visit.fields.get("nickname", "").strip()
    made = await visit.ask("/v1/sandbox/buyer/add", visit.form_key, nickname=nickname)
    return _sign_in(visit, Session("buyer", int(made.buyer_id), made.nickname))


@PAGES.get("/enter")
async def enter(visit: Visit) -> Response:
    """Sign in with the keys of a program."""
    return visit.show("storefront/enter.html", refusal=None, appid="")


@PAGES.post("/enter")
async def sign_in(visit: Visit) -> Response:
    """Be the party whose appid and secret were given."""
    appid, secret = visit.fields.get("appid", "").strip(), visit.fields.get("secret", "").strip()
    try:
        token = await visit.ask(
            "/cgi-bin/stable_token", grant_type="client_credential", appid=appid, secret=secret
        )
    except Refusal as refusal:
        return visit.show("storefront/enter.html", 400, refusal=refusal, appid=appid)
    caller = await caller_by_access_token(visit.house, token.access_token)
    async with visit.house.pool.acquire() as tx:
        party = await get_party(tx, caller.party_id)
    role = _ROLE_OF[party.kind]
    return _sign_in(visit, Session(role, party.party_id, party.name, picture_url=party.icon_url))


@PAGES.post("/leave")
async def leave(visit: Visit) -> Response:
    """Be nobody again."""
    return visit.remember(visit.go("/"), visit.fresh())


@PAGES.get("/language")
async def language(visit: Visit) -> Response:
    """The same page in the other language."""
    to = visit.asked("to")
    chosen = msgspec.structs.replace(visit.session, lang=to if to in _LANGUAGES else "zh")
    return visit.remember(visit.go(own_place(visit.asked("next"))), chosen)


@PAGES.get("/sandbox")
async def clock(visit: Visit) -> Response:
    """The platform's time, and buttons that move it."""
    _need_demo(visit)
    return visit.show("storefront/sandbox.html", moved=visit.asked("moved"), steps=STEPS)


@PAGES.post("/sandbox")
async def move_clock(visit: Visit) -> Response:
    """Move the platform's time; what is due is done before the answer."""
    _need_demo(visit)
    step = visit.fields.get("step", "")
    if step in STEPS:
        await visit.ask("/v1/sandbox/clock/move", seconds=STEPS[step])
    return visit.go(f"/sandbox?moved={step}")


@PAGES.get("/qr.svg")
async def qr(visit: Visit) -> Response:
    """A page's address for a phone's camera."""
    body = _qr(visit.house.address + own_place(visit.asked("to")))
    headers = {"cache-control": "public, max-age=86400"}
    return Response(body, media_type="image/svg+xml", headers=headers)


@lru_cache(maxsize=256)
def _qr(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", border=0, scale=4, dark="#1a1b1a", xmldecl=False, omitsize=True
    )
    return drawn.getvalue()


def _need_demo(visit: Visit) -> None:
    if not visit.house.demo:
        raise HTTPException(404)


def _sign_in(visit: Visit, session: Session) -> Response:
    fresh = visit.fresh()
    session = msgspec.structs.replace(session, lang=fresh.lang, nonce=fresh.nonce)
    onward = own_place(visit.fields.get("next", ""), _HOME_OF[session.role])
    return visit.remember(visit.go(onward), session)
