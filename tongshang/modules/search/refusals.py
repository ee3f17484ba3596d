"""Why search says no."""

from tongshang.kernel.refusal import Kind, Refusal


class SynonymsTooFew(
    Refusal,
    code=9023001,
    kind=Kind.INVALID,
    zh="同义词组需要 2 到 20 个不同的词，每个 1 到 16 个字",
):
    """A group of synonyms has 2 to 20 different words of 1 to 16 characters each."""


class SynonymsNotFound(Refusal, code=9023002, kind=Kind.NOT_FOUND, zh="没有这组同义词"):
    """There is no such group of synonyms, or it was removed already."""


class SearchedTooOften(
    Refusal, code=9023003, kind=Kind.TOO_MANY, zh="一分钟内搜索超过 {limit} 次，请一分钟后再试"
):
    """You searched more than {limit} times within a minute; try again in a minute."""
