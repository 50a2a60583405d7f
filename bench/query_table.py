"""The figures of bench.query as tables in Markdown."""

from typing import Any


def table(results: list[dict[str, Any]]) -> str:
    """All sizes side by side, so that growth shows."""
    sizes = [each["events"] for each in results]
    heads = ["days", "filters", "section", "visitors are"]
    heads += [f"{what} ms, {_count(n)}" for what in ("p50", "p95") for n in sizes]
    heads += ["growth", "CPU ms", "rows", "source", "floor ms", "ratio"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    largest = results[-1]
    for index, row in enumerate(largest["questions"]):
        each = [result["questions"][index] for result in results]
        growth = f"x {each[-1]['p50_ms'] / each[0]['p50_ms']:.1f}" if len(each) > 1 else ""
        ratio = f"{row['p50_ms'] / row['floor_ms']:.2f}" if row["floor_ms"] else ""
        late = [f" ({one['timed_out']} timed out)" if one["timed_out"] else "" for one in each]
        p95 = [f"{one['p95_ms']:,.1f}{note}" for one, note in zip(each, late, strict=True)]
        cells = [row["days"], row["filters"], row["section"], row["mode"], *(f"{one['p50_ms']:,.1f}" for one in each),
                 *p95, growth, f"{row['cpu_ms']:,.0f}", f"{row['rows']:,}", row["source"],
                 row["floor_ms"] or "", ratio]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines.append("")
    heads = ["whole dashboard, days", "filters", "cache", *(f"p50 / p95 ms, {_count(n)}" for n in sizes)]
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for index, row in enumerate(largest["dashboards"]):
        each = [result["dashboards"][index] for result in results]
        late = [f" ({one['failures']} sections failed)" if one["failures"] else "" for one in each]
        times = [f"{one['p50_ms']:.0f} / {one['p95_ms']:.0f}{note}" for one, note in zip(each, late, strict=True)]
        cells = [row["days"], row["filters"], row["cache"], *times]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", *(f"{_count(each['events'])} events: loaded in {each['load_s']} s, rolled up in {each['rollup_s']} s"
                    for each in results)]  # fmt: skip
    return "\n".join(lines)


def _count(events: int) -> str:
    return f"{events / 1e6:g} M"
