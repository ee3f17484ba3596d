from pathlib import Path

import msgspec

from bench.results import Line, Rates, heading, rate_line, write


def rates(name: str, *runs: float) -> Rates:
    told = Rates(name)
    for run in runs:
        told.add(run, 1.5, 20.25)
    return told


def test_a_line_tells_the_median_its_ratio_and_whether_the_goal_is_kept() -> None:
    ours, plain = rates("orders", 500, 700, 600), rates("pgbench", 1000, 1100, 900)

    kept = rate_line(ours, plain, 0.5)
    missed = rate_line(ours, plain, 0.7)

    assert (kept.value, kept.ratio, kept.kept) == ("600/s (500–700)", 0.6, True)
    assert missed.kept is False
    assert kept.text().split() == [
        "orders", "600/s", "(500–700)", "0.60", "1.5", "/", "20.2", "≥", "0.5", "yes",
    ]  # fmt: skip


def test_columns_stand_under_their_heading() -> None:
    line = rate_line(rates("orders", 500), rates("pgbench", 1000), 0.5).text()

    assert heading().index("ratio") + len("ratio") == line.index("0.50") + len("0.50")
    assert heading().index("goal") == line.index("≥")


def test_results_are_kept_for_programs(tmp_path: Path) -> None:
    write(tmp_path / "results.json", "2 CPUs", [Line("memory", "70 MB", None, "< 150 MB", True)])

    told = msgspec.json.decode((tmp_path / "results.json").read_bytes())
    assert told["machine"] == "2 CPUs"
    assert told["lines"][0]["kept"] is True
