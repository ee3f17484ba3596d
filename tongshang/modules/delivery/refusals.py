"""Why delivery says no."""

from tongshang.kernel.refusal import Kind, Refusal


class AddressNotFound(Refusal, code=9008001, kind=Kind.NOT_FOUND, zh="收货地址不存在"):
    """You have no address {address_id}."""


class AddressBookFull(
    Refusal, code=9008002, kind=Kind.CONFLICT, zh="最多保存 {limit} 个收货地址，请先删除不用的地址"
):
    """A buyer keeps at most {limit} addresses; remove one first."""


class CompanyUnknown(
    Refusal, code=9008003, kind=Kind.INVALID, zh="快递公司“{delivery_id}”不存在，请查询快递公司列表"
):
    """There is no express company {delivery_id}; see the list of companies."""


class WaybillMalformed(
    Refusal,
    code=9008004,
    kind=Kind.INVALID,
    zh="运单号“{waybill_id}”应为 1 至 40 位字母、数字或连字符",
):
    """The waybill number {waybill_id} is not 1 to 40 letters, digits or hyphens."""


class FreightTemplateNotFound(Refusal, code=9008005, kind=Kind.NOT_FOUND, zh="运费模板不存在"):
    """The shop has no freight template {template_id}."""


class DestinationNotServed(
    Refusal, code=9008006, kind=Kind.CONFLICT, zh="商品不支持配送至{province}{city}{county}"
):
    """The shop does not send to {province} {city} {county}."""


class TooManyTemplates(Refusal, code=9008007, kind=Kind.CONFLICT, zh="运费模板最多 {limit} 个"):
    """A shop has at most {limit} freight templates."""


class WeightNotKnown(
    Refusal,
    code=9008008,
    kind=Kind.INVALID,
    zh="商品没有重量信息，暂不支持按重量计费，请使用 PIECE",
):
    """Products carry no weight yet, so freight cannot be charged by it; use PIECE."""
