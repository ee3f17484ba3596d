"""People around the stage's buyer: friends, who asks and who is asked, a group, a report."""

from typing import TYPE_CHECKING, Any

from tests.modules.social.people import People, people_on
from tests.platform import calling, finish_work

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_NAMES = ("友人", "第三人", "来者", "受邀", "生人", "拉黑", "群外")
# As fresh as long as the stage stands: only then may it be recalled.
_FRESH = "update chat_messages set sent_at = sent_at + interval '1 hour' where chat_id = $1"


async def furnish_people(stage: "Stage") -> None:
    """Let the buyer know people, talk to them, and be told on."""
    people = await people_on(stage.market.opened, *_NAMES)
    people.callers["小满"] = stage.market.buyer
    chat_id = await people.befriend("小满", "友人")
    for name in ("第三人", "拉黑"):
        await people.befriend("小满", name)
    sent = await people.say("小满", chat_id, "茶很好")
    await people.request("来者", "小满")
    await people.request("小满", "受邀")
    await people.ask("小满", "contact/block", buyer_id=people.id("拉黑"))
    group, joinable = await _groups(people)
    await people.ask("友人", "contact/report", buyer_id=people.id("小满"), reason="spam")
    await people.ask("小满", "contact/report", buyer_id=people.id("第三人"), reason="spam")
    market, path = stage.market, "/v1/platform/report"
    about_third, report = (await market.ask(market.operator, f"{path}/list")).reports
    named = {"buyer_id": about_third.buyer_id, "report_id": about_third.report_id}
    await market.ask(market.operator, f"{path}/rule", **named, mute_hours=8_000)
    stage.ids |= {
        "chat_id": chat_id, "group_chat": group, "group_link": joinable, "said_seq": str(sent.seq),
        "friend": people.id("友人"), "third": people.id("第三人"), "asker": people.id("来者"),
        "asked": people.id("受邀"), "blocked": people.id("拉黑"), "outsider": people.id("群外"),
        "friend_token": await people.token("友人"), "stranger_token": await people.token("生人"),
        "reporter": report.buyer_id, "report": report.report_id,
    }  # fmt: skip
    packet = {"amount_fen": 100}
    draft = await people.ask("小满", "packets/make", to_buyer_id=people.id("友人"), **packet)
    given = await people.ask("友人", "packets/make", to_buyer_id=people.id("小满"), **packet)
    await people.ask("友人", "packets/pay", packet_id=given.packet_id, confirm=True)
    await finish_work(stage.market.opened)
    stage.ids |= {"packet_draft": draft.packet_id, "packet_id": given.packet_id}
    async with calling(stage.market.opened) as call:
        await call.tx.execute(_FRESH, int(chat_id))


async def _groups(people: People) -> tuple[str, str]:
    """The buyer's group, which somebody waits for, and a link into another's."""
    group = await people.group("小满", "友人")
    await people.ask("小满", "group/update", chat_id=group, needs_approval=True)
    link = await people.ask("友人", "group/link", chat_id=group)
    await people.ask("群外", "group/join", token=link.token)
    await people.befriend("友人", "第三人")
    other = await people.group("友人", "第三人")
    return group, (await people.ask("友人", "group/link", chat_id=other)).token


def good_people(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about people and chats."""
    ids = stage.ids
    friend, group = {"buyer_id": ids["friend"]}, {"chat_id": ids["group_chat"]}
    seq, waiting = {"seq": int(ids["said_seq"])}, {"buyer_id": ids["outsider"]}
    contact: dict[str, dict[str, Any]] = {
        "get": {"token": ids["friend_token"]}, "find": {"nickname": "友人"},
        "request": {"token": ids["stranger_token"]},
        "request/accept": {"buyer_id": ids["asker"]},
        "request/decline": {"buyer_id": ids["asker"]},
        "request/withdraw": {"buyer_id": ids["asked"]},
        "remark": friend, "remove": friend, "block": friend,
        "unblock": {"buyer_id": ids["blocked"]},
        "report": {**friend, "reason": "spam", "chat_id": 0, "seq": 0},
    }  # fmt: skip
    chat: dict[str, dict[str, Any]] = {
        "open": friend, "send": {"body": {"kind": "text", "text": "茶", "may_turn": False}},
        "recall": seq, "forget": seq, "messages": {"after": 0, "before": 0},
        "read": seq, "picture/send": {},
    }  # fmt: skip
    groups: dict[str, dict[str, Any]] = {
        "add": {"buyer_ids": [ids["friend"]], "name": "茶友"},
        "invite": {**group, "buyer_ids": [ids["third"]]},
        "peek": {"token": ids["group_link"]}, "join": {"token": ids["group_link"]},
        "request/accept": {**group, **waiting}, "request/decline": {**group, **waiting},
        "update": {**group, "name": "茶", "notice": "喝茶"},
        "remove": {**group, **friend}, "transfer": {**group, **friend},
        **dict.fromkeys(("link", "link/reset", "request/list", "leave", "dissolve"), group),
    }  # fmt: skip
    report = {"buyer_id": ids["reporter"], "report_id": ids["report"], "mute_hours": 1}
    return {
        **{f"/v1/buyer/contact/{what}": fields for what, fields in contact.items()},
        **{f"/v1/buyer/chat/{what}": fields for what, fields in chat.items()},
        **{f"/v1/buyer/group/{what}": fields for what, fields in groups.items()},
        "/v1/buyer/packets/make": {
            "chat_id": 0,
            "to_buyer_id": ids["friend"],
            "kind": 1,
            "portions": 1,
            "amount_fen": 100,
            "greeting": "好",
        },
        "/v1/buyer/packets/pay": {"packet_id": ids["packet_draft"]},
        "/v1/buyer/packets/look": {"packet_ids": [ids["packet_id"]]},
        "/v1/platform/report/list": {"state": "open"},
        "/v1/platform/report/rule": report,
        "/v1/platform/mute/lift": {"buyer_id": ids["third"]},
    }
