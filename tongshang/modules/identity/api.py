"""What higher rooms ask of identity: callers, parties, buyers, and new ones of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.identity import domain, store
from tongshang.modules.identity.domain import SESSION_LIFE as SESSION_LIFE
from tongshang.modules.identity.domain import AppSecret as AppSecret
from tongshang.modules.identity.domain import Buyer as Buyer
from tongshang.modules.identity.domain import BuyerDraft as BuyerDraft
from tongshang.modules.identity.domain import Party as Party
from tongshang.modules.identity.domain import PartyDraft as PartyDraft
from tongshang.modules.identity.domain import PartyKind as PartyKind
from tongshang.modules.identity.events import PartyOpened
from tongshang.modules.identity.refusals import (
    AppidTaken,
    BuyerNotFound,
    CredentialInvalid,
    TokenMissing,
)
from tongshang.modules.identity.refusals import PartyNotFound as PartyNotFound
from tongshang.runtime import crypto
from tongshang.runtime.call import (
    AGENCY_SCOPES,
    PROMOTER_SCOPES,
    SHOP_SCOPES,
    Call,
    Caller,
    House,
    Scope,
)
from tongshang.runtime.db import Tx
from tongshang.runtime.limits import CALLS_PER_DAY, CALLS_PER_MINUTE
from tongshang.runtime.recall import Recall

PARTIES_LISTED_MAX: Final = 1_000
_KINDS_MAX: Final = 100_000
_kinds: dict[int, PartyKind] = {}

_RECALL_SECONDS: Final = 2.0
# Longer than a transaction waits for a lock: until then another request may still see the past.
_BAR_SECONDS: Final = 15.0

_SCOPES: Final = {
    PartyKind.SHOP: SHOP_SCOPES,
    PartyKind.PROMOTER: PROMOTER_SCOPES,
    PartyKind.AGENCY: AGENCY_SCOPES,
    PartyKind.SHARER: frozenset({Scope.PUBLIC}),  # has no programs (reference section 1)
    PartyKind.PLATFORM: frozenset({Scope.PUBLIC, Scope.OPERATOR}),
}
_BUYER_SCOPES: Final = frozenset({Scope.PUBLIC, Scope.BUYER})


# --- who calls ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    expires_at: datetime
    is_latest: bool = True


async def caller_by_access_token(house: House, token: str) -> Caller:
    """Who calls with this access token; refuses one that is missing, malformed, wrong or past."""
    if not token:
        raise TokenMissing
    return await _caller(house, token, domain.appid_in(token))


async def caller_by_bearer(house: House, token: str) -> Caller:
    """Who calls our own endpoints: a buyer by session, or a program by access token."""
    buyer_id = domain.buyer_in(token)
    if buyer_id is None:
        return await caller_by_access_token(house, token)
    return await _caller(house, token, buyer_id)


async def _caller(house: House, token: str, owner: str | int) -> Caller:
    recall = _recall(house)
    known = recall.get(token)
    if known is None:
        async with house.pool.acquire() as connection:
            known = await _look_up(connection, token, owner)
        recall.keep(token, owner, known)
    # Asked of remembered ones too: the platform's clock may have been moved meanwhile.
    domain.check_end(house.clock.now(), known.expires_at, is_latest=known.is_latest)
    return known.caller


async def _look_up(tx: Tx, token: str, owner: str | int) -> _Known:
    if isinstance(owner, int):
        session = await store.find_session(tx, owner, crypto.digest(token))
        if session is None:
            raise CredentialInvalid
        return _Known(buyer_caller(session[0]), session[1])
    found = await store.find_token(tx, owner, crypto.digest(token))
    app = await store.find_app(tx, owner) if found else None
    if found is None or app is None:
        raise CredentialInvalid
    caller = _party_caller(app.party, app.appid, app.calls_per_minute, app.calls_per_day)
    return _Known(caller, found.expires_at, found.is_latest)


def forget_callers(house: House, appid: str) -> None:
    """See to it that this process asks the database for the app's tokens from now on."""
    _recall(house).drop(appid, _BAR_SECONDS)


def _recall(house: House) -> Recall[_Known]:
    recall: Recall[_Known] = house.memory.setdefault("identity.callers", Recall(_RECALL_SECONDS))
    return recall


def shop_caller(party: Party) -> Caller:
    """The shop as a caller, for pages and rehearsals."""
    assert party.kind is PartyKind.SHOP
    return _party_caller(party, party.appid)


def promoter_caller(party: Party) -> Caller:
    """The promoter as a caller."""
    assert party.kind is PartyKind.PROMOTER
    return _party_caller(party, party.appid)


def agency_caller(party: Party) -> Caller:
    """The agency as a caller."""
    assert party.kind is PartyKind.AGENCY
    return _party_caller(party, party.appid)


def operator_caller(party: Party) -> Caller:
    """The platform's operator as a caller."""
    assert party.kind is PartyKind.PLATFORM
    return _party_caller(party, party.appid)


def buyer_caller(buyer: Buyer) -> Caller:
    """The buyer as a caller."""
    return Caller(f"buyer {buyer.buyer_id}", _BUYER_SCOPES, buyer_id=buyer.buyer_id)


def _party_caller(
    party: Party, appid: str, per_minute: int = CALLS_PER_MINUTE, per_day: int = CALLS_PER_DAY
) -> Caller:
    scopes = _SCOPES[party.kind]
    return Caller(f"app {appid}", scopes, party.party_id, 0, appid, per_minute, per_day)


# --- parties and their apps --------------------------------------------------------------------


async def get_party(tx: Tx, party_id: int) -> Party:
    """A party, or the refusal that there is none."""
    party = (await store.find_parties(tx, [party_id])).get(party_id)
    if party is None:
        raise PartyNotFound(party_id=str(party_id))
    return party


async def find_parties(tx: Tx, party_ids: Sequence[int]) -> dict[int, Party]:
    """Those of the parties that exist, by id."""
    return await store.find_parties(tx, party_ids)


async def kinds_of(tx: Tx, party_ids: Iterable[int]) -> dict[int, PartyKind]:
    """What parties are, remembered by the process, as it never changes; unknown ones are absent."""
    wanted = sorted(set(party_ids))
    unknown = [one for one in wanted if one not in _kinds]
    if unknown:
        found = await store.find_parties(tx, unknown)
        if len(_kinds) + len(found) > _KINDS_MAX:
            _kinds.clear()
        _kinds.update({party_id: party.kind for party_id, party in found.items()})
    return {one: _kinds[one] for one in wanted if one in _kinds}


async def list_parties(
    tx: Tx, kind: PartyKind, after: int = 0, limit: int = PARTIES_LISTED_MAX
) -> list[Party]:
    """Parties of one kind by id, those after `after`."""
    return await store.list_parties(tx, kind, after, min(limit, PARTIES_LISTED_MAX))


async def add_parties(call: Call, drafts: Sequence[PartyDraft]) -> list[int]:
    """New parties; each has its appid and original id from the beginning."""
    ids = call.take_ids(Named.PARTY, len(drafts))
    named = [domain.named(draft, *domain.drawn_names()) for draft in drafts]
    await store.add_parties(call.tx, ids, named, call.at)
    await call.tell(*(PartyOpened(i, one.kind) for i, one in zip(ids, named, strict=True)))
    return ids


async def name_people(call: Call, people: Sequence[tuple[int, int]]) -> None:
    """Say which persons stand behind which parties; pairs are (buyer, party)."""
    await store.add_people(call.tx, people, call.at)


async def parties_behind(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The parties that buyers stand behind; who stands behind none is not there."""
    return await store.find_people(tx, buyer_ids)


async def find_by_appids(tx: Tx, appids: Sequence[str]) -> dict[str, Party]:
    """Those of the parties that exist, by their own appid."""
    return await store.find_by_appids(tx, [one for one in appids if "\0" not in one])


async def add_app(
    call: Call, party_id: int, appid: str | None = None, secret: str | None = None
) -> AppSecret:
    """A program for a party, under the party's own appid unless another is given."""
    appid = appid or (await get_party(call.tx, party_id)).appid
    secret = secret or domain.drawn_secret()
    added = await store.add_app(call.tx, appid, party_id, crypto.digest(secret), call.at)
    if not added:
        raise AppidTaken(appid=appid)
    return AppSecret(appid, secret)


# --- buyers ------------------------------------------------------------------------------------


async def get_buyer(tx: Tx, buyer_id: int) -> Buyer:
    """A buyer, or the refusal that there is none."""
    buyer = (await store.find_buyers(tx, [buyer_id])).get(buyer_id)
    if buyer is None:
        raise BuyerNotFound(buyer_id=str(buyer_id))
    return buyer


async def find_buyers(tx: Tx, buyer_ids: Sequence[int]) -> dict[int, Buyer]:
    """Those of the buyers that exist, by id."""
    return await store.find_buyers(tx, buyer_ids)


async def find_buyer_id(tx: Tx, openid: str) -> int | None:
    """Whose openid a shop names."""
    return await store.find_buyer_id(tx, openid)


async def find_by_nickname(tx: Tx, start: str, limit: int) -> list[int]:
    """Buyers whose nickname begins so; a single character is a whole nickname only."""
    last = "\U0010ffff" if len(start) > 1 else "\x01"
    return await store.find_by_nickname(tx, start, start + last, limit) if start else []


async def add_buyers(call: Call, drafts: Sequence[BuyerDraft]) -> list[int]:
    """New buyers, thousands in one statement."""
    ids = call.take_ids(Named.BUYER, len(drafts))
    await store.add_buyers(call.tx, ids, drafts, [domain.drawn_openid() for _ in ids], call.at)
    return ids


async def open_session(call: Call, buyer_id: int) -> str:
    """A session's token, for a buyer who has shown who it is."""
    (token,) = await open_sessions(call, [buyer_id])
    return token


async def open_sessions(call: Call, buyer_ids: Sequence[int]) -> list[str]:
    """A new session's token for each of the buyers."""
    known = await store.find_buyers(call.tx, buyer_ids)
    if missing := set(buyer_ids) - known.keys():
        raise BuyerNotFound(buyer_id=str(min(missing)))
    tokens = [f"{buyer_id}.{crypto.token(24)}" for buyer_id in buyer_ids]
    hashes = [crypto.digest(token) for token in tokens]
    await store.add_sessions(call.tx, buyer_ids, hashes, call.at, call.at + SESSION_LIFE)
    return tokens
