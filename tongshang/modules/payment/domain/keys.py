"""How payment names what it keeps."""

from typing import Final, TypeAlias

SANDBOX: Final = "sandbox"

Key: TypeAlias = tuple[int, int]  # (shop_id, payment_id or refund_id)
Subject: TypeAlias = tuple[int, str, int]  # (shop_id, subject_kind, subject_id)
