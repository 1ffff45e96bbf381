#!/usr/bin/env python3
"""Measure how follow-ups are understood: conversations on some articles, of whose last question the answer is known.

scripts/measure_followups.py [--articles FOLDER] [--llm SPEC] [FILE...]

A line of a file is a conversation: its ``turns``, and for the last of them the ``completed`` question as a person would ask
it alone and the ``answers``, one of which the quotations must hold, or ``unanswerable``; or ``alone``: the last question
stands for itself and must stay as it is, as does a ``question`` after the one ``before``. By default the conversations that
come with the tests.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rag import pipeline
from rag.errors import LanguageModelError
from rag.llm.follow_ups import propose_completion
from rag.question.followup.proposals import is_completion
from rag.settings.schema import Settings
from rag.text.words import find_words
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.llm.models import LanguageModel
    from rag.question.followup.proposals import FollowUp
    from rag.records import Answer

SELF_CONTAINED = ROOT / "tests" / "data" / "followups-self-contained.jsonl"
CONVERSATIONS = [
    ROOT / "tests" / "data" / f"followups{name}.jsonl"
    for name in ("", "-unseen", "-natural", "-held-out")
]
TODAY = datetime.date(2025, 12, 18)  # of the newest article


class Told(NamedTuple):
    """The last question of a conversation as it was asked; is the answer right so, bare, and asked in full by a person."""

    conversation: Mapping[str, Any]
    asked: str
    right: bool
    bare: bool
    in_full: bool

    @property
    def alone(self) -> bool:
        """Whether the question stands for itself."""
        return bool(self.conversation.get("alone"))

    @property
    def same(self) -> bool:
        """Whether it was asked as a person would ask it."""
        wanted = (
            self.conversation["turns"][-1]
            if self.alone
            else self.conversation.get("completed", self.asked)
        )
        return self.asked == wanted if self.alone else bag(self.asked) == bag(wanted)


def bag(question: str) -> list[str]:
    """Its words, in whatever order."""
    return sorted(word.term for word in find_words(question))


def conversations(path: Path) -> list[Mapping[str, Any]]:
    """Those of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [conversation(json.loads(line)) for line in lines]


def conversation(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line as a conversation: a question after another stands for itself."""
    if "turns" in line:
        return line
    return {"lang": line["lang"], "turns": [line["before"], line["question"]], "alone": True}


def right(conversation: Mapping[str, Any], answer: Answer) -> bool:
    """Whether an answer quotes one of the expected words, or says that it is not in the sources where that is right."""
    quoted = " ".join(" ".join(citation.quote.split()) for citation in answer.citations)
    return (
        not answer.citations
        if conversation.get("unanswerable")
        else any(words in quoted for words in conversation["answers"])
    )


def propose(model: LanguageModel, follow_up: FollowUp) -> str:
    """What a model proposes; what is taken of it, and what it was asked, is said."""
    try:
        text = propose_completion(model, follow_up)
    except LanguageModelError as error:
        print(f"  the model fails: {error.message}")
        return ""
    verdict = "taken" if is_completion(text, follow_up) else "dropped"
    print(f"  {verdict}: {follow_up.question} → {text}")
    return text


def told(
    rag: pipeline.Rag, alone: Callable[[str], Answer], conversation: Mapping[str, Any]
) -> Told:
    """Ask a conversation's questions one after the other, each completed by those before it.

    ``alone`` asks a question that nothing was asked before.
    """
    first, *rest = conversation["turns"]
    before = [alone(first)]
    for question in rest:
        before.append(rag.ask(question, today=TODAY, before=before))
    asked, bare = before[-1].question, conversation["turns"][-1]
    if conversation.get("alone"):
        return Told(conversation, asked, asked == bare, True, True)
    full = conversation.get("completed", asked)
    return Told(
        conversation,
        asked,
        *(right(conversation, answer) for answer in (before[-1], alone(bare), alone(full))),
    )


def ask(
    index: Path, paths: Sequence[Path], *, reader: str = "off", llm: str = "", every: int = 1
) -> list[list[Told]]:
    """Ask the conversations of each file, or one of so many of them."""
    # By default without the reader: three times as fast. With it the reader decides in doubt.
    settings = Settings(index=index, reader=reader, llm=llm)
    model = pipeline.open_writer(settings) if llm else None
    complete = functools.partial(propose, model) if model else None
    with pipeline.Rag.open(settings).with_settings(settings, complete) as rag:
        # Many conversations begin alike.
        alone = functools.cache(functools.partial(rag.ask, today=TODAY))
        return [
            [told(rag, alone, conversation) for conversation in conversations(path)[::every]]
            for path in paths
        ]


def main() -> None:
    """Measure, and name what is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", default=[*CONVERSATIONS, SELF_CONTAINED])
    parser.add_argument(
        "--articles", type=Path, default=ROOT / "seeds", help="what the conversations are about"
    )
    parser.add_argument("--llm", default="", help="the language model that completes, as for ask")
    parser.add_argument(
        "--reader", action="store_true", help="let the reader decide where a question is doubtful"
    )
    arguments = parser.parse_args()
    reader = "auto" if arguments.reader else "off"
    paths = arguments.files
    with tempfile.TemporaryDirectory() as place:
        pipeline.build(Settings(index=Path(place)), [arguments.articles])
        measured = ask(Path(place), paths, reader=reader, llm=arguments.llm)
    for path, some in zip(paths, measured, strict=True):
        for each in some:
            if not (each.same and each.right):
                marks = f"{'' if each.same else 'otherwise '}{'' if each.right else 'wrong '}{'' if each.in_full else 'in full too'}"
                print(f"{' | '.join(each.conversation['turns'])} → {each.asked}  [{marks.strip()}]")
        print(f"{path.name}: {summary(some)}")


def summary(some: Sequence[Told]) -> str:
    """The figures of a file."""
    leaning, alone = (
        [each for each in some if not each.alone],
        [each for each in some if each.alone],
    )
    shares = {
        "answered right": [each.right for each in leaning],
        "not completed": [each.bare for each in leaning],
        "in full": [each.in_full for each in leaning],
        "completed as a person would": [each.same for each in leaning],
        "left alone": [each.same for each in alone],
    }
    return f"{len(leaning)} follow-ups, " + ", ".join(
        f"{name} {sum(of)}/{len(of)}" for name, of in shares.items() if of
    )


if __name__ == "__main__":
    main()
