#!/usr/bin/env python3
"""How often rag check is right of sentences with figures: true ones, changed ones, absent ones.

The sentences are those of XQuAD's paragraphs, held against the same paragraphs in the same or in
another language: as they are (supported is right), with one figure changed (differs is right,
supported is wrong), and with their paragraphs left out of the index (nothing found is right).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import claim_verdicts
from rag.answer.amounts import compile_number, find_amounts
from rag.pipeline import CheckOptions, Rag, build, check_draft, make_draft
from rag.records import Filters
from rag.settings import Settings
from rag.text import split_sentences
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAIRS = ("en-en", "de-de", "es-es", "de-en", "es-en", "en-de", "en-es", "ru-en")
SEED = 7


def read_corpus(folder: Path, language: str) -> dict[str, tuple[str, str]]:
    """Title and text of each paragraph, by its id."""
    corpus = {}
    with (folder / language / "corpus.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            corpus[row["_id"]] = (row.get("title") or "", row["text"])
    return corpus


def open_index(corpus: dict[str, tuple[str, str]], ids: Sequence[str], folder: Path) -> Rag:
    """An index of some paragraphs, a file each."""
    articles = folder / "articles"
    articles.mkdir()
    for place, name in enumerate(ids):
        title, text = corpus[name]
        (articles / f"{place}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [articles])
    return Rag.open(settings)


def list_claims(text: str, language: str) -> Iterator[str]:
    """The sentences of a paragraph that have a figure which counts something."""
    for start, end in split_sentences(text):
        sentence = text[start:end]
        if len(sentence) > 40 and find_amounts(sentence, language):
            yield " ".join(sentence.split())


def change_figure(sentence: str, language: str, chance: random.Random) -> str | None:
    """The sentence with another digit in one of its figures."""
    amounts = list(find_amounts(sentence, language))
    amount = chance.choice(amounts)
    number = compile_number().search(amount.text)
    if number is None or sentence.count(amount.text) != 1:
        return None
    # Of a year another decade, of other figures the first digit.
    digits = [match.start() for match in re.finditer(r"\d", number[0])]
    is_year = re.fullmatch(r"1\d{3}|20\d\d", number[0]) is not None
    place = digits[2] if is_year else digits[0]
    written = list(number[0])
    written[place] = str(int(written[place]) % 9 + 1)
    start = sentence.index(amount.text) + number.start()
    return sentence[:start] + "".join(written) + sentence[start + len(written) :]


def count_verdicts(rag: Rag, sentences: Sequence[str]) -> Counter[str]:
    """How often each status was given."""
    text = "\n\n".join(re.sub(r"[«»“”„\"‹›]", "", sentence) for sentence in sentences)
    draft = make_draft(text.encode(), likely=rag.generation.passages_by_language)
    check = check_draft(rag, draft, CheckOptions(Filters()))
    return Counter(item.status for item in check.items if item.kind == "claim")


def measure_pair(folder: Path, draft_language: str, language: str, limit: int) -> None:
    """Print a row for each kind of sentence."""
    chance = random.Random(SEED)
    drafts = read_corpus(folder, draft_language)
    corpus = read_corpus(folder, language)
    ids = sorted(corpus)
    chance.shuffle(ids)
    kept, left_out = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    with tempfile.TemporaryDirectory() as place, open_index(corpus, kept, Path(place)) as rag:
        true = [s for name in kept for s in list_claims(drafts[name][1], draft_language)]
        true = true[:limit]
        changed = [change_figure(sentence, draft_language, chance) for sentence in true]
        absent = [s for name in left_out for s in list_claims(drafts[name][1], draft_language)]
        kinds = {
            "true": true,
            "changed": [sentence for sentence in changed if sentence],
            "absent": absent[:limit],
        }
        for kind, sentences in kinds.items():
            started = time.perf_counter()
            counts = count_verdicts(rag, sentences)
            seconds = time.perf_counter() - started
            total = counts.total()
            shares = "  ".join(
                f"{status} {counts[status] / total:.2f}"
                for status in ("supported", "differs", "nothing_found")
            )
            print(
                f"{draft_language}-{language} {kind:8} {total:4}  {shares}"
                f"  {1000 * seconds / total:.0f} ms each"
            )


def main() -> None:
    """Measure all pairs of languages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "eval" / "xquad")
    parser.add_argument("--pairs", nargs="*", default=PAIRS, help="draft and articles: de-en")
    parser.add_argument("--limit", type=int, default=100, help="sentences of each kind")
    arguments = parser.parse_args()
    print(
        f"supported from {claim_verdicts.SUPPORTED_COVERAGE}, differs from {claim_verdicts.DIFFERING_COVERAGE}"
    )
    for pair in arguments.pairs:
        draft_language, language = pair.split("-")
        measure_pair(arguments.data, draft_language, language, arguments.limit)


if __name__ == "__main__":
    main()
