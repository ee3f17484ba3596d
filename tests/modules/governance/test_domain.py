"""Words, windows and the life of an audit."""

from datetime import UTC, datetime

import pytest

from tongshang.kernel.machine import IllegalMove
from tongshang.modules.governance import api, domain, store
from tongshang.modules.governance.domain import Quota, Used
from tongshang.modules.governance.machine import AUDIT, AuditMove, AuditState


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("国家级工艺保温杯", "国家级"),
        ("国 家-级 工艺", "国家级"),
        ("本店【最】【佳】推荐", "最佳"),
        ("高仿真枪模型", "仿真枪"),
        ("100％ 最高级 面料", "最高级"),
    ],
)
def test_a_forbidden_word_is_found_however_it_is_spaced(text: str, word: str) -> None:
    (reason,) = api.judge(["山间杂货", text])
    assert f"“{word}”" in reason


@pytest.mark.parametrize(
    "text",
    ["最佳赏味期六个月", "象牙白马克杯", "第一次做咖啡", "最爱的茶", "万能充电头", "", "Best mug"],
)
def test_words_in_harmless_phrases_are_let_be(text: str) -> None:
    assert api.judge([text]) == ()


def test_each_word_is_named_once_with_its_rule() -> None:
    reasons = api.judge(["国家级，最佳", "最佳 抗癌"])
    assert reasons == (
        "含有“国家级”：绝对化用语（广告法第九条第三项）",
        "含有“最佳”：绝对化用语（广告法第九条第三项）",
        "含有“抗癌”：普通商品宣称医疗功效（广告法第十七条）",
    )


def test_every_word_of_the_list_is_found() -> None:
    words = [word for rule in store.read_rules() for word in rule.words]
    assert len(words) == len(set(words)) >= 60
    assert all(api.judge([word]) for word in words)


def test_the_day_of_quotas_begins_at_midnight_in_china() -> None:
    at = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
    assert domain.windows(at)[1] == datetime(2026, 2, 28, 16, tzinfo=UTC)
    at = datetime(2026, 3, 1, 16, 0, 1, tzinfo=UTC)
    assert domain.windows(at) == (datetime(2026, 3, 1, 16, tzinfo=UTC),) * 2


def test_the_limit_that_lasts_longer_is_told() -> None:
    at = datetime(2026, 3, 1, 5, tzinfo=UTC)
    hour_at, day_at = domain.windows(at)
    quota = Quota(200, 1000)
    assert "1000" in str(domain.quota_refusal(quota, Used(hour_at, 200, day_at, 1000), at, 1))
    assert "200" in str(domain.quota_refusal(quota, Used(hour_at, 200, day_at, 999), at, 1))


@pytest.mark.parametrize("state", AuditState)
@pytest.mark.parametrize("move", AuditMove)
def test_only_what_is_submitted_can_be_decided(state: AuditState, move: AuditMove) -> None:
    if state is AuditState.SUBMITTED:
        assert AUDIT.step(state, move) is not state
    else:
        with pytest.raises(IllegalMove):
            AUDIT.step(state, move)
