#!/usr/bin/env python3
"""How often a question of yes or no is answered falsely: the worst that its form can do.

Sentences of XQuAD's paragraphs are asked as they stand, held against the passages that the search finds: as they are
("no" is false), with one figure changed ("yes" is false), with two names swapped ("yes" is false, mostly), without a
negation they have ("yes" is false), and with their paragraphs left out of the index (either is false).
"""

from __future__ import annotations

import argparse
import datetime
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from measure_checking import change_figure, list_claims, open_index, read_corpus
from rag.answer.evidence import read_passages
from rag.answer.polarity import judge_sentences, read_asked_claim, settle_question
from rag.answer.polarity_words import load_polarity_words
from rag.answer.word_matching import find_names
from rag.models import embedders
from rag.pipeline.request import expand_question
from rag.records import Filters
from rag.search import rank_quickly
from rag.text import find_words, split_sentences
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.pipeline import Rag

LANGUAGES = ("en", "de", "es")
PASSAGES = 8
SEED = 7
MAX_WORDS = 20  # of a sentence that may be asked as a question


def settle(rag: Rag, sentence: str, language: str) -> str:
    """What is said of a statement: "yes", "no", or nothing."""
    table = embedders.open_token_vectors()
    asked = read_asked_claim(sentence, language, table=table, today=datetime.date(2026, 1, 1))
    if asked is None:
        return ""
    query = expand_question(sentence, [language], generation=rag.generation, embedder=rag.embedder)
    ranked = rank_quickly(query, generation=rag.generation, filters=Filters())
    _, candidates = read_passages(ranked, range(PASSAGES), rag.generation)
    terms = {word.term for word in find_words(sentence)}
    # As the reader does, the sentences with most of the statement's words first.
    shared = [-len(terms & {word.term for word in find_words(each.text)}) for each in candidates]
    places = sorted(range(len(candidates)), key=shared.__getitem__)
    settled = settle_question(judge_sentences(asked, candidates, places))
    return settled.judgement if settled else ""


def list_sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph that are short enough to be asked."""
    for start, end in split_sentences(text):
        sentence = " ".join(text[start:end].split())
        if 4 <= len(sentence.split()) <= MAX_WORDS:
            yield sentence


def swap_names(sentence: str, language: str) -> str | None:
    """The sentence with its first and its last name in each other's place."""
    names = [
        sentence[word.start : word.end]
        for word in find_words(sentence)
        if word.form in find_names(sentence, language)
    ]
    if len(names) < 2 or names[0] == names[-1]:
        return None
    first, last = names[0], names[-1]
    return sentence.replace(first, "\0").replace(last, first).replace("\0", last)


def drop_negation(sentence: str, language: str) -> str | None:
    """The sentence without its one negation."""
    known = load_polarity_words(language)
    denials = list(known.negations.finditer(sentence)) if known else []
    if len(denials) != 1:
        return None
    start, end = denials[0].span()
    return " ".join((sentence[:start] + sentence[end:]).split())


def measure(folder: Path, language: str, limit: int) -> None:
    """Print a row for each kind of question."""
    chance = random.Random(SEED)
    corpus = read_corpus(folder, language)
    ids = sorted(corpus)
    chance.shuffle(ids)
    kept, left_out = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    texts = [corpus[name][1] for name in kept]
    true = [sentence for text in texts for sentence in list_sentences(text)][:limit]
    figures = [claim for text in texts for claim in list_claims(text, language)][:limit]
    absent = [each for name in left_out for each in list_sentences(corpus[name][1])][:limit]
    every = [sentence for text in texts for sentence in list_sentences(text)]
    kinds: dict[str, Sequence[str | None]] = {
        "true": true,
        "figure": [change_figure(sentence, language, chance) for sentence in figures],
        "swapped": [swap_names(sentence, language) for sentence in every],
        "denied": [drop_negation(sentence, language) for sentence in every],
        "absent": absent,
    }
    with tempfile.TemporaryDirectory() as place, open_index(corpus, kept, Path(place)) as rag:
        for kind, sentences in kinds.items():
            asked = [sentence for sentence in sentences if sentence][:limit]
            said = [(settle(rag, sentence, language), sentence) for sentence in asked]
            counts = Counter(verdict for verdict, _ in said)
            print(f"{language} {kind:8} {len(asked):4}  yes {counts['yes']:3}  no {counts['no']:3}")
            wrong = {"true": ("no",), "absent": ("yes", "no")}.get(kind, ("yes",))
            for verdict, sentence in said:
                if verdict in wrong:
                    print(f"    {verdict}: {sentence}")


def main() -> None:
    """Measure all languages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "eval" / "xquad")
    parser.add_argument("--languages", nargs="*", default=LANGUAGES)
    parser.add_argument("--limit", type=int, default=150, help="questions of each kind")
    arguments = parser.parse_args()
    for language in arguments.languages:
        measure(arguments.data, language, arguments.limit)


if __name__ == "__main__":
    main()
