"""Issuing access tokens, in two flows that never touch (reference section 14.1); new promoters."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from tongshang.modules.identity import domain, store
from tongshang.modules.identity.domain import App, Flow, PartyDraft, Token
from tongshang.modules.identity.events import PartyOpened
from tongshang.modules.identity.refusals import (
    AppidMissing,
    AppidUnknown,
    CredentialInvalid,
    GrantTypeUnknown,
    SecretMissing,
)
from tongshang.runtime import crypto
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx
from tongshang.runtime.limits import DayQuotaUsedUp, MinuteQuotaUsedUp


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a program shows to get a token."""

    grant_type: str
    appid: str
    secret: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A token in plain text, and until when it holds."""

    text: str
    expires_at: datetime


async def admit_app(call: Call, shown: Credentials) -> App:
    """The app that shows its secret, held until the transaction ends."""
    if not shown.appid:
        raise AppidMissing
    if not shown.secret:
        raise SecretMissing
    if shown.grant_type != domain.GRANT_TYPE:
        raise GrantTypeUnknown
    # What cannot be an appid is not asked for: PostgreSQL takes no NUL in a text.
    known = domain.is_appid(shown.appid)
    app = await store.hold_app(call.tx, shown.appid) if known else None
    if app is None:
        raise AppidUnknown(appid=shown.appid[:40])
    if not hmac.compare_digest(app.secret_hash, crypto.digest(shown.secret)):
        raise CredentialInvalid
    return app


async def issue_plain(call: Call, app: App) -> Issued:
    """A new token; the former one holds five minutes more."""
    text = f"{app.appid}.{crypto.token(32)}"
    return await _issue(call, app, Flow.PLAIN, text, b"", call.at + domain.HANDOVER)


async def give_stable(call: Call, app: App, secret: str) -> Issued:
    """The token that holds, or the next one where it comes to its end."""
    latest = await store.find_latest(call.tx, app.appid, Flow.STABLE)
    if latest is not None:
        text = domain.stable_text(app.appid, secret, latest.seed)
        if domain.holds(latest, crypto.digest(text), call.at):
            return Issued(text, latest.expires_at)
    return await _issue_stable(call, app, secret, call.at + domain.HANDOVER)


async def refresh_stable(call: Call, app: App, secret: str) -> Issued:
    """A new stable token at once; the former one ends now."""
    await _count_refresh(call.tx, app.appid, call.at)
    return await _issue_stable(call, app, secret, call.at)


async def _count_refresh(tx: Tx, appid: str, at: datetime) -> None:
    midnight = domain.day_begins(at)
    since = min(midnight, at - domain.REFRESH_GAP)
    made = await store.list_refreshes(tx, appid, since)
    if domain.is_refreshed_too_often([one for one in made if one >= midnight]):
        raise DayQuotaUsedUp(limit=domain.REFRESHES_PER_DAY)
    if domain.is_refreshed_too_soon(made[-1] if made else None, at):
        raise MinuteQuotaUsedUp(limit=2)
    await store.add_refresh(tx, appid, at, since)


async def _issue_stable(call: Call, app: App, secret: str, former_until: datetime) -> Issued:
    seed = secrets.token_bytes(16)
    text = domain.stable_text(app.appid, secret, seed)
    return await _issue(call, app, Flow.STABLE, text, seed, former_until)


async def _issue(
    call: Call, app: App, flow: Flow, text: str, seed: bytes, former_until: datetime
) -> Issued:
    expires_at = call.at + domain.TOKEN_LIFE
    token = Token(crypto.digest(text), flow, seed, expires_at, is_latest=True)
    await store.replace_token(call.tx, app.appid, token, call.at, former_until)
    return Issued(text, expires_at)


async def open_promoter(call: Call, party_id: int, draft: PartyDraft) -> None:
    """The promoter that the calling buyer becomes; who buys it himself earns nothing by it."""
    named = domain.named(draft, *domain.drawn_names())
    await store.add_parties(call.tx, [party_id], [named], call.at)
    await store.add_people(call.tx, [(call.buyer_id, party_id)], call.at)
    await call.tell(PartyOpened(party_id, named.kind))
