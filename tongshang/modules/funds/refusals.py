"""Why funds says no: the reference documents no codes for withdrawals and bank accounts."""

from tongshang.kernel.refusal import Kind, Refusal


class BankUnknown(Refusal, code=9024001, kind=Kind.NOT_FOUND, zh="没有这家银行：{bank}"):
    """There is no bank {bank}."""


class PlaceUnknown(Refusal, code=9024002, kind=Kind.NOT_FOUND, zh="没有这个省份或城市：{place}"):
    """There is no province or city {place}."""


class AccountKindBarred(
    Refusal, code=9024003, kind=Kind.INVALID, zh="{subject}只能使用{allowed}结算"
):
    """A party of its kind is settled to accounts of the kind {allowed_kind} only."""


class AccountNameDiffers(
    Refusal, code=9024004, kind=Kind.INVALID, zh="开户名称必须是“{name}”，与登记的主体一致"
):
    """The account must be in the name of {name}, as the party is registered."""


class BranchMissing(
    Refusal,
    code=9024005,
    kind=Kind.INVALID,
    zh="“{bank}”需要填写开户支行（bank_branch_id 或 bank_name）",
):
    """The bank {bank} needs its branch: give bank_branch_id or bank_name."""


class BranchUnknown(
    Refusal, code=9024006, kind=Kind.NOT_FOUND, zh="该银行在这个城市没有支行 {branch}"
):
    """The bank has no branch {branch} in this city."""


class NoBankAccount(Refusal, code=9024010, kind=Kind.CONFLICT, zh="还没有绑定结算银行账户"):
    """There is no bank account to withdraw to; set one first."""


class FundsSuspended(
    Refusal, code=9024011, kind=Kind.CONFLICT, zh="资金账户已被平台冻结或停用：{reason}"
):
    """The account is frozen or closed by the platform: {reason}"""


class AboveBalance(
    Refusal,
    code=9024012,
    kind=Kind.CONFLICT,
    zh="提现金额 {asked_fen} 分超过可提现金额 {left_fen} 分",
):
    """{asked_fen} fen are more than the {left_fen} fen that may be withdrawn."""


class HeldForDisputes(
    Refusal,
    code=9024013,
    kind=Kind.CONFLICT,
    zh="有 {held_fen} 分因进行中的售后被冻结，现在最多可提现 {left_fen} 分",
):
    """{held_fen} fen are held for after-sale cases that run; {left_fen} fen may be withdrawn."""


class OnceADay(Refusal, code=9024014, kind=Kind.CONFLICT, zh="每天最多提现一次，今天已经提现过了"):
    """One withdrawal a day: there is one of today."""


class WithdrawalNotFound(Refusal, code=9024015, kind=Kind.NOT_FOUND, zh="没有这笔提现"):
    """There is no such withdrawal."""


class CodeNotFound(Refusal, code=9024020, kind=Kind.NOT_FOUND, zh="没有这个确认二维码"):
    """There is no such confirmation code."""


class CodeOver(Refusal, code=9024021, kind=Kind.GONE, zh="二维码已确认、已取消或已失效"):
    """The code was confirmed or cancelled, or is past its time."""


class NotAnAdministrator(Refusal, code=9024022, kind=Kind.FORBIDDEN, zh="请由管理员扫码后再确认"):
    """Only an administrator who scanned the code may confirm it."""


class PhoneOnlyInDemo(Refusal, code=9024023, kind=Kind.NOT_FOUND, zh="仅演示环境提供该接口"):
    """The sandbox's phone exists in a demo only."""


class NoSharer(Refusal, code=9024024, kind=Kind.NOT_FOUND, zh="你还不是推客，没有推广资金"):
    """You are no sharer, and so have no funds."""


class NamedAlready(
    Refusal, code=9024030, kind=Kind.CONFLICT, zh="已登记实名“{name}”，更改请联系平台"
):
    """Your real name is {name} already; the platform changes it."""
