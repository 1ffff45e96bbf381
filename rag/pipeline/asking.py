"""``Rag``: a question into a cited answer."""

from __future__ import annotations

import datetime
import functools
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import asked_values, citations
from rag.errors import RagError
from rag.index import lookup, name_matches
from rag.index.opened import open_index
from rag.models import embedders, tokenizer
from rag.pipeline.building import check_fingerprint, compute_fingerprint
from rag.pipeline.choices import choose_what_answers, make_form
from rag.pipeline.chosen import Tools
from rag.pipeline.collection import answer_about_collection
from rag.pipeline.readings import choose_trace, list_readings
from rag.pipeline.request import (
    Request,
    Result,
    Trace,
    add_conflicts,
    add_matches,
    add_timings,
    cut_span,
    expand_question,
)
from rag.question import date_filter
from rag.question.date_filter import Scope
from rag.question.forms import recognise_form
from rag.question.spoken_values import READERS
from rag.records import Answer, Filters
from rag.search import deduplicate, limit_per_article, make_hits, rank_passages, reorder
from rag.settings import Settings
from rag.store.address import choose_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.citations import SourceToday
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.question.expand import Query
    from rag.question.followup.proposals import Completer
    from rag.records import Article, DraftCheck, Passage, Span, Status
    from rag.search import RankedPassages

NO_FILTERS = Filters()


class Rag:
    """An open index that answers questions. Close it, or use it as a context manager.

    The settings are those it was opened with; what changes from question to question is an
    argument. Nothing of a question is kept, so that several threads may ask one ``Rag``.
    """

    def __init__(
        self,
        settings: Settings,
        generation: OpenedIndex,
        embedder: Embedder,
        *,
        read_source: SourceToday | None = None,
        complete: Completer | None = None,
    ) -> None:
        self.settings = settings
        self.complete = complete
        self.generation = generation
        self.embedder = embedder
        self.read_source = read_source or citations.SourceReader(
            self.root, max_bytes=settings.max_file_mb << 20
        )

    @classmethod
    def open(cls, settings: Settings | None = None) -> Rag:
        """Return an index opened with its model; without settings as the command line finds it.

        Raises:
            IndexProblem: it is missing, damaged, or made by another model.
        """
        settings = settings or Settings.load(readers=READERS)
        generation = open_index(choose_place(settings))
        try:
            embedder = embedders.load_embedder(settings.model, offline=settings.offline)
            fingerprint = compute_fingerprint(embedder, settings.passage_tokens)
            check_fingerprint(generation, fingerprint, settings)
        except RagError:
            generation.close()
            raise
        return cls(settings, generation, embedder)

    def with_settings(self, settings: Settings, complete: Completer | None = None) -> Rag:
        """Return the same open index under other settings; closing one closes both.

        ``complete`` proposes how a follow-up would be asked alone, in the place of the rules.
        """
        source = self.read_source
        return Rag(settings, self.generation, self.embedder, read_source=source, complete=complete)

    def __enter__(self) -> Rag:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index, so that a newer generation may replace it."""
        self.generation.close()

    def ask(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        today: datetime.date | None = None,
        top: int = 5,
        before: Sequence[Answer] = (),
    ) -> Answer:
        """Return an answer in quotations, each verified in its file as it reads today.

        Args:
            question: in any language; its days choose among the articles where no filter does.
            filters: which articles may be searched.
            today: the day it is asked on; articles after it do not exist yet. None: now, and all
                articles.
            top: passages to return beside the answer.
            before: the answers of this conversation so far, so that "Et en Inde ?" is understood.
        """
        requests = self._prepare_readings(question, filters, today, top, before)
        counted = answer_about_collection(self, question, requests)
        return counted or self._answer_readings(requests).answer

    def answer_with_trace(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        today: datetime.date | None = None,
        top: int = 5,
        before: Sequence[Answer] = (),
    ) -> Trace:
        """Return an answer like ``ask``, with what it was chosen from.

        Where no article of the days that the question tells answers it, all articles are asked.
        """
        return self._answer_readings(self._prepare_readings(question, filters, today, top, before))

    def _answer_readings(self, requests: Sequence[Request]) -> Trace:
        """Return the answer to the likeliest of the ways in which a question may be meant."""
        return choose_trace([self._answer_request(request) for request in requests])

    def _answer_request(self, request: Request) -> Trace:
        trace = self._answer(request, request.scope)
        fallback = request.scope.fallback
        if trace.answer.status != "not_in_sources" or fallback is None:
            return trace
        wider = self._answer(request, fallback)
        best = trace if wider.answer.status == "not_in_sources" else wider
        timing = add_timings(trace.answer.timing_ms, wider.answer.timing_ms)
        return replace(best, answer=replace(best.answer, timing_ms=timing))

    def search(
        self,
        query: str,
        *,
        filters: Filters = NO_FILTERS,
        today: datetime.date | None = None,
        top: int = 5,
    ) -> Answer:
        """Return the best passages alone, as the hits of an answer without sentences."""
        started = time.perf_counter()
        request = self._prepare(query, filters, today, top, before=()).ask_plainly()
        scope = request.scope
        candidates = self._search(request, self._get_query(request, scope), scope)
        if scope.fallback and not len(candidates.rows):
            scope = scope.fallback
            candidates = self._search(request, self._get_query(request, scope), scope)
        candidates = deduplicate(candidates, generation=self.generation)
        status: Status = "answered" if len(candidates.rows) else "not_in_sources"
        timing = {"search": 1000 * (time.perf_counter() - started)}
        result = Result(status=status, timing_ms=timing)
        return self._make_answer(request, scope, candidates, result)

    def show(self, reference: str) -> Passage | Article:
        """Return the passage or article whose id starts with ``reference``.

        Raises:
            UsageError: none does, or several do.
        """
        return lookup.find_in_generation(self.generation, reference)

    def check(
        self, text: str, *, filters: Filters = NO_FILTERS, today: datetime.date | None = None
    ) -> DraftCheck:
        """Return what the articles say of each quotation and claim of a draft, read as Markdown.

        Raises:
            SourceError: there is no text in it.
        """
        from rag.pipeline.checking import CheckOptions, check_draft  # with all that reads drafts
        from rag.pipeline.drafts import make_draft

        draft = make_draft(
            text.encode("utf-8", "replace"), likely=self.generation.passages_by_language
        )
        return check_draft(self, draft, CheckOptions(filters, today))

    def articles(self, *, filters: Filters = NO_FILTERS) -> list[Article]:
        """Return the articles that the filters let through, in the order of their files."""
        first_rows: list[int] = []
        for article in self.generation.articles(filters):
            first_rows += self.generation.article_rows(article.id)[:1]
        passages = self.generation.passages(first_rows)
        articles = {passage.article.id: passage.article for passage in passages}
        return list(articles.values())

    def status(self) -> dict[str, object]:
        """Return what the index holds and how it was made, in the order a person asks."""
        return lookup.describe_generation(choose_place(self.settings), self.generation)

    def query(self, question: str, ignored_span: Span | None = None) -> Query:
        """Return a question as the search channels need it, in the spelling of the articles.

        The words in ``ignored_span`` are not searched for.
        """
        languages = self._guess_languages(question)
        text = cut_span(question, ignored_span)
        return expand_question(text, languages, generation=self.generation, embedder=self.embedder)

    def scope(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        today: datetime.date | None = None,
    ) -> Scope:
        """Return which articles are asked: its days choose, unless filters do or none is dated."""
        languages = self._guess_languages(question)
        return self._find_scope(question, languages[0], filters, today)

    @property
    def root(self) -> Path:
        """Return the folder that the paths of the articles begin in."""
        return Path(str(self.generation.manifest["root"]))

    def _guess_languages(self, question: str) -> list[str]:
        """Return the languages of a question, the likeliest first."""
        likely = self.generation.passages_by_language
        return tokenizer.get_tokenizer().guess_languages(question, likely=likely)

    def _prepare_readings(
        self,
        question: str,
        filters: Filters,
        today: datetime.date | None,
        top: int,
        before: Sequence[Answer],
    ) -> list[Request]:
        """Return the requests of a question as typed, or completed; of both where both may be."""
        has_reader = self.settings.reader != "off"
        readings = list_readings(
            question, before, today, has_reader=has_reader, complete=self.complete
        )
        return [
            self._prepare(reading, filters, today, top, before if reading != question else ())
            for reading in readings
        ]

    def _prepare(
        self,
        question: str,
        filters: Filters,
        today: datetime.date | None,
        top: int,
        before: Sequence[Answer],
    ) -> Request:
        """Tell the language once, and the articles asked; ``before``: what it leans on."""
        languages = self._guess_languages(question)
        scope = self._find_scope(question, languages[0], filters, today)
        quoted = before[-1].quoted_articles if before else frozenset()
        form = recognise_form(question, languages, scope)
        if form is not None:
            languages = [form.language]
        return Request(question, languages, scope, today, top, quoted, filters, form=form)

    def _find_scope(
        self, question: str, language: str, filters: Filters, today: datetime.date | None
    ) -> Scope:
        limited = lookup.limit_to_day(filters, today)
        is_dated = any(self.generation.manifest["dates"])
        if not self.settings.dates or filters.since or filters.until or not is_dated:
            return Scope(limited)
        return date_filter.find_scope(question, language, limited, today or datetime.date.today())

    def _get_query(self, request: Request, scope: Scope) -> Query:
        """Return the question as searched under a scope, expanded once per ignored words."""
        if scope.ignored_span not in request.queries:
            text = request.list_searched_words(scope.ignored_span)
            query = expand_question(
                text, request.languages, generation=self.generation, embedder=self.embedder
            )
            request.queries[scope.ignored_span] = query
        return request.queries[scope.ignored_span]

    def _search(self, request: Request, query: Query, scope: Scope) -> RankedPassages:
        return rank_passages(
            query,
            generation=self.generation,
            table=embedders.open_token_vectors(),
            scope=scope,
            conversation_articles=request.conversation_articles,
        )

    def _answer(self, request: Request, scope: Scope) -> Trace:
        """Search the articles of a scope, choose the sentences that answer, and cite them."""
        started = time.perf_counter()
        query = self._get_query(request, scope)
        candidates = self._search(request, query, scope)
        searched = time.perf_counter()
        tools = Tools(self.generation, self.embedder, self.settings)
        chosen = choose_what_answers(request, scope, candidates, tools)
        if chosen is None:
            return self._answer(request.ask_plainly(), scope)
        choice, query, candidates, sentences = chosen
        candidates = reorder(candidates, choice.passage_order)
        quotations, conflicts = add_conflicts(query, choice, sentences)
        cited_sentences, cited = citations.cite_quotations(
            quotations,
            source=self.read_source,
            reprints=functools.partial(self._list_near_duplicates, today=request.today),
        )
        cited = asked_values.add_values(cited, choice, sentences, request.question)
        result = Result(
            status=choice.status,
            sentences=cited_sentences,
            citations=cited,
            missing_terms=choice.missing_terms,
            explanation=choice.explanation,
            conflicts=conflicts,
            warnings=citations.warn_of_changes(cited),
            form=make_form(request, choice.layout, cited_sentences),
            timing_ms={
                "search": 1000 * (searched - started),
                "answer": 1000 * (time.perf_counter() - searched),
            },
        )
        return Trace(
            self._make_answer(request, scope, candidates, result), candidates, choice, sentences
        )

    def _list_near_duplicates(
        self, article: Article, *, today: datetime.date | None
    ) -> list[Article]:
        """Return the articles that tell this one's story, of those there on the question's day."""
        others = self.generation.reprints(article.id)
        if today is None:
            return others
        return [other for other in others if other.date is not None and other.date <= today]

    def _make_answer(
        self, request: Request, scope: Scope, candidates: RankedPassages, result: Result
    ) -> Answer:
        """Return what was found as one value, with the passages to show and what was searched."""
        query, manifest = self._get_query(request, scope), self.generation.manifest
        shown = limit_per_article(candidates, generation=self.generation)
        hits = make_hits(shown, request.top, generation=self.generation)
        unknown_names = name_matches.find_unknown_names(scope.filters, manifest)
        return Answer(
            question=request.question,
            language=query.language,
            status=result.status,
            sentences=result.sentences,
            citations=result.citations,
            hits=tuple(add_matches(hit, query) for hit in hits),
            coverage=lookup.describe_coverage(self.generation, scope.filters),
            generation=self.generation.name,
            model=str(manifest["model"]),
            fingerprint=str(manifest["fingerprint"]),
            timing_ms=result.timing_ms,
            warnings=(
                *self.generation.warnings,
                *query.spelling.notes,
                *unknown_names,
                *result.warnings,
            ),
            today=request.today or datetime.date.today(),
            period=scope.period,
            conflicts=result.conflicts,
            missing_terms=result.missing_terms,
            explanation=result.explanation,
            filters=request.filters,
            form=result.form,
        )
