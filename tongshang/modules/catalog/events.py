"""What the catalog tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductAudited:
    """A draft was judged; `reason` says why it did not pass."""

    shop_id: int
    product_id: int
    passed: bool
    reason: str
    audit_id: int


@dataclass(frozen=True, slots=True)
class ProductListed:
    """A product came on sale or went off it; `status` is the new one (5, 11, 13 …)."""

    shop_id: int
    product_id: int
    out_product_id: str
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """The online copy of a product is another than before."""

    shop_id: int
    product_id: int
    status: int
