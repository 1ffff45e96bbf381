"""A sentence of a language model beside the passages that it cites, and the others that it read."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rag.answer import claims
from rag.answer.choosing import list_candidates
from rag.answer.claim_verdicts import choose_sentence
from rag.models import embedders
from rag.pipeline.marking import find_carrier, mark_written
from rag.records import STRUCK, SUPPORTED, UNCLEAR, Hit, Span, WrittenSentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.answer.claims import Claim, ReadPassage
    from rag.llm.sentences import CitedText
    from rag.pipeline.asking import Rag
    from rag.records import Answer, Mark, Passage


class SentenceJudge:
    """Marks the sentences of one answer, and keeps what each source is cited for."""

    def __init__(
        self,
        rag: Rag,
        answer: Answer,
        passages: Mapping[str, Passage],
        numbers: dict[str, int],
    ) -> None:
        """``passages`` are what the model read by key; ``numbers`` those it cites, and grow."""
        self._generation = rag.generation
        self._language = answer.language
        self._today = answer.today or datetime.date.today()
        self._table = embedders.open_token_vectors()
        self._passages = passages
        self._numbers = numbers
        self._read: dict[str, ReadPassage] = {}
        self._spans: dict[str, Span] = {}

    def judge(self, sentence: CitedText) -> WrittenSentence:
        """Return a sentence with its mark.

        One that cites nothing needs a passage that carries it, which is cited then.
        """
        claim = claims.make_claim(
            sentence.text,
            self._language,
            table=self._table,
            today=self._today,
        )
        cited = [key for key, number in self._numbers.items() if number in sentence.citations]
        mark = self._compare(claim, cited)
        citations = list(sentence.citations)
        if mark != SUPPORTED:
            helper = self._find_helper(claim, cited)
            if helper:
                mark = UNCLEAR
                cited.append(helper)
                number = self._numbers.setdefault(helper, len(self._numbers) + 1)
                citations.append(number)
        self._keep_spans(claim, cited)
        return WrittenSentence(sentence.text, tuple(citations), mark)

    def list_quotations(self) -> list[tuple[Passage, Span]]:
        """Return the passages in the order of their numbers, each with what it is cited for."""
        quotations = []
        for key in sorted(self._numbers, key=self._numbers.__getitem__):
            passage = self._passages[key]
            whole = Span(passage.start, passage.end)
            span = self._spans.get(key, whole)
            quotations.append((passage, span))
        return quotations

    def _compare(self, claim: Claim, keys: Sequence[str]) -> Mark:
        """Return the mark of a claim beside the passages that it cites."""
        if not keys:
            return STRUCK
        passages = self._read_all(keys)
        return mark_written(claim, passages)

    def _find_helper(self, claim: Claim, cited: Sequence[str]) -> str:
        """Return the key of a passage that carries a claim and is not cited for it, or nothing."""
        others = [key for key in self._passages if key not in cited]
        carrier = find_carrier(claim, self._read_all(others))
        for key in others:
            if carrier is not None and self._passages[key].id == carrier.id:
                return key
        return ""

    def _keep_spans(self, claim: Claim, keys: Iterable[str]) -> None:
        """Note which sentence each passage is cited for, the first time that it is."""
        for key in keys:
            if key not in self._spans:
                [read] = self._read_all([key])
                self._spans[key] = choose_sentence(claim, read)

    def _read_all(self, keys: Iterable[str]) -> list[ReadPassage]:
        """Return passages as claims are held against them; each is read once."""
        read = []
        for key in keys:
            if key not in self._read:
                self._read[key] = self._read_passage(self._passages[key])
            read.append(self._read[key])
        return read

    def _read_passage(self, passage: Passage) -> ReadPassage:
        rows = self._generation.article_rows(passage.article.id)
        own = []
        for row, each in zip(rows, self._generation.passages(rows), strict=True):
            if each.id == passage.id:
                own.append(row)
        hits = [Hit(passage, 0.0) for _ in own]
        candidates = list_candidates(hits, own, generation=self._generation)
        return claims.read_passage(
            passage,
            candidates,
            table=self._table,
            today=self._today,
        )
