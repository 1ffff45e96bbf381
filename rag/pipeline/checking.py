"""A draft beside the articles: each quotation looked up, each claim held against passages."""

from __future__ import annotations

import datetime
import functools
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answer import citations, claims, evidence
from rag.answer.claim_verdicts import judge_claim
from rag.index import lookup, name_matches
from rag.models import embedders
from rag.pipeline.drafts import MAX_CHARACTERS, list_quotations, list_sentences
from rag.pipeline.quotation_lookup import QuotationIndex
from rag.pipeline.request import expand_question
from rag.records import CheckedItem, DraftCheck, Span
from rag.search import deduplicate, rank_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from rag.answer.claim_verdicts import Finding
    from rag.answer.claims import Claim, ReadPassage
    from rag.answer.quotation_spans import Candidate
    from rag.pipeline.asking import Rag
    from rag.pipeline.drafts import Draft, DraftQuotations, PlacedQuotation
    from rag.pipeline.quotation_lookup import LookedUp
    from rag.records import Article, Citation, Document, Filters, ItemStatus, Passage

    Progress = Callable[[str, int, int], None]

# Chosen by hand: a claim that is not in the best passages is not found, and each of them is read.
PASSAGES_READ = 8
RANKED_PASSAGES = 30  # of which the draft's own are left out
MAX_CLAIM_LENGTH = 1000  # characters of a sentence that are read
# Of one draft; chosen by hand, a long book has as many.
MAX_QUOTATIONS = 3000
MAX_CLAIMS = 3000
MAX_SOURCES = 6  # articles with the same words whose files are read again; by hand
CHECKED_SUFFIX = ".checked.md"


class CheckOptions(NamedTuple):
    """What a draft is held against, and on which day."""

    filters: Filters
    today: datetime.date | None = None


def ignore_progress(stage: str, done: int, total: int) -> None:
    """Say nothing of how far the work has come."""


def name_checked_copy(draft: Path) -> Path:
    """Return where the footnoted copy of a draft lies."""
    return draft.with_name(f"{draft.stem}{CHECKED_SUFFIX}")


def check_draft(
    rag: Rag, draft: Draft, options: CheckOptions, *, progress: Progress = ignore_progress
) -> DraftCheck:
    """Return what the articles say of each quotation and claim of a draft.

    A draft that is indexed itself, or its footnoted copy, confirms nothing: they are left out.
    """
    started = time.perf_counter()
    checker = _Checker(rag, draft, options)
    quotations = list_quotations(draft)
    items = list(checker.check_quotations(quotations, progress))
    quotations_checked = time.perf_counter()
    items += checker.check_claims(quotations, progress)
    items.sort(key=lambda item: (item.start, item.kind != "quotation", item.end))
    manifest = rag.generation.manifest
    return DraftCheck(
        path=draft.document.path,
        language=draft.language,
        items=tuple(_number_citations(items)),
        short_quotations=quotations.short,
        coverage=lookup.describe_coverage(rag.generation, checker.filters),
        generation=rag.generation.name,
        model=str(manifest["model"]),
        fingerprint=str(manifest["fingerprint"]),
        timing_ms={
            "quotations": 1000 * (quotations_checked - started),
            "claims": 1000 * (time.perf_counter() - quotations_checked),
        },
        warnings=(
            *rag.generation.warnings,
            *name_matches.find_unknown_names(checker.filters, manifest),
            *checker.warnings,
            *citations.warn_of_changes([each.citation for each in items if each.citation]),
        ),
    )


def _number_citations(items: list[CheckedItem]) -> Iterator[CheckedItem]:
    """Yield the items, their citations numbered in the order of the draft."""
    number = 0
    for item in items:
        if item.citation is None:
            yield item
            continue
        number += 1
        citation = replace(item.citation, n=number)
        yield replace(item, citation=citation)


class _Checker:
    """Holds one draft against an index."""

    def __init__(self, rag: Rag, draft: Draft, options: CheckOptions) -> None:
        self.filters = lookup.limit_to_day(options.filters, options.today)
        self.warnings: list[str] = []
        self._rag = rag
        self._draft = draft
        self._today = draft.day or options.today or datetime.date.today()
        self._table = embedders.open_token_vectors()
        self._read_source = functools.cache(self._read_document_today)
        self._documents: dict[str, Document] = {}
        self._read_passages: dict[str, ReadPassage] = {}
        self._excluded = _find_own_documents(rag, draft)
        if self._excluded:
            named = ", ".join(sorted(self._excluded))
            self.warnings.append(f"the draft is indexed itself and confirms nothing: {named}")
        if draft.end < len(draft.document.text):
            self.warnings.append(f"only the first {MAX_CHARACTERS:,} characters were checked")

    def check_quotations(
        self, quotations: DraftQuotations, progress: Progress
    ) -> Iterator[CheckedItem]:
        """Yield each quotation with where it stands."""
        total = len(quotations.looked_up)
        if total > MAX_QUOTATIONS:
            self.warnings.append(f"only the first {MAX_QUOTATIONS:,} quotations were checked")
        index = QuotationIndex(
            self._rag.generation,
            self.filters,
            excluded=self._excluded,
        )
        checked = quotations.looked_up[:MAX_QUOTATIONS]
        for done, placed in enumerate(checked):
            progress("quotations", done, total)
            places = index.look_up(placed)
            yield self._make_quotation(placed, places)

    def check_claims(self, quotations: DraftQuotations, progress: Progress) -> list[CheckedItem]:
        """Return each sentence with figures, days or names, and what passages say of it."""
        sentences = list(list_sentences(self._draft, quotations))
        items: list[CheckedItem] = []
        for done, (span, text, claimed) in enumerate(sentences):
            progress("claims", done, len(sentences))
            claim = claims.read_claim(
                claimed[:MAX_CLAIM_LENGTH],
                self._draft.language,
                table=self._table,
                today=self._today,
                sentence=text[:MAX_CLAIM_LENGTH],
            )
            if claim is None:
                continue
            if len(items) == MAX_CLAIMS:
                self.warnings.append(f"only the first {MAX_CLAIMS:,} claims were checked")
                break
            passages = self._find_passages(claim)
            finding = judge_claim(claim, passages)
            item = self._make_claim(span, text, finding)
            items.append(item)
        return items

    def _make_quotation(self, placed: PlacedQuotation, found: LookedUp) -> CheckedItem:
        """Return a quotation with its citation; what the file no longer says was not found."""
        item = CheckedItem(
            kind="quotation",
            text=placed.shown,
            start=placed.span.start,
            end=placed.span.end,
            line=self._draft.document.line(placed.span.start),
            status="not_found",
        )
        status: ItemStatus = "near"
        match = found.near
        others = []
        if found.exact:
            status = "exact"
            match = found.exact[0]
            others = [other.article for other in found.exact[1:MAX_SOURCES]]
        if match is None:
            return item
        citation = self._cite(
            match.article,
            match.span,
            others,
        )
        if citation is None or citation.verified == "none":
            return replace(item, citation=citation)
        return replace(
            item,
            status=status,
            citation=citation,
            changes=match.changes,
        )

    def _make_claim(self, span: Span, text: str, finding: Finding) -> CheckedItem:
        """Return a claim with its citation; what the file no longer says was not found."""
        item = CheckedItem(
            kind="claim",
            text=text,
            start=span.start,
            end=span.end,
            line=self._draft.document.line(span.start),
            status="nothing_found",
            missing=finding.missing,
            doubt=finding.doubt or "",
        )
        if finding.passage is None or finding.span is None:
            return item
        citation = self._cite(
            finding.passage.article,
            finding.span,
            [],
        )
        if finding.verdict == "nothing_found":
            return replace(item, doubted=citation)
        if citation is None or citation.verified == "none":
            return replace(item, citation=citation)
        return replace(
            item,
            status=finding.verdict,
            citation=citation,
            facts=finding.facts,
        )

    def _cite(self, article: Article, span: Span, others: list[Article]) -> Citation | None:
        """Return a stretch of an article as a citation, verified in the file as it reads today."""
        passage = self._find_passage(article, span)
        if passage is None:
            return None
        _, [citation] = citations.cite_quotations(
            [(passage, span)], source=self._read_today, reprints=lambda article: others
        )
        return citation

    def _read_today(self, document: Document) -> Document | None:
        """Return a document as its file reads today; each file is read once."""
        self._documents[document.path] = document
        return self._read_source(document.path)

    def _read_document_today(self, path: str) -> Document | None:
        return self._rag.read_source(self._documents[path])

    def _find_passage(self, article: Article, span: Span) -> Passage | None:
        """Return the passage in which a stretch of an article begins."""
        generation = self._rag.generation
        passages = generation.passages(generation.article_rows(article.id))
        for passage in passages:
            if passage.start <= span.start < passage.end:
                return passage
        return passages[0] if passages else None

    def _find_passages(self, claim: Claim) -> list[ReadPassage]:
        """Return the best passages for a claim, the draft's own left out, read."""
        rag = self._rag
        query = expand_question(
            claim.text,
            [claim.language],
            generation=rag.generation,
            embedder=rag.embedder,
        )
        ranked = rank_quickly(query, generation=rag.generation, filters=self.filters)
        ranked = deduplicate(ranked, generation=rag.generation)
        count = RANKED_PASSAGES if self._excluded else PASSAGES_READ
        hits, sentences = evidence.read_passages(
            ranked,
            range(count),
            rag.generation,
        )
        read = []
        for rank, hit in enumerate(hits):
            if hit.passage.article.document.path in self._excluded:
                continue
            own = [sentence for sentence in sentences if sentence.rank == rank]
            passage = self._read_passage(hit.passage, own)
            read.append(passage)
        return read[:PASSAGES_READ]

    def _read_passage(self, passage: Passage, sentences: list[Candidate]) -> ReadPassage:
        """Return a passage as claims are held against it; kept for the next claim."""
        if passage.id not in self._read_passages:
            self._read_passages[passage.id] = claims.read_passage(
                passage, sentences, table=self._table, today=self._today
            )
        return self._read_passages[passage.id]


def _find_own_documents(rag: Rag, draft: Draft) -> Collection[str]:
    """Return the paths of the indexed documents that are the draft, or its footnoted copy."""
    generation = rag.generation
    same_bytes = generation.paths_with(draft.document.sha256)
    own = set(same_bytes)
    if draft.path is None:
        return own
    copy = name_checked_copy(draft.path)
    files = {
        os.path.realpath(draft.path),
        os.path.realpath(copy),
    }
    for path, _, _ in generation.list_formats():
        real_path = os.path.realpath(rag.root / path)
        if real_path in files:
            own.add(path)
    return own
