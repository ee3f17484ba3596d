"""Invitations to accounts, and files that end."""

from datetime import datetime
from typing import Final

import msgspec

from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.partners.domain.cooperation import FILE_HOURS, AccountType, Bond
from tongshang.modules.partners.refusals import (
    NoFile,
    NotCooperating,
    TicketVoid,
    UnknownAccountType,
)
from tongshang.modules.partners.store import cooperation as store
from tongshang.runtime import crypto
from tongshang.runtime.call import Call

_INVITATION: Final = "cooperation"
_FILE: Final = "account file"


class Ticket(msgspec.Struct, array_like=True, frozen=True):
    """What an invitation's text says; who holds the account holds it."""

    shop_id: int
    sharer_id: str
    kind: int
    until: int


class FileToken(msgspec.Struct, array_like=True, frozen=True):
    """What a download's address says."""

    url: str
    until: int


def checked_kind(kind: int) -> AccountType:
    """What kind of account is named."""
    if kind not in set(AccountType):
        raise UnknownAccountType
    return AccountType(kind)


def ticket_of(call: Call, sharer_id: str, kind: int, until: datetime) -> str:
    """The text by which an account answers the calling shop."""
    body = Ticket(call.shop_id, sharer_id, kind, int(until.timestamp()))
    return crypto.sign(call.house.secret, _INVITATION, msgspec.msgpack.encode(body))


async def answered(call: Call, text: str, *, held: bool = False) -> Bond:
    """The invitation that a text answers; refuses one that is void."""
    body = crypto.unsign(call.house.secret, _INVITATION, text)
    if body is None:
        raise TicketVoid
    ticket = msgspec.msgpack.decode(body, type=Ticket)
    read = store.hold if held else store.find
    bond = await read(call.tx, ticket.shop_id, ticket.sharer_id, ticket.kind)
    if bond is None or bond.ticket != text:
        raise TicketVoid
    return bond


async def find_shop(call: Call, appid: str) -> Party:
    """The shop that an account works with, or the calling shop itself."""
    shop = (await identity.find_by_appids(call.tx, [appid])).get(appid)
    if shop is None or shop.kind is not PartyKind.SHOP:
        raise NotCooperating
    if shop.party_id != call.shop_id:
        own = await identity.get_party(call.tx, call.shop_id)
        if not await store.is_bound(call.tx, own.appid, shop.party_id):
            raise NotCooperating
    return shop


def file_url(call: Call, url: str) -> tuple[str, int]:
    """The address under which a file is given out, and until when."""
    until = int((call.at + FILE_HOURS).timestamp())
    body = msgspec.msgpack.encode(FileToken(url, until))
    token = crypto.sign(call.house.secret, _FILE, body)
    return f"{call.house.address}/files/{token}", until


def read_file(call: Call, token: str) -> str:
    """Which file an address names, while it holds."""
    body = crypto.unsign(call.house.secret, _FILE, token)
    if body is None:
        raise NoFile
    read = msgspec.msgpack.decode(body, type=FileToken)
    if read.until <= int(call.at.timestamp()):
        raise NoFile
    return read.url
