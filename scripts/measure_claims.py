#!/usr/bin/env python3
"""Measure how often the check of claims is wrong, on claims that were changed in one thing.

scripts/measure_claims.py [FILE…] [--half odd|even] [--wrong] [--reader] [--save]

Each claim is held against its passage alone, as rag check does it: what is quoted is looked up,
the rest is judged. A false claim that passes, and a true one that is struck, are errors; what is
neither passed nor struck is undecided. Odd passages are for mending, even ones for measuring.
--wrong prints the errors, --save writes scripts/results/claims.json and the table of docs/claims.md.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.answer.claim_verdicts import judge_claim
from rag.answer.claims import make_claim, read_claim, read_passage
from rag.answer.quotation_matching import ComparedArticle, match_exactly
from rag.answer.quotation_spans import Candidate
from rag.models import embedders
from rag.models.reader import load_reader
from rag.pipeline.drafts import Draft, list_quotations, list_sentences
from rag.pipeline.marking import find_carrier, mark_written
from rag.records import Article, Document, Hit, Passage, Span
from rag.text import split_sentences
from tree import ROOT, with_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answer.claims import ReadPassage

DATA = ROOT / "tests" / "data" / "claims"
RESULTS = ROOT / "scripts" / "results" / "claims.json"
PAGE = ROOT / "docs" / "claims.md"
TODAY = datetime.date(2026, 1, 1)
MARKS = ("✓", "~", "✗")
HALVES = {"odd": 1, "even": 0}
FOLDS = 10
PRICE = 8  # claims of the right kind that one of the wrong kind costs, where a threshold is fitted
FIGURES = ("number", "percentage", "amount", "unit", "day")


class Pair(NamedTuple):
    """A claim and the passage that it is held against."""

    id: str
    language: str
    passage_language: str
    passage: str
    claim: str
    is_true: bool
    change: str  # empty for a true claim

    @property
    def half(self) -> str:
        """Which half its passage is of."""
        number = int(self.id.split("-")[1])
        return "odd" if number % 2 else "even"

    @property
    def group(self) -> str:
        """Its language, or that it is in another one than its passage."""
        return self.language if self.language == self.passage_language else "cross"


class Judged(NamedTuple):
    """What the check says of a pair."""

    pair: Pair
    verdict: str  # "pass", "strike", "undecided"
    milliseconds: float
    mark: str  # that the same sentence of a language model is given, if it cites the passage
    is_carried: bool  # whether it would stay if it cited nothing


def read_pairs(files: Iterable[Path]) -> list[Pair]:
    """Return the pairs of JSON lines files."""
    pairs = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            pair = Pair(
                row["id"],
                row["language"],
                row["passage_language"],
                row["passage"],
                row["claim"],
                row["true"],
                row["change"] or "",
            )
            pairs.append(pair)
    return pairs


def make_document(text: str, name: str) -> Document:
    """Return a text as a document."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(name, text, digest, "text/plain")


def make_passage(text: str, language: str) -> Passage:
    """Return a text as the only passage of an article without title, publisher or day."""
    document = make_document(text, "passage.txt")
    article = Article(
        "article",
        document,
        "",
        None,
        None,
        None,
        language,
        0,
        len(text),
    )
    return Passage("passage", article, 0, len(text))


def list_candidates(passage: Passage) -> list[Candidate]:
    """Return the sentences of a passage; their vectors are not looked at."""
    hit = Hit(passage, 1.0)
    tokens = np.zeros(0, dtype=np.uint16)
    vector = np.zeros(0, dtype=np.float32)
    candidates = []
    for place, (start, end) in enumerate(split_sentences(passage.text)):
        span = Span(start, end)
        candidates.append(Candidate(hit, 0, place, span, tokens, vector))
    return candidates


def judge_pair(pair: Pair, read: ReadPassage, compared: ComparedArticle) -> str:
    """Return what the check says of a claim."""
    document = make_document(pair.claim, "claim.txt")
    draft = Draft(document, None, pair.language, None)
    quotations = list_quotations(draft)
    for placed in quotations.looked_up:
        if match_exactly(placed.quotation, compared) is None:
            return "strike"
    verdicts = set()
    for sentence in list_sentences(draft, quotations):
        claim = read_claim(
            sentence.claimed,
            pair.language,
            table=embedders.open_token_vectors(),
            today=TODAY,
            sentence=sentence.shown,
        )
        if claim is not None:
            verdicts.add(judge_claim(claim, [read]).verdict)
    if "differs" in verdicts:
        return "strike"
    return "pass" if verdicts == {"supported"} else "undecided"


def mark_pair(pair: Pair, read: ReadPassage) -> tuple[str, bool]:
    """Return the mark of a claim that a language model wrote, and whether the passage carries it."""
    table = embedders.open_token_vectors()
    claim = make_claim(pair.claim, pair.language, table=table, today=TODAY)
    return mark_written(claim, [read]), find_carrier(claim, [read]) is not None


def judge_pairs(pairs: Sequence[Pair]) -> list[Judged]:
    """Return all pairs with their verdicts; the time of a passage is shared by its claims."""
    table = embedders.open_token_vectors()
    # What is loaded once is no part of any sentence's time.
    judged: list[Judged] = []
    for pair in [pairs[0], *pairs]:
        started = time.process_time()
        passage = make_passage(pair.passage, pair.passage_language)
        candidates = list_candidates(passage)
        read = read_passage(passage, candidates, table=table, today=TODAY)
        compared = ComparedArticle(passage.article)
        verdict = judge_pair(pair, read, compared)
        seconds = time.process_time() - started
        judged.append(Judged(pair, verdict, 1000 * seconds, *mark_pair(pair, read)))
    return judged[1:]


def share(judged: Sequence[Judged], verdict: str) -> float:
    """Return which share of the claims was given a verdict."""
    if not judged:
        return 0.0
    return sum(each.verdict == verdict for each in judged) / len(judged)


def summarise(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the shares of the errors of some claims, true and false."""
    true = [each for each in judged if each.pair.is_true]
    false = [each for each in judged if not each.pair.is_true]
    return {
        "true": len(true),
        "false": len(false),
        "false_pass": round(share(false, "pass"), 4),
        "false_caught": round(share(false, "strike"), 4),
        "false_strike": round(share(true, "strike"), 4),
        "true_passed": round(share(true, "pass"), 4),
    }


def group_by(judged: Sequence[Judged], field: str) -> dict[str, dict[str, Any]]:
    """Return the summaries of the claims that are alike in a field of their pairs."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        groups[getattr(each.pair, field)].append(each)
    return {name: summarise(group) for name, group in sorted(groups.items()) if name}


def make_report(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return all figures."""
    times = sorted(each.milliseconds for each in judged)
    report: dict[str, Any] = {}
    for half in HALVES:
        part = [each for each in judged if each.pair.half == half]
        report[half] = summarise(part)
    report["all"] = summarise(judged)
    report["languages"] = group_by(judged, "group")
    report["changes"] = group_by(judged, "change")
    report["marks"] = count_marks(judged)
    for name, is_true in (("true", True), ("false", False)):
        carried = [each for each in judged if each.is_carried and each.pair.is_true is is_true]
        report[f"carried_{name}"] = len(carried)
    report["milliseconds"] = {
        "median": round(times[len(times) // 2], 1),
        "p95": round(times[int(0.95 * len(times))], 1),
    }
    return report


def count_marks(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return the shares of the marks, of true and false claims."""
    rows = {}
    for name in ("all", *HALVES):
        for is_true in (True, False):
            part = [
                each
                for each in judged
                if each.pair.is_true is is_true and name in ("all", each.pair.half)
            ]
            counts = Counter(each.mark for each in part)
            row = {mark: round(counts[mark] / max(len(part), 1), 4) for mark in MARKS}
            rows[f"{name}, {'true' if is_true else 'false'}"] = row
    return rows


def format_share(number: float) -> str:
    """Return a share in per cent."""
    return f"{100 * number:.1f} %"


def format_tables(report: dict[str, Any]) -> str:
    """Return the figures as tables of Markdown."""
    lines = [
        "| claims | true | passed | struck (wrong) | false | struck | passed (wrong) |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    rows = {
        "all": report["all"],
        "odd passages": report["odd"],
        "even passages": report["even"],
        **report["languages"],
    }
    for name, row in rows.items():
        cells = [
            name,
            str(row["true"]),
            format_share(row["true_passed"]),
            format_share(row["false_strike"]),
            str(row["false"]),
            format_share(row["false_caught"]),
            format_share(row["false_pass"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "| what was changed | claims | struck | undecided | passed (wrong) |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, row in report["changes"].items():
        undecided = 1 - row["false_caught"] - row["false_pass"]
        cells = [
            name,
            str(row["false"]),
            format_share(row["false_caught"]),
            format_share(undecided),
            format_share(row["false_pass"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| written by a language model | ✓ | ~ | ✗ |", "|---|--:|--:|--:|"]
    for name, row in report["marks"].items():
        cells = [name, *(format_share(row[mark]) for mark in MARKS)]
        lines.append(f"| {' | '.join(cells)} |")
    spent = report["milliseconds"]
    lines += [
        "",
        f"If they cited nothing, {report['carried_true']} of the true ones would stay, and"
        f" {report['carried_false']} of the false.",
        "",
        f"Processor time a sentence: median {spent['median']} ms, 95 % below {spent['p95']} ms.",
    ]
    return "\n".join(lines)


def read_scores(pairs: Sequence[Pair]) -> list[float]:
    """Return how well the shipped reader finds each claim answered by a sentence of its passage."""
    reader = load_reader()
    scores = []
    for pair in pairs:
        sentences = [pair.passage[start:end] for start, end in split_sentences(pair.passage)]
        [reading] = reader.read(pair.claim, [sentences], [""])
        scores.append(reading.best)
    return scores


def compute_auc(true: Sequence[float], false: Sequence[float]) -> float:
    """Return how often a true claim has the higher of two scores (half a point where equal)."""
    gaps = np.subtract.outer(np.array(true), np.array(false))
    return float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


def move_in_folds(
    judged: Sequence[Judged], scores: Sequence[float], mark: str, sign: int
) -> Counter[bool]:
    """Return how many true and false claims of a mark a threshold moves that was fitted on others.

    The passages are cut into ten folds. Above the threshold (``sign`` 1) or below it more are to be
    moved of the one kind than eight times as many of the other.
    """
    wanted = sign > 0
    passages = sorted({each.pair.id.rpartition("-")[0] for each in judged})
    moved: Counter[bool] = Counter()
    rows = [
        (passages.index(each.pair.id.rpartition("-")[0]) % FOLDS, sign * score, each.pair.is_true)
        for each, score in zip(judged, scores, strict=True)
        if each.mark == mark
    ]
    for fold in range(FOLDS):
        fitted = [row for row in rows if row[0] != fold]
        gains = []
        for _, threshold, _ in fitted:
            above = [is_true for _, score, is_true in fitted if score > threshold]
            right = sum(is_true is wanted for is_true in above)
            gains.append((right - PRICE * (len(above) - right), threshold))
        gain, threshold = max(gains)
        if gain > 0:
            moved.update(row[2] for row in rows if row[0] == fold and row[1] > threshold)
    return moved


def print_reader(judged: Sequence[Judged]) -> None:
    """Print whether the reader's score tells true claims from false ones, beside the marks."""
    started = time.process_time()
    scores = read_scores([each.pair for each in judged])
    spent = 1000 * (time.process_time() - started) / len(judged)
    for mark in ("all", *MARKS):
        rows = [
            (s, e.pair.is_true)
            for s, e in zip(scores, judged, strict=True)
            if mark in ("all", e.mark)
        ]
        auc = compute_auc([s for s, true in rows if true], [s for s, true in rows if not true])
        print(f"reader, {mark}: AUC {auc:.2f}")
    for mark, sign, to in (("✓", -1, "~"), ("~", 1, "✓"), ("~", -1, "✗"), ("✗", 1, "~")):
        moved = move_in_folds(judged, scores, mark, sign)
        print(f"reader, {mark} to {to}: {moved[True]} true, {moved[False]} false")
    print(f"reader: {spent:.0f} ms of processor time a claim")


def print_wrong(judged: Sequence[Judged]) -> None:
    """Print the claims that were judged wrongly."""
    for each in judged:
        wrong = "strike" if each.pair.is_true else "pass"
        if each.verdict == wrong:
            kind = each.pair.change or "true"
            print(f"{each.verdict:6} {each.pair.id} {kind}: {each.pair.claim}")


def main() -> None:
    """Measure, and print or save the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, default=sorted(DATA.glob("*.jsonl")))
    parser.add_argument("--half", choices=HALVES, help="only these passages")
    parser.add_argument("--wrong", action="store_true", help="print what was judged wrongly")
    parser.add_argument("--reader", action="store_true", help="whether the reader tells them apart")
    parser.add_argument("--save", action="store_true", help="write the results and the page")
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.files)
    if arguments.half:
        pairs = [pair for pair in pairs if pair.half == arguments.half]
    judged = judge_pairs(pairs)
    report = make_report(judged)
    if arguments.wrong:
        print_wrong(judged)
    if arguments.reader:
        print_reader(judged)
        return
    print(format_tables(report))
    if arguments.save:
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        page = PAGE.read_text(encoding="utf-8")
        page = with_block(page, "claims", format_tables(report))
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
