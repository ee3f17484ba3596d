"""Why people, chats and groups say no."""

from tongshang.kernel.refusal import Kind, Refusal


class PersonNotFound(
    Refusal, code=9018001, kind=Kind.NOT_FOUND, zh="没有这个人，或对方设置了不可查看"
):
    """There is no such person, or you may not see them."""


class ContactNotFound(
    Refusal, code=9018002, kind=Kind.NOT_FOUND, zh="通讯录里没有这个人，请先添加好友"
):
    """There is no such person among your contacts; become friends first."""


class RequestNotFound(Refusal, code=9018003, kind=Kind.NOT_FOUND, zh="没有这条申请"):
    """There is no such request."""


class OneselfChosen(Refusal, code=9018004, kind=Kind.INVALID, zh="不能对自己这样做"):
    """Nobody can do that with oneself."""


class FriendsAlready(Refusal, code=9018005, kind=Kind.CONFLICT, zh="你们已经是好友了"):
    """You are friends already."""


class TooManyRequests(
    Refusal, code=9018006, kind=Kind.TOO_MANY, zh="今天已发出 {limit} 条好友申请，请明天再试"
):
    """You sent {limit} friend requests today; try again tomorrow."""


class TooManyContacts(Refusal, code=9018007, kind=Kind.CONFLICT, zh="通讯录已满 {limit} 人"):
    """A person has at most {limit} contacts."""


class ChatNotFound(Refusal, code=9018010, kind=Kind.NOT_FOUND, zh="没有这个聊天，或你不在其中"):
    """There is no such chat, or you are not in it."""


class MessageNotFound(Refusal, code=9018011, kind=Kind.NOT_FOUND, zh="没有这条消息"):
    """There is no such message."""


class MessageNotTaken(
    Refusal,
    code=9018012,
    kind=Kind.CONFLICT,
    zh="消息未送达：你还不是对方的好友，请先发送好友申请",
):
    """The message was not delivered: you are not among their friends; send a request first."""


class PersonBlocked(
    Refusal, code=9018013, kind=Kind.CONFLICT, zh="你已把对方加入黑名单，移出后才能联系"
):
    """You blocked this person; unblock them first."""


class TooManyMessages(
    Refusal, code=9018014, kind=Kind.TOO_MANY, zh="发送太快：每分钟最多 {limit} 条，请稍候再发"
):
    """Too fast: at most {limit} messages a minute; wait a moment."""


class PersonMuted(
    Refusal, code=9018015, kind=Kind.FORBIDDEN, zh="你已被平台禁言至 {until}，原因：{reason}"
):
    """The platform lets you send no messages until {until}: {reason}"""


class ChatDissolved(Refusal, code=9018016, kind=Kind.GONE, zh="群聊已解散，不能再发消息"):
    """The group was dissolved; nothing more can be said in it."""


class RecallTooLate(
    Refusal, code=9018017, kind=Kind.CONFLICT, zh="发出超过 {minutes} 分钟的消息不能撤回"
):
    """A message can be recalled within {minutes} minutes."""


class CardUnreadable(
    Refusal, code=9018018, kind=Kind.INVALID, zh="这个链接不能变成卡片：不是本平台的，或已失效"
):
    """A card cannot be made of it: it is no link of ours, or it has ended."""


class WordsMissing(Refusal, code=9018019, kind=Kind.INVALID, zh="消息是空的，写点什么再发"):
    """The message is empty."""


class NotAPicture(Refusal, code=9018020, kind=Kind.INVALID, zh="请选择一张照片"):
    """Choose a picture to send."""


class MoneyStays(
    Refusal, code=9018021, kind=Kind.CONFLICT, zh="红包不能撤回；24 小时没有人领的，会退回给你"
):
    """A red packet cannot be recalled; what nobody opens in a day comes back to you."""


class GroupOnly(Refusal, code=9018030, kind=Kind.CONFLICT, zh="只有群聊可以这样做"):
    """Only a group has this."""


class OwnerOnly(Refusal, code=9018031, kind=Kind.FORBIDDEN, zh="只有群主可以这样做"):
    """Only the group's owner may do this."""


class GroupFull(Refusal, code=9018032, kind=Kind.CONFLICT, zh="群聊最多 {limit} 人"):
    """A group has at most {limit} members."""


class GroupLinkEnded(Refusal, code=9018033, kind=Kind.GONE, zh="群聊邀请已失效，请向群成员要新的"):
    """The invitation to the group has ended; ask a member for a new one."""


class MembersAlready(Refusal, code=9018034, kind=Kind.CONFLICT, zh="所选的人都已在群里"):
    """All of them are in the group already."""


class MemberNotFound(Refusal, code=9018035, kind=Kind.NOT_FOUND, zh="群里没有这个人"):
    """There is no such member in the group."""


class TooManyInvites(
    Refusal, code=9018036, kind=Kind.TOO_MANY, zh="今天邀请或建群太多（上限 {limit}），请明天再试"
):
    """Too many invitations or new groups today (limit {limit}); try again tomorrow."""


class FriendsOnly(
    Refusal, code=9018037, kind=Kind.NOT_FOUND, zh="只能邀请自己的好友，且对方也要有你"
):
    """Only friends can be invited, who have you among their contacts too."""


class ReportNotFound(Refusal, code=9018040, kind=Kind.NOT_FOUND, zh="没有这条举报"):
    """There is no such report."""


class NotMuted(Refusal, code=9018041, kind=Kind.NOT_FOUND, zh="这个人没有被禁言"):
    """Nobody muted that person."""


class TooManyReports(
    Refusal, code=9018042, kind=Kind.TOO_MANY, zh="今天已提交 {limit} 条举报，请明天再试"
):
    """You sent {limit} reports today; try again tomorrow."""


class GroupWordsForbidden(
    Refusal, code=9018038, kind=Kind.INVALID, zh="群名或公告含有不允许的文字：{reason}"
):
    """The group's name or announcement may not say this: {reason}"""
