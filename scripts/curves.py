"""How time, memory and disk grow with the number of passages: one index of each size, built and asked."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from drawing import Curve, draw_curves
from growing import (
    OBJECTS,
    WHOLE_NAMES,
    count_passages,
    make_names,
    run_index,
    write_articles,
)
from tree import ROOT, write_block

RESULTS = ROOT / "scripts" / "results"
ARTICLE = 3000  # characters, about seven passages
PASSAGES_AN_ARTICLE = 7
QUESTIONS = 60
WARMING = 5


class Point(NamedTuple):
    """What an index of a size costs; times are seconds of the processor, those of questions milliseconds."""

    passages: int
    text_megabytes: float
    build: float
    one_changed: float
    memory: float
    disk: float
    search: float
    search_p95: float
    ask: float
    ask_p95: float


def time_questions(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Return the median and the 95th percentile, in milliseconds of the processor."""
    for question in questions[:WARMING]:
        ask(question)
    times = []
    for question in questions:
        start = time.process_time()
        ask(question)
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def make_questions(articles: int) -> list[str]:
    """Return questions about what the articles tell."""
    names = make_names(random.Random(articles), WHOLE_NAMES)
    chance = random.Random(1)
    asked = []
    for _ in range(QUESTIONS):
        place, person = chance.choice(names), chance.choice(names)
        thing = chance.choice(OBJECTS)
        asked.append(f"What did {person} say of {thing} in {place}?")
    return asked


def measure_point(passages: int) -> Point:
    """Return what an index of about so many passages costs."""
    from rag import Rag, Settings

    articles = max(1, passages // PASSAGES_AN_ARTICLE)
    with tempfile.TemporaryDirectory() as name:
        folder, index = Path(name, "articles"), Path(name, "index")
        folder.mkdir()
        text_bytes = write_articles(folder, articles, ARTICLE)
        time.sleep(2.5)  # a file written within a tick of the clock is compared, not known
        _, build, memory = run_index(index, folder)
        disk = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
        count = count_passages(index)
        changed = folder / "0000" / "000000.txt"
        text = changed.read_text(encoding="utf-8")
        changed.write_text(f"{text}\nThe ferry of Quorl is late.\n", encoding="utf-8")
        _, one_changed, _ = run_index(index)
        questions = make_questions(articles)
        with Rag.open(Settings(index=index)) as rag:
            search = time_questions(rag.search, questions)
            ask = time_questions(rag.ask, questions)
    beside = (disk - text_bytes) / count
    mega = text_bytes / 1e6
    times = (*search, *ask)
    return Point(count, mega, build, one_changed, memory, beside, *times)


def make_table(points: Sequence[Point]) -> str:
    """Return the points as Markdown."""
    lines = [
        "| passages | text, MB | build, s | passages a second | one file changed, s | memory of a build, MB "
        "| bytes a passage beside the text | search, ms: p50, p95 | answer, ms: p50, p95 |",
        f"|{'--:|' * 9}",
    ]
    for point in points:
        cells = [
            f"{point.passages:,}",
            f"{point.text_megabytes:.1f}",
            f"{point.build:.1f}",
            f"{point.passages / point.build:,.0f}",
            f"{point.one_changed:.1f}",
            f"{point.memory:,.0f}",
            f"{point.disk:,.0f}",
            f"{point.search:.1f}, {point.search_p95:.1f}",
            f"{point.ask:.0f}, {point.ask_p95:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def draw_points(points: Sequence[Point]) -> str:
    """Return the picture."""

    def draw(name: str, values: Sequence[float]) -> Curve:
        sizes = [point.passages for point in points]
        return Curve(name, list(zip(sizes, values, strict=True)))

    return draw_curves(
        "An index of so many passages, on scales of powers of ten",
        "passages",
        [
            draw("build, s", [point.build for point in points]),
            draw("memory of a build, MB", [point.memory for point in points]),
            draw("one file changed, s", [point.one_changed for point in points]),
            draw("search, ms", [point.search for point in points]),
            draw("answer, ms", [point.ask for point in points]),
        ],
    )


def measure_curves(options: argparse.Namespace) -> None:
    """Measure each size, print the table; keep it and the picture where asked to."""
    points = []
    for passages in options.passages:
        points.append(measure_point(passages))
        print(make_table(points).splitlines()[-1], flush=True)
    table = make_table(points)
    print(table)
    if options.write:
        rows = [point._asdict() for point in points]
        text = json.dumps(rows, indent=1) + "\n"
        (RESULTS / "curves.json").write_text(text, encoding="utf-8")
        (RESULTS / "curves.svg").write_text(draw_points(points), encoding="utf-8")
        write_block("curves", table)
