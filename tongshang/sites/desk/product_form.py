"""The form of a product: what of a product's document it shows, and what it changes there.

Everything is text, as a person typed it, so that a form that was refused is shown again as it was.
What the form does not show stays in the document as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from tongshang.kernel.refusal import InvalidField
from tongshang.sites.shown import yuan_field

_ROWS_MAX: Final = 100  # SKUs beyond these are not shown, and stay as they are
_FIELDS_MAX: Final = 800  # of all rows; a form has at most 1,000
_BLANK_ROWS: Final = 3
_COLUMNS_MAX: Final = 3
_PRICE: Final = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?")
# What an answer tells beside the document: nobody may say it.
_TOLD: Final = frozenset(
    {"product_id", "product_type", "status", "edit_status", "create_time", "edit_time", "min_price"}
)
_ROW_FIELDS: Final = ("sku_id", "price", "market_price", "stock", "sku_code")


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of SKUs: its name, and the one by which the document knows it."""

    was: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A SKU: `values` are one for each column."""

    sku_id: str
    values: tuple[str, ...]
    price: str
    market_price: str
    stock: str
    sku_code: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed that makes it a SKU."""
        return not self.price and not any(self.values)


@dataclass(frozen=True, slots=True)
class Form:
    """What is in the fields."""

    title: str
    short_title: str
    cat_id: str
    template_id: str
    desc: str
    pictures: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rows_left_out: int = 0

    def padded(self) -> "Form":
        """With room for one more attribute, and for some more SKUs."""
        more = (Column("", ""),) if len(self.columns) < _COLUMNS_MAX else ()
        columns = (*self.columns, *more)
        rows = [
            Row(one.sku_id, (*one.values, *("" for _ in more)), one.price, one.market_price,
                one.stock, one.sku_code)
            for one in self.rows
        ]  # fmt: skip
        blank = Row("", ("",) * len(columns), "", "", "", "")
        return Form(
            self.title, self.short_title, self.cat_id, self.template_id, self.desc, self.pictures,
            columns, (*rows, *[blank] * _BLANK_ROWS), self.rows_left_out,
        )  # fmt: skip


def empty(attribute: str) -> Form:
    """The form of a new product, whose SKUs differ in one attribute."""
    return Form("", "", "", "", "", (), (Column("", attribute),), ())


def shown(document: Mapping[str, Any]) -> Form:
    """What the form shows of a document."""
    skus = document["skus"]
    keys = list(dict.fromkeys(a["attr_key"] for sku in skus for a in sku["sku_attrs"]))
    path = document["cats_v2"] or document["cats"]
    most = min(_ROWS_MAX, _FIELDS_MAX // (len(_ROW_FIELDS) + len(keys) + 1))
    return Form(
        document["title"],
        document["short_title"],
        str(path[-1]["cat_id"]) if path else "",
        str(document["express_info"]["template_id"]),
        document["desc_info"]["desc"],
        tuple(document["head_imgs"]),
        tuple(Column(key, key) for key in keys),
        tuple(_row(sku, keys) for sku in skus[:most]),
        max(len(skus) - most, 0),
    )


def _row(sku: Mapping[str, Any], keys: Sequence[str]) -> Row:
    values = {one["attr_key"]: one["attr_value"] for one in reversed(sku["sku_attrs"])}
    return Row(
        sku["sku_id"],
        tuple(values.get(key, "") for key in keys),
        yuan_field(sku["sale_price"]),
        yuan_field(sku["market_price"]) if sku["market_price"] else "",
        str(sku["stock_num"]),
        sku["sku_code"],
    )


def typed(
    fields: Mapping[str, str], lists: Mapping[str, Sequence[str]], pictures: Sequence[str]
) -> Form:
    """What a person sent: the values of a row stand one after the other in `attr_value`."""
    names = [name.strip() for name in lists.get("attr_key", ())]
    was = lists.get("attr_was", ())[: len(names)]
    columns = tuple(Column(old, new) for old, new in zip_longest(was, names, fillvalue=""))
    values = [value.strip() for value in lists.get("attr_value", ())]
    wide = len(columns)
    parts = list(zip(*(lists.get(name, ()) for name in _ROW_FIELDS), strict=False))
    values += [""] * (wide * len(parts) - len(values))
    rows = [
        Row(sku_id, tuple(values[i * wide : (i + 1) * wide]), *(text.strip() for text in texts))
        for i, (sku_id, *texts) in enumerate(parts)
    ]
    return Form(
        fields.get("title", "").strip(),
        fields.get("short_title", "").strip(),
        fields.get("cat_id", ""),
        fields.get("template_id", "0"),
        fields.get("desc", "").replace("\r\n", "\n").strip(),
        tuple(dict.fromkeys(pictures)),
        columns,
        tuple(row for row in rows if row.sku_id or not row.is_blank),
    )


# --- from the form to the document -------------------------------------------------------------


def document(form: Form, before: Mapping[str, Any], path: Sequence[int]) -> dict[str, Any]:
    """The whole document `before`, with what the form says; `path` leads to its category."""
    after = {name: value for name, value in before.items() if name not in _TOLD}
    after |= {
        "title": _said(form.title, before.get("title", "")),
        "short_title": _said(form.short_title, before.get("short_title", "")),
        "head_imgs": list(form.pictures),
        "desc_info": _details(form, before.get("desc_info")),
        "express_info": before.get("express_info", {}) | {"template_id": form.template_id},
        "skus": _skus(form, before.get("skus", [])),
    }
    if not before or shown(before).cat_id != form.cat_id:
        after |= {"cats": [], "cats_v2": [{"cat_id": cat_id} for cat_id in path]}
    return after


def _said(text: str, before: str) -> str:
    """The text, or what was there where a form cannot tell them apart."""
    return before if before.replace("\r\n", "\n").strip() == text else text


def _details(form: Form, before: Mapping[str, Any] | None) -> dict[str, Any]:
    if before is None:
        return {"imgs": list(form.pictures[:1]), "desc": form.desc}
    return {**before, "desc": _said(form.desc, before["desc"])}


def _skus(form: Form, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The SKUs in the order of the form, then those that it did not show."""
    known = {sku["sku_id"]: sku for sku in before}
    shown_ids = {row.sku_id for row in form.rows}
    picture = form.pictures[0] if form.pictures else ""
    skus = [
        _sku(row, form.columns, known.get(row.sku_id, {"thumb_img": picture}))
        for row in form.rows
        if not row.is_blank
    ]
    # Without a number the stock of a SKU stays what it is by now.
    hidden = [sku for sku in before if sku["sku_id"] not in shown_ids]
    return skus + [_without(sku, "status", "stock_num") for sku in hidden]


def _sku(row: Row, columns: Sequence[Column], before: dict[str, Any]) -> dict[str, Any]:
    sku = _without(before, "status", "stock_num") | {
        "sku_attrs": _attrs(row, columns, before.get("sku_attrs", [])),
        "sale_price": fen(row.price),
        "market_price": fen(row.market_price) if row.market_price else 0,
        "sku_code": _said(row.sku_code, before.get("sku_code", "")),
    }
    if row.stock:
        if not (row.stock.isascii() and row.stock.isdecimal()):
            raise InvalidField(field="stock", rule="is a whole number")
        sku["stock_num"] = int(row.stock)
    return sku


def _attrs(
    row: Row, columns: Sequence[Column], before: Sequence[dict[str, str]]
) -> list[dict[str, str]]:
    """The SKU's attributes in the order they had; one that the form emptied is gone."""
    said = list(zip(columns, row.values, strict=True))
    for column, value in said:
        if value and not column.name:
            raise InvalidField(field="attr_key", rule=f"is missing for {value}")
    by_key = {column.was: (column.name, value) for column, value in said if column.was}
    attrs = []
    for old in before:
        key, value = by_key.pop(old["attr_key"], (old["attr_key"], old["attr_value"]))
        attrs.append({"attr_key": key, "attr_value": _said(value, old["attr_value"])})
    new = [*by_key.values(), *((column.name, value) for column, value in said if not column.was)]
    attrs += [{"attr_key": key, "attr_value": value} for key, value in new]
    return [attr for attr in attrs if attr["attr_value"]]


def _without(sku: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in sku.items() if name not in names}


# --- amounts -----------------------------------------------------------------------------------


def fen(text: str) -> int:
    """A price as a person types it, in yuan."""
    found = _PRICE.fullmatch(text.strip().lstrip("¥").replace(",", ""))
    if found is None:
        raise InvalidField(field="price", rule="is a price in yuan, like 12 or 12.50")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
