"""Why a caller is not recognised (codes of the reference, section 14.2)."""

from tongshang.kernel.refusal import Kind, Refusal


class TokenMissing(Refusal, code=41001, kind=Kind.UNKNOWN_CALLER, zh="缺少 access_token"):
    """access_token missing"""


class TokenMalformed(
    Refusal, code=40014, kind=Kind.UNKNOWN_CALLER, zh="access_token 不合法：不是本平台签发的形式"
):
    """invalid access_token"""


class CredentialInvalid(
    Refusal,
    code=40001,
    kind=Kind.UNKNOWN_CALLER,
    zh="AppSecret 错误，或 access_token 无效或已被更新",
):
    """invalid credential, access_token is invalid or not latest, or the appsecret is wrong"""


class TokenExpired(Refusal, code=42001, kind=Kind.UNKNOWN_CALLER, zh="access_token 已过期"):
    """access_token expired"""


class GrantTypeUnknown(
    Refusal, code=40002, kind=Kind.INVALID, zh="grant_type 必须是 client_credential"
):
    """invalid grant_type: it must be client_credential"""


class AppidMissing(Refusal, code=41002, kind=Kind.INVALID, zh="缺少 appid"):
    """appid missing"""


class SecretMissing(Refusal, code=41004, kind=Kind.INVALID, zh="缺少 secret"):
    """appsecret missing"""


class AppidUnknown(Refusal, code=40013, kind=Kind.INVALID, zh="appid 不存在：{appid}"):
    """invalid appid {appid}"""


class AppidTaken(Refusal, code=9001001, kind=Kind.CONFLICT, zh="appid {appid} 已被使用"):
    """The appid {appid} is in use."""


class PartyNotFound(Refusal, code=9001002, kind=Kind.NOT_FOUND, zh="没有这个主体：{party_id}"):
    """There is no party {party_id}."""


class BuyerNotFound(Refusal, code=9001003, kind=Kind.NOT_FOUND, zh="没有这个用户：{buyer_id}"):
    """There is no buyer {buyer_id}."""


class PromoterAlready(Refusal, code=9001004, kind=Kind.CONFLICT, zh="你已经是带货者：{name}"):
    """You are a promoter already: {name}."""


class RulesChanged(
    Refusal, code=9001005, kind=Kind.CONFLICT, zh="带货规则已更新为第 {rules} 版，请重新阅读并同意"
):
    """The promoters' rules are now version {rules}: read them and agree again."""
