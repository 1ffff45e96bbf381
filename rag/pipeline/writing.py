"""An answer in quotations into one that a language model writes from the same passages.

The reader comes first: where no passage answers, no model is asked. What the model writes is held
against the passages sentence by sentence, as it comes.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rag.answer import citations
from rag.llm.citing import CitationStream
from rag.llm.models import AnswerCut, Limits, open_model
from rag.llm.prompt import NOT_IN_SOURCES, Room, build_prompt
from rag.llm.sentences import SentenceStream
from rag.llm.thoughts import drop_thoughts
from rag.models import tokenizer
from rag.pipeline.judging import SentenceJudge
from rag.pipeline.written_conflicts import list_differing_quotations, renumber_conflicts
from rag.records import AnswerSentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.llm.models import LanguageModel
    from rag.llm.prompt import Prompt
    from rag.llm.sentences import CitedText
    from rag.pipeline.asking import Rag
    from rag.records import Answer, Passage, WrittenSentence
    from rag.settings import Settings

NOTHING_WRITTEN = "the model wrote nothing"
NOTHING_STANDS = "nothing of what the model wrote stands in the sources"


class Written(NamedTuple):
    """An answer that a model wrote, and whether the user ended it."""

    answer: Answer
    is_interrupted: bool = False


def open_writer(settings: Settings) -> LanguageModel:
    """Return the language model that the settings name; see ``open_model``."""
    room = _make_room(settings)
    limits = Limits(
        settings.llm_context,
        room.answer,
        settings.llm_timeout,
    )
    return open_model(settings.llm, limits, offline=settings.offline)


def can_be_written(answer: Answer, *, always: bool = False) -> bool:
    """Return whether a model is asked: not where nothing answers, nor for what was counted."""
    if answer.collection is not None or not list_passages(answer):
        return False
    return always or answer.status != "not_in_sources"


def list_passages(answer: Answer) -> list[Passage]:
    """Return what a model reads: the passages that are quoted, then the others, best first."""
    passages = {}
    for citation in answer.citations:
        passages[citation.passage.id] = citation.passage
    for hit in answer.hits:
        passages.setdefault(hit.passage.id, hit.passage)
    return list(passages.values())


def make_prompt(answer: Answer, settings: Settings) -> Prompt:
    """Return what a model is sent for an answer; UsageError where it does not fit."""
    passages = list_passages(answer)
    room = _make_room(settings)
    return build_prompt(answer.question, passages, room)


def describe_sending(model: LanguageModel, prompt: Prompt) -> str:
    """Return what is sent where, in words; empty where nothing leaves this machine."""
    if model.spec.is_local:
        return ""
    articles = {passage.article.id for passage in prompt.passages.values()}
    passages = _count(len(prompt.passages), "passage")
    sources = _count(len(articles), "article")
    return f"sent to {model.spec.host}: the question and {passages} of {sources}"


def say_nothing(words: WrittenSentence | str) -> None:
    """Leave unsaid what has come, or what is sent."""


def write_answer(
    rag: Rag,
    answer: Answer,
    model: LanguageModel,
    *,
    say: Callable[[WrittenSentence], None] = say_nothing,
    tell: Callable[[str], None] = say_nothing,
) -> Written:
    """Return an answer as a model writes it; ``say`` is called with each sentence as it comes.

    ``tell`` is called with what is sent to another machine, before it is.

    Raises:
        LanguageModelError: there is none.
        UsageError: the passages do not fit into what the model reads.
    """
    started = time.perf_counter()
    prompt = make_prompt(answer, rag.settings)
    sending = describe_sending(model, prompt)
    if sending:
        tell(sending)
    writer = _Writer(rag, answer, prompt)
    remarks = _list_remarks(prompt)
    is_interrupted = False
    try:
        with closing(model.stream(prompt.messages)) as pieces:
            for piece in drop_thoughts(pieces):
                for sentence in writer.feed(piece):
                    say(sentence)
                if writer.is_refusal:
                    break
    except AnswerCut as cut:
        remarks.append(cut.message)
    except KeyboardInterrupt as interrupt:
        # SIGTERM, which ends everything, is one of another class.
        if type(interrupt) is not KeyboardInterrupt:
            raise
        remarks.append("interrupted: this is what came")
        is_interrupted = True
    for sentence in writer.finish():
        say(sentence)
    spent = 1000 * (time.perf_counter() - started)
    timing = {**answer.timing_ms, "llm": spent}
    answer = replace(answer, llm=model.spec.text, timing_ms=timing)
    return Written(writer.complete(answer, remarks), is_interrupted)


class _Writer:
    """Takes a model's text as it comes."""

    def __init__(self, rag: Rag, answer: Answer, prompt: Prompt) -> None:
        links = set()
        for passage in prompt.passages.values():
            if passage.article.url:
                links.add(passage.article.url)
        self.is_refusal = False
        self._rag = rag
        self._cited = CitationStream(prompt.passages, links=links)
        self._sentences = SentenceStream()
        self._judge = SentenceJudge(rag, answer, prompt.passages, self._cited.numbers)
        self._written: list[WrittenSentence] = []

    def feed(self, piece: str) -> Iterator[WrittenSentence]:
        """Yield the sentences that are complete now, marked."""
        text = self._cited.feed(piece)
        for sentence in self._sentences.feed(text):
            yield from self._take(sentence)

    def finish(self) -> Iterator[WrittenSentence]:
        """Yield what is left, marked."""
        text = self._cited.finish()
        for sentence in self._sentences.feed(text):
            yield from self._take(sentence)
        for sentence in self._sentences.finish():
            yield from self._take(sentence)

    def _take(self, sentence: CitedText) -> Iterator[WrittenSentence]:
        if NOT_IN_SOURCES in sentence.text.upper():
            self.is_refusal = not self._written
        elif not self.is_refusal:
            written = self._judge.judge(sentence)
            self._written.append(written)
            yield written

    def complete(self, answer: Answer, remarks: list[str]) -> Answer:
        """Return the answer with what was written, or the refusal that it is.

        Where no sentence stands, the quotations do.
        """
        if self._cited.unknown_keys:
            unknown = self._cited.unknown_keys
            remarks.append(f"sources that the model cited and was not given: {unknown}")
        if self._cited.removed_links:
            links = self._cited.removed_links
            remarks.append(f"links of the model's own, left out: {links}")
        if self.is_refusal or (not self._written and answer.status == "not_in_sources"):
            return replace(
                answer,
                status="not_in_sources",
                sentences=(),
                citations=(),
                conflicts=(),
                form=None,
                warnings=(*answer.warnings, *remarks),
            )
        standing = [sentence for sentence in self._written if not sentence.is_struck]
        if not standing:
            is_empty = not self._written
            remarks.append(NOTHING_WRITTEN if is_empty else NOTHING_STANDS)
            # Their numbers would be taken for those of the quotations.
            struck = [replace(sentence, citations=()) for sentence in self._written]
            warnings = (*answer.warnings, *remarks)
            return replace(answer, written=tuple(struck), warnings=warnings)
        return self._replace_sentences(answer, standing, remarks)

    def _replace_sentences(
        self, answer: Answer, standing: list[WrittenSentence], remarks: list[str]
    ) -> Answer:
        """Return the answer in the model's sentences, each passage cited once."""
        quotations = self._judge.list_quotations()
        quotations += list_differing_quotations(answer, quotations)
        _, cited = citations.cite_quotations(
            quotations,
            source=self._rag.read_source,
            reprints=lambda article: (),
        )
        sentences = []
        for written in standing:
            sentence = AnswerSentence(written.text, written.citations)
            sentences.append(sentence)
        changes = citations.warn_of_changes(cited)
        kept = [warning for warning in answer.warnings if warning not in changes]
        status = "answered" if answer.status == "not_in_sources" else answer.status
        return replace(
            answer,
            status=status,
            sentences=tuple(sentences),
            citations=cited,
            written=tuple(self._written),
            conflicts=renumber_conflicts(answer, cited),
            form=None,
            warnings=(*kept, *changes, *remarks),
        )


def _make_room(settings: Settings) -> Room:
    return Room(settings.llm_context, tokenizer.get_tokenizer().count_tokens)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _list_remarks(prompt: Prompt) -> list[str]:
    """Return what has to be said of a prompt."""
    if not prompt.left_out:
        return []
    return [
        f"passages not sent to the model, for want of room: {prompt.left_out};"
        " --llm-context N gives it more"
    ]
