"""Confirmation codes on the wire: their picture, and how far they are (reference section 9.4)."""

import base64
from typing import Final

from tongshang.modules.funds import refusals
from tongshang.modules.funds.actions import codes
from tongshang.modules.funds.domain.codes import Code
from tongshang.modules.funds.wire import codes as wire
from tongshang.modules.links import api as links
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints

ENDPOINTS: Final = Endpoints("funds")


@ENDPOINTS(
    "POST",
    "/shop/funds/qrcode/get",
    needs=Scope.FUNDS,
    refuses=(refusals.CodeNotFound,),
    reads=True,
)
async def get_picture(call: Call, req: wire.CodeQuery) -> wire.CodePicture:
    """The picture of a code of the shop: a PNG in base64."""
    code = await _own(call, req.qrcode_ticket)
    picture = links.qr_png(codes.url_of(call, code), 8)
    return wire.CodePicture(qrcode_buf=base64.b64encode(picture).decode())


@ENDPOINTS(
    "POST",
    "/shop/funds/qrcode/check",
    needs=Scope.FUNDS,
    refuses=(refusals.CodeNotFound,),
    reads=True,
)
async def check(call: Call, req: wire.CodeQuery) -> wire.CodeReply:
    """How far a code of the shop is: 0 new, 1 confirmed, 2 cancelled, 3 expired, 4 scanned."""
    code = await _own(call, req.qrcode_ticket)
    return wire.CodeReply(status=code.state_at(call.at).value, scan_user_type=code.scanner.value)


async def _own(call: Call, ticket: str) -> Code:
    code = await codes.find(call, ticket)
    if code.party_id != call.shop_id:
        raise refusals.CodeNotFound
    return code
