"""Tokens for programs, and who a buyer is."""

from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.identity import actions, api, domain, store, wire
from tongshang.modules.identity.actions import Credentials
from tongshang.modules.identity.domain import Entry, PartyDraft, PartyKind
from tongshang.modules.identity.refusals import (
    AppidMissing,
    AppidUnknown,
    BuyerNotFound,
    CredentialInvalid,
    GrantTypeUnknown,
    PromoterAlready,
    RulesChanged,
    SecretMissing,
)
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.clock import machine_now
from tongshang.runtime.limits import DayQuotaUsedUp, MinuteQuotaUsedUp
from tongshang.runtime.rpc import Endpoints, Nothing

ENDPOINTS: Final = Endpoints("identity")

# From one address: enough for a house full of shops behind one proxy, too few to try secrets.
TOKEN_CALLS_PER_MINUTE: Final = 600
TOKEN_CALLS_PER_DAY: Final = 100_000

_REFUSES: Final = (
    MinuteQuotaUsedUp,
    DayQuotaUsedUp,
    AppidMissing,
    SecretMissing,
    GrantTypeUnknown,
    AppidUnknown,
    CredentialInvalid,
)


@ENDPOINTS("GET", "/cgi-bin/token", needs=Scope.PUBLIC, refuses=_REFUSES, secret=True)
async def get_token(call: Call, req: wire.TokenQuery) -> wire.TokenReply:
    """Issue a new access token for an app; the former one holds five minutes more."""
    app = await actions.admit_app(call, _shown(call, req))
    return _reply(call, await actions.issue_plain(call, app))


@ENDPOINTS("POST", "/cgi-bin/stable_token", needs=Scope.PUBLIC, refuses=_REFUSES, secret=True)
async def get_stable_token(call: Call, req: wire.StableTokenQuery) -> wire.TokenReply:
    """Give the app's stable access token, the same until five minutes before its end.

    With force_refresh a new one at once, and the former one ends: 20 times a day, 30 s apart.
    """
    app = await actions.admit_app(call, _shown(call, req))
    if not req.force_refresh:
        return _reply(call, await actions.give_stable(call, app, req.secret))
    issued = await actions.refresh_stable(call, app, req.secret)
    api.forget_callers(call.house, app.appid)
    return _reply(call, issued)


@ENDPOINTS("GET", "/v1/buyer/me", needs=Scope.BUYER, refuses=(BuyerNotFound,), reads=True)
async def get_me(call: Call, req: Nothing) -> wire.BuyerView:
    """The buyer who calls."""
    buyer = await api.get_buyer(call.tx, call.buyer_id)
    return wire.BuyerView(str(buyer.buyer_id), buyer.nickname, buyer.avatar_url, buyer.openid)


@ENDPOINTS("GET", "/v1/buyer/promoter/get", needs=Scope.BUYER, reads=True)
async def get_promoter(call: Call, req: Nothing) -> wire.PromoterEntry:
    """The promoter that the buyer is, and the rules a new one agrees to."""
    entry = await store.find_entry(call.tx, call.buyer_id)
    if entry is None:
        return wire.PromoterEntry(rules=domain.PROMOTER_RULES)
    party = await api.get_party(call.tx, entry.party_id)
    told = (str(party.party_id), party.name, party.intro, entry.rules, entry.agreed_at)
    return wire.PromoterEntry(*told, domain.PROMOTER_RULES)


@ENDPOINTS(
    "POST",
    "/v1/buyer/promoter/open",
    needs=Scope.BUYER,
    refuses=(RulesChanged, PromoterAlready),
)
async def open_promoter(call: Call, req: wire.PromoterDraft) -> wire.PromoterEntry:
    """Become a promoter: once a person, with the rules agreed to; what one buys earns one nothing."""
    if req.rules != domain.PROMOTER_RULES:
        raise RulesChanged(rules=domain.PROMOTER_RULES)
    known = await store.find_entry(call.tx, call.buyer_id)
    if known is None:
        draft = PartyDraft(PartyKind.PROMOTER, req.name, intro=req.intro.strip())
        entry = Entry(call.take_id(Named.PARTY), req.rules, call.at)
        if await store.add_entry(call.tx, call.buyer_id, entry):
            await actions.open_promoter(call, entry.party_id, draft)
            told = (str(entry.party_id), draft.name, draft.intro, entry.rules, entry.agreed_at)
            return wire.PromoterEntry(*told, domain.PROMOTER_RULES)
        known = await store.find_entry(call.tx, call.buyer_id)
    assert known is not None
    raise PromoterAlready(name=(await api.get_party(call.tx, known.party_id)).name)


def _shown(call: Call, req: wire.TokenQuery) -> Credentials:
    call.house.limits.count(
        f"tokens for {call.caller.name}", machine_now(), TOKEN_CALLS_PER_MINUTE, TOKEN_CALLS_PER_DAY
    )
    return Credentials(req.grant_type, req.appid, req.secret)


def _reply(call: Call, issued: actions.Issued) -> wire.TokenReply:
    left = domain.seconds_left(call.at, issued.expires_at)
    return wire.TokenReply(access_token=issued.text, expires_in=left)
