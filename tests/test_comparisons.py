"""rag beside others: what is counted as found, what a row says, what a picture shows."""

from __future__ import annotations

import importlib
import math
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def load(name: str) -> ModuleType:
    """A module of scripts/."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        patch.setattr(sys, "dont_write_bytecode", True)
        return importlib.import_module(name)


def test_fusion_is_by_reciprocal_ranks_and_what_is_not_ranked_is_not_found() -> None:
    """Catches places counted from one, a sum of ranks, and a BM25 that ranks passages without a common word."""
    baselines = load("measure_baselines")
    assert baselines.fuse([[7, 3], [3, 9]]) == [3, 7, 9]
    assert baselines.find_place([7, 3], {3, 9}) == 1
    assert baselines.find_place([7, 3], {1}) == math.inf
    assert baselines.count_shares([0, 4, 5, math.inf]) == {1: 0.25, 5: 0.5}
    rank = baselines.make_bm25(["the ferry of Quorl", "a mill", "the ferry is late, the ferry"])
    assert set(rank("Ferry?")) == {0, 2}
    assert rank("xyz") == []


def test_vectors_are_taken_from_the_cache(tmp_path: Path) -> None:
    """Catches a cache that forgets the kind of text, and a second run that encodes again."""
    import numpy as np

    baselines, encoded = load("measure_baselines"), []

    def encode(texts: list[str]) -> object:
        encoded.extend(texts)
        return np.array([[float(len(text))] for text in texts])

    texts = ["a" * count for count in range(1, 40)]
    first = baselines.encode_cached(encode, texts, "passage", tmp_path)
    again = baselines.encode_cached(encode, texts, "passage", tmp_path)
    assert first.tolist() == again.tolist() == [[float(count)] for count in range(1, 40)]
    assert encoded == texts
    baselines.encode_cached(encode, texts[:1], "question", tmp_path)
    assert len(encoded) == len(texts) + 1


def test_a_row_tells_ratios_or_why_there_are_none() -> None:
    """Catches a peer that is left out where it failed, and a ratio the wrong way round."""
    peers = load("peers")
    ours, _, _, other, *_ = peers.SETUPS

    def make_figures(factor: float) -> dict[str, object]:
        return {
            "cold": [{"wall": 0.5 * factor, "megabytes": 100 * factor}],
            "warm": {"wall": {"p50": 4 * factor, "p95": 8 * factor}, "megabytes": 120},
            "index": {"wall": 2 * factor, "megabytes": 90 * factor, "disk": 3e6},
            "environment": 1e9,
            "found": {"fr": 0.9},
        }

    measured = {ours.name: make_figures(1), other.name: make_figures(6)}
    row = peers.format_row(other, measured, ["fr"], "wall")
    assert "3.00 (6.0 ×)" in row and "24.0 (6.0 ×), 48.0" in row and "600, 540" in row
    del measured[other.name]["cold"]
    assert "| – | 24.0 (6.0 ×), 48.0 |" in peers.format_row(other, measured, ["fr"], "wall")
    failed = {**measured, other.name: {"failed": "ERROR: no wheel"}}
    assert "ERROR: no wheel" in peers.format_row(other, failed, ["fr"], "wall")
    lines = peers.make_table(failed, ["fr"], "wall").splitlines()
    assert len(lines) == 2 + len(peers.SETUPS)
    assert {line.count("|") for line in lines} == {lines[0].count("|")}


def test_a_peer_that_fails_is_said_in_its_own_words() -> None:
    """Catches a traceback of ours, and the first line of theirs, which says nothing."""
    peers = load("peers")
    with pytest.raises(peers.StepError, match=r"^ValueError: no such model$"):
        peers.run_process([sys.executable, "-c", "raise ValueError('no such model')"])
    cost = peers.run_process(
        [sys.executable, "-c", "import os; print(os.environ['HF_HUB_OFFLINE'])"]
    )
    assert cost.printed.strip() == "1" and cost.megabytes > 1


def test_material_without_the_data_is_invented(tmp_path: Path) -> None:
    """Catches a run that ends where piaf and xquad are not there."""
    peers = load("peers")
    material = peers.make_material(tmp_path / "articles", tmp_path / "none", 3, 2)
    assert len(list(material.articles.glob("*.txt"))) == 3
    assert len(material.questions) == 2 and all(material.questions) and not material.kinds


def test_bars_are_as_long_as_their_figures() -> None:
    """Catches a picture that is no XML, and bars that do not grow with what they stand for."""
    drawing = load("drawing")
    bars = drawing.Bars("cold & warm", {"rag": 1.0, "a<b": 10.0, "c": 100.0})
    picture = ET.fromstring(drawing.draw_bars([bars]))
    widths = [
        float(box.attrib["width"]) for box in picture.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert widths[1] - widths[0] == pytest.approx(widths[2] - widths[1], abs=0.2)
    curve = drawing.Curve("seconds", [(1000, 1.0), (10_000, 12.0)])
    assert "12" in drawing.draw_curves("time", "passages", [curve])
