"""Why the sandbox says no."""

from tongshang.kernel.refusal import Kind, Refusal


class EnoughBuyers(
    Refusal, code=9014001, kind=Kind.CONFLICT, zh="演示平台上已有 {most} 位买家，不能再加"
):
    """The demo has {most} buyers already; it takes no more."""
