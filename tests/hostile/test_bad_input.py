"""Whatever is sent to any endpoint, the answer is an answer, and a no leaves everything as it was."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.hostile.good import encoded, good
from tests.hostile.spoiling import QUERIES, VALUES, Place, Spoiled, spoiled
from tests.hostile.stage import Stage, answered, caller_of
from tongshang.app import ROOMS
from tongshang.kernel.refusal import Kind, Refusal
from tongshang.runtime.once import KeyTooLong
from tongshang.runtime.rpc import Endpoint

EVERY: Final = [endpoint for room in ROOMS for endpoint in room.all]
every_endpoint = pytest.mark.parametrize("endpoint", EVERY, ids=lambda one: one.path)

# Refused to whomever, however good the request: there is nothing there to act on.
NEVER_ACCEPTED: Final = {
    "/channels/ec/product/audit/cancel": "audits end as soon as they begin, on the stage",
    "/shop/ec/basics/img/upload": "a picture comes as a file, which a request made of types is none",
    "/channels/ec/basics/img/upload": "likewise",
    "/v1/promoter/picture/upload": "likewise",
    "/v1/buyer/chat/picture/send": "likewise",
    "/v1/buyer/gifts/pass": "gifts are not transferable, unless the platform says so",
    "/v1/buyer/gifts/wish/remove": "nothing is on the list",
    "/channels/ec/open/upload": "a picture comes as a file, which a request made of types is none",
    "/channels/ec/open/get_download_url": "so nobody has made anything",
    "/v1/buyer/file/get": "likewise",
    "/channels/ec/sharer/bind": "the stage's people share already",
    "/v1/sharer/verify": "the buyer is verified already",
    **dict.fromkeys(
        (
            f"/channels/ec/promoter/{name}"
            for name in (
                "get_coupon_detail",
                "get_coupon_promoter_share_link",
                "get_coupon_short_link",
                "get_coupon_qr_code",
                "set_coupon_to_headsupplier",
            )
        ),
        "there are no coupons yet",
    ),
    **dict.fromkeys(
        (
            f"/channels/ec/promoter/get_shop_live_{name}"
            for name in ("record_qr_code", "notice_promoter_share_link", "notice_record_qr_code")
        ),
        "rooms are promoters': a shop has none",
    ),
    "/v1/explain": "who says not who he is has no money here",
    "/v1/payment/notify": "only the gateway can sign",
    "/v1/shop/push/switch": "no address is in use: verifying one needs a receiver",
    "/v1/shop/push/test": "likewise",
    "/v1/shop/push/replay": "likewise",
    "/v1/agency/push/switch": "likewise",
    "/v1/agency/push/test": "likewise",
    "/v1/agency/push/replay": "likewise",
}
# The same document as another endpoint's, which is spoiled to its depth.
ALIKE: Final = {
    "/channels/ec/product/update",
    "/v1/promoter/content/update",
    "/v1/shop/content/add",
    "/v1/shop/content/update",
    "/v1/buyer/order/price",
}
# Two ends of a range: the rule may name the other one.
_OTHER_END: Final = {
    "start_time": "end_time",
    "create_time_lt": "create_time_gt",
    "update_time_lt": "update_time_gt",
}
# What the dispatcher refuses, whatever the endpoint.
_OF_ALL: Final = {
    code
    for code, one in Refusal.taken.items()
    if not one.__module__.startswith("tongshang.modules")
} - {-1}


class Complaints:
    """What is wrong with the answers, all of it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.found: list[str] = []
        self.accepted = 0
        self._codes = {refusal.code for refusal in endpoint.refuses} | _OF_ALL

    def judge(self, name: str, place: Place, response: httpx.Response) -> bool:
        """Note what is wrong with an answer; whether it was a no."""
        code, body = answered(response)
        if code == 0 and response.status_code == 200:
            self.accepted += 1
            return False
        if code not in self._codes:
            self.found.append(f"{name}: answers {body}, which is not declared")
        message = body["errmsg"] if self.endpoint.is_wire else body["message"]
        if self.endpoint.is_wire:
            if response.status_code != 200 or not re.search(r" rid: [0-9a-f-]{26}$", message):
                self.found.append(f"{name}: HTTP {response.status_code} {message}")
        elif response.status_code != Refusal.taken[code].kind or not body["rid"]:
            self.found.append(f"{name}: HTTP {response.status_code} {body}")
        if code == 40097 and not re.match(r"invalid args: field .+: ", message, re.DOTALL):
            self.found.append(f"{name}: names no field: {message}")
        names = {str(part) for part in place} | {_OTHER_END.get(str(place[0]), "") if place else ""}
        if code == 40097 and place and not any(name and name in message for name in names):
            self.found.append(f"{name}: names another field: {message}")
        return True

    def written(self, name: str, what: list[str]) -> None:
        """A no that wrote something."""
        if what:
            self.found.append(f"{name}: refused, and wrote {what}")


@every_endpoint
async def test_a_spoiled_request_gets_an_answer_and_a_no_leaves_all_as_it_was(
    endpoint: Endpoint, stage: Stage
) -> None:
    if endpoint.file_max:
        pytest.skip("takes a file and nothing else: tests/modules/media spoils it")
    complaints = Complaints(endpoint)
    request = good(stage, endpoint)
    depth = 1 if endpoint.path in ALIKE else 9
    cases = _questions(request) if endpoint.method == "GET" else _bodies(request, depth)
    for case, query in cases:
        response = await stage.send(endpoint, caller_of(endpoint), content=case.body, query=query)
        refused = complaints.judge(case.name, case.place, response)
        what = await stage.written()
        if refused:
            complaints.written(case.name, what)
        elif what:
            await stage.restore()
    assert not complaints.found, "\n" + "\n".join(one[:300] for one in complaints.found[:20])
    if not complaints.accepted and endpoint.path not in NEVER_ACCEPTED:
        content, query = encoded(request), _query(request)
        response = await stage.send(
            endpoint, caller_of(endpoint), content=content,
            query=query if endpoint.method == "GET" else "",
        )  # fmt: skip
        assert answered(response)[0] == 0, f"the request was never a good one: {response.text}"


def _bodies(request: dict[str, object], depth: int) -> Iterator[tuple[Spoiled, str]]:
    for case in spoiled(request, depth):
        yield case, ""
    for query in QUERIES:
        yield Spoiled((), f"query {query[:20]}", b"{"), query


def _questions(request: dict[str, object]) -> Iterator[tuple[Spoiled, str]]:
    whole = _query(request)
    for query in QUERIES:
        yield Spoiled((), f"query {query[:20]}", b""), query
        yield Spoiled((), f"and query {query[:20]}", b""), f"{whole}&{query}"
    for name in request:
        others = _query({one: value for one, value in request.items() if one != name})
        yield Spoiled((name,), "missing", b""), others
        yield Spoiled((name,), "twice", b""), f"{whole}&{name}=1&{name}=2"
        yield Spoiled((name,), "bytes", b""), f"{others}&{name}=%ff%00%fe"
        for how, value in VALUES.items():
            yield Spoiled((name,), how, b""), f"{others}&{name}={quote(str(value)[:3_000])}"


def _query(request: dict[str, object]) -> str:
    return "&".join(
        f"{name}={quote(str(value))}" for name, value in request.items() if value is not None
    )


WRITING: Final = [
    one for one in EVERY if one.method == "POST" and not one.reads and not one.file_max
]


@pytest.mark.parametrize("endpoint", WRITING, ids=lambda one: one.path)
async def test_an_odd_idempotency_key_breaks_nothing(endpoint: Endpoint, stage: Stage) -> None:
    content, who = encoded(good(stage, endpoint)), caller_of(endpoint)
    too_long = await stage.send(endpoint, who, content=content, Idempotency_Key="x" * 200)
    if not endpoint.secret:
        assert answered(too_long)[0] == KeyTooLong.code
        assert await stage.written() == []
    for key in ("茶" * 40, "\x80\xff", "x" * 128, " "):
        answers = [
            await stage.send(endpoint, who, content=content, Idempotency_Key=key) for _ in range(2)
        ]
        assert all(answered(one)[0] != -1 for one in answers), (key, answers[0].text)
        if answered(answers[0])[0] == 0 and not endpoint.secret and key.strip():
            assert answers[0].json() == answers[1].json(), "once done, the same answer again"
        await stage.restore()


@pytest.mark.parametrize("path", ["/shop/ec/basics/img/upload", "/channels/ec/basics/img/upload"])
async def test_a_broken_form_is_refused(path: str, stage: Stage) -> None:
    endpoint = stage.market.opened.house.registry.find(path)
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n--b--\r\n'
    forms = {
        "no boundary": ("multipart/form-data", b"x"),
        "an empty boundary": ("multipart/form-data; boundary=", b"x"),
        "an odd boundary": ("multipart/form-data; boundary=\xff\x00", b"x"),
        "an odd charset": ("multipart/form-data; boundary=b; charset=nope", part % (b"a", b"", b"b")),
        "no end": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data"),
        "nothing": ("multipart/form-data; boundary=b", b""),
        "no name": ("multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\n1\r\n--b--\r\n"),
        "a text for a file": ("multipart/form-data; boundary=b", part % (b"media", b"", b"x")),
        "an odd number": ("multipart/form-data; boundary=b", part % (b"upload_type", b"", b"\xff")),
        "bytes for a name": ("multipart/form-data; boundary=b", part % (b"\xff\xfe", b"", b"x")),
        "no picture": (
            "multipart/form-data; boundary=b", part % (b"media", b'; filename="a.png"', b"<svg/>"),
        ),
        "an empty picture": (
            "multipart/form-data; boundary=b", part % (b"media", b'; filename=""', b""),
        ),
        "many fields": ("multipart/form-data; boundary=b", part % (b"a", b"", b"b") * 30),
        "a list": ("application/json", b"[]"),
        "11 MB": ("multipart/form-data; boundary=b", b"x" * 11_000_000),
    }  # fmt: skip
    for name, (content_type, body) in forms.items():
        answer = await stage.send(endpoint, "shop", content=body, Content_Type=content_type)
        code, _ = answered(answer)
        assert code not in {0, -1}, f"{name}: {answer.text}"
        assert await stage.written() == [], name


async def test_an_odd_token_is_nobody_s(stage: Stage) -> None:
    registry = stage.market.opened.house.registry
    wire, own = registry.find("/channels/ec/funds/getbalance"), registry.find("/v1/buyer/me")
    good_ones = (stage.tokens["shop"], stage.tokens["buyer"])
    for token in (
        "", "x", "\0", "a\0b", "wx\0.x", "茶", "9" * 19 + "." + "a" * 32, "1." + "a" * 32,
        "١٢٣." + "a" * 32, "x" * 3_000, "wxhostileshop." + "a" * 43, *(one + "x" for one in good_ones),
        *(one[:-1] for one in good_ones), *(one.upper() for one in good_ones),
    ):  # fmt: skip
        stage.client.cookies.clear()
        by_query = await stage.client.post(
            f"{wire.path}?access_token={quote(token)}", content=b"{}"
        )
        assert by_query.status_code == 200
        assert answered(by_query)[0] in {40001, 40014, 41001, 42001}, token
        header = {b"Authorization": b"Bearer " + token.encode()}
        if "\0" not in token:
            by_header = await stage.client.get(own.path, headers=header)
            assert by_header.status_code == Kind.UNKNOWN_CALLER, token
    assert await stage.written() == []


async def test_an_odd_path_is_no_endpoint(stage: Stage) -> None:
    for path in ("/v1/", "/v1/%00", "/channels/ec/x/../y", "/shop/%ff", "/cgi-bin/" + "x" * 9_000):
        answer = await stage.client.post(path, content=b"{}")
        assert answered(answer)[0] == 40066, path
