#!/usr/bin/env python3
"""Measure how much of what a small language model makes up gets through the check of sentences.

scripts/measure_liar.py [--wrong] [--ask FILE]

SmolLM2 (135 M) was asked fifty French questions about passages of tests/data/claims, twice each, and
a person marked every false number and name in its hundred answers (tests/data/liar). Each of its
sentences is given the mark that `rag ask --llm` gives it; once as the model cites, and once as if it
cited all passages that it was given, which is harder: what cites nothing is struck for that alone.
--wrong prints the sentences with something false in them that were not struck. --ask has the model
of a file answer anew, and prints what it says (needs the extra llm).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from measure_claims import TODAY, list_candidates, make_passage, read_pairs
from rag.answer.claims import make_claim, read_passage
from rag.llm.citing import CitationStream
from rag.llm.prompt import Room, build_prompt
from rag.llm.sentences import SentenceStream
from rag.models import embedders, tokenizer
from rag.pipeline.marking import find_carrier, mark_written
from rag.records import STRUCK, SUPPORTED, UNCLEAR
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answer.claims import ReadPassage
    from rag.llm.prompt import Prompt
    from rag.llm.sentences import CitedText
    from rag.records import Passage

DATA = ROOT / "tests" / "data" / "liar"
CLAIMS = ROOT / "tests" / "data" / "claims" / "fr.jsonl"
SEEDS = (1, 2)
TEMPERATURE = 0.7
OTHERS = 1  # passages that the model is given beside the one that answers
ANSWER = 64  # tokens
CONTEXT = 2048


class Asked(NamedTuple):
    """A question, and the passages that the model is given with it."""

    question: str
    passages: tuple[str, ...]  # ids


def read_passages() -> dict[str, Passage]:
    """Return the passages of the French claims by id."""
    texts = {pair.id.rpartition("-")[0]: pair.passage for pair in read_pairs([CLAIMS])}
    passages = {}
    for name, text in texts.items():
        passages[name] = replace(make_passage(text, "fr"), id=name)
    return passages


def read_questions() -> Iterator[Asked]:
    """Yield the questions, each with the passage that answers and those behind it in the file."""
    names = list(read_passages())
    for line in (DATA / "questions.tsv").read_text(encoding="utf-8").splitlines():
        name, question = line.split("\t")
        place = names.index(name)
        around = [names[(place + step) % len(names)] for step in range(OTHERS + 1)]
        yield Asked(question, tuple(around))


def make_prompt(asked: Asked, passages: dict[str, Passage], seed: int) -> Prompt:
    """Return what the model is sent, with a delimiter that is the same in every run."""
    room = Room(CONTEXT, tokenizer.get_tokenizer().count_tokens)
    chosen = [passages[name] for name in asked.passages]
    return build_prompt(asked.question, chosen, room, delimiter=f"{seed:024x}")


def ask_all(file: Path) -> None:
    """Print what the model of a file answers, an object a line."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    passages = read_passages()
    for seed in SEEDS:
        for number, asked in enumerate(read_questions(), 1):
            prompt = make_prompt(asked, passages, seed)
            request = {
                "messages": [message._asdict() for message in prompt.messages],
                "max_tokens": ANSWER,
                "temperature": TEMPERATURE,
                "seed": seed,
            }
            reply = server.handle_chat_completions(request)
            row = {
                "id": f"{seed}-{number:02}",
                "question": asked.question,
                "passages": [prompt.passages[key].id for key in prompt.passages],
                "answer": reply["choices"][0]["message"]["content"],
            }
            print(json.dumps(row, ensure_ascii=False), flush=True)


class Marked(NamedTuple):
    """A sentence, what is false in it, and its marks."""

    answer: str  # its id
    text: str
    false: tuple[str, ...]
    mark: str  # as the model cites
    cited: str  # as if it cited all passages


def read_passage_of(passage: Passage) -> ReadPassage:
    """Return a passage as sentences are held against it."""
    return read_passage(
        passage, list_candidates(passage), table=embedders.open_token_vectors(), today=TODAY
    )


def split_answer(text: str, keys: Sequence[str]) -> tuple[list[CitedText], dict[str, int]]:
    """Return the sentences of an answer as rag cuts them, and the numbers of the keys."""
    cited = CitationStream(keys)
    stream = SentenceStream()
    sentences = [*stream.feed(cited.feed(text) + cited.finish()), *stream.finish()]
    return sentences, cited.numbers


def mark_answers() -> Iterator[Marked]:
    """Yield the sentences of all answers with their marks."""
    reads = {name: read_passage_of(passage) for name, passage in read_passages().items()}
    for line in (DATA / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        keys = [f"k{number}" for number, _ in enumerate(row["passages"], 1)]
        by_key = dict(zip(keys, (reads[name] for name in row["passages"]), strict=True))
        sentences, numbers = split_answer(row["answer"], keys)
        for place, sentence in enumerate(sentences):
            claim = make_claim(
                sentence.text, "fr", table=embedders.open_token_vectors(), today=TODAY
            )
            named = [by_key[key] for key, number in numbers.items() if number in sentence.citations]
            false = tuple(row["false"].get(str(place), ()))
            mark = mark_written(claim, named) if named else STRUCK
            # As rag does it: what another passage carries is not clear, and that one is cited.
            others = [read for read in by_key.values() if read not in named]
            if mark != SUPPORTED and find_carrier(claim, others) is not None:
                mark = UNCLEAR
            cited = mark_written(claim, list(by_key.values()))
            yield Marked(row["id"], sentence.text, false, mark, cited)


def main() -> None:
    """Print the figures, or what the model of a file answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wrong", action="store_true", help="print what was not struck")
    parser.add_argument("--ask", type=Path, help="a GGUF file whose model answers anew")
    arguments = parser.parse_args()
    if arguments.ask:
        ask_all(arguments.ask)
        return
    marked = list(mark_answers())
    false = [each for each in marked if each.false]
    print(f"{len(marked)} sentences, {len(false)} with a false number or name")
    for name in ("mark", "cited"):
        marks = Counter(getattr(each, name) for each in false)
        others = Counter(getattr(each, name) for each in marked if not each.false)
        print(f"{name:5}  false: {dict(marks)}  others: {dict(others)}")
    for each in false:
        if arguments.wrong and (each.mark, each.cited) != (STRUCK, STRUCK):
            print(f"{each.mark} {each.cited} {each.answer} {each.false} {each.text}")


if __name__ == "__main__":
    main()
