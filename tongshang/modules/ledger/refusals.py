from tongshang.kernel.refusal import Kind, Refusal


class CausePostedOtherwise(
    Refusal,
    code=9015001,
    kind=Kind.CONFLICT,
    zh="事由 {cause_kind} {cause_id} 已经以其他分录入账",
):
    """The cause {cause_kind} {cause_id} has moved money already, and in another way."""


class AccountOverdrawn(Refusal, code=9015002, kind=Kind.CONFLICT, zh="账户余额不足"):
    """An account that may not be overdrawn has too little."""
