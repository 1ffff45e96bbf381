"""The whole story on one page: ``build`` turns files into an index, ``Rag`` turns a question into a cited answer."""

from __future__ import annotations

import datetime
import hashlib
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import choosing as extract
from rag.answer import citations as cite
from rag.answer import digest as overview
from rag.answer.quotation_spans import expand_to_antecedent
from rag.errors import IndexMismatch, RagError
from rag.index import generations as store
from rag.index.lookup import describe_coverage, find_unknown_names
from rag.models import embedders as embed
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.question import spelling
from rag.question.date_filter import Scope
from rag.question.date_filter import find_scope as make_scope
from rag.question.expand import expand_query as make_query
from rag.question.expand import match_words
from rag.records import Answer, Filters, Span
from rag.search import channels as retrieve

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.index.build import BuildReport, Progress
    from rag.index.generations import Generation
    from rag.models.embedders import Embedder
    from rag.question.expand import Query
    from rag.records import Article, Figure, Passage, Span, Status
    from rag.settings.schema import Settings

FORMAT = 3  # raise it when indexing changes what an index holds
PASSAGES_READ = 10  # passages whose sentences may answer


def build(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    rebuild: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Read, cut, embed and index the articles below ``paths`` and below the folders indexed before.

    Unchanged articles are not embedded again unless ``rebuild``; articles whose file is gone stay unless ``prune``.

    Raises:
        UsageError: nothing to index was named.
        SourceError: a path does not exist, or there is no readable article.
        IndexMismatch: the index was made by another model or splitter, and ``rebuild`` is not set.
    """
    from rag.index import (
        build as indexing,
    )  # with all that reading files needs, and asking does not

    started = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    embedder = embed.load_embedder(settings.model, offline=settings.offline)
    fingerprint = compute_fingerprint(embedder, settings.passage_tokens)
    recipe = indexing.Recipe(fingerprint, embedder.name, settings.passage_tokens)
    with (
        nullcontext() if dry_run else store.lock_index(settings.index),
        indexing.open_previous(settings.index, rebuild=rebuild) as old,
    ):
        known = None if rebuild else old
        if known is not None:
            check_fingerprint(known, fingerprint, settings)
        tell("read", 0, 1)
        found = indexing.gather_articles(
            old, paths, max_bytes=settings.max_file_mb << 20, prune=prune, rebuild=rebuild
        )
        report = indexing.compare_with_index(found, known)
        if report.changed and not dry_run:
            contents = indexing.make_contents(
                found.stories, embedder, size=settings.passage_tokens, old=known, progress=tell
            )
            report = indexing.write_index(settings.index, contents, recipe, found, report)
            tell("write", 1, 1)
    return replace(report, dry_run=dry_run, seconds=time.perf_counter() - started)


def compute_fingerprint(embedder: Embedder, passage_tokens: int) -> str:
    """What makes the vectors and passages of two indexes comparable, as sixteen hexadecimal digits."""
    parts = (
        FORMAT,
        embedder.fingerprint,
        tokens.get_tokenizer().fingerprint,
        lexicon.get_lexicon().fingerprint,
        passage_tokens,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def check_fingerprint(generation: Generation, mark: str, settings: Settings) -> None:
    """Raise IndexMismatch, with the command that mends it, when an index was made in another way than today's settings."""
    if generation.manifest["fingerprint"] != mark:
        raise IndexMismatch(
            f"the index {settings.index} was made with model {generation.manifest['model']}, or another version or passage size",
            hint=f"rag index --rebuild --model {settings.model} makes it anew; --model names the one it was made with",
        )


@dataclass(frozen=True)
class Trace:
    """An answer with all candidate passages, what was chosen, and all sentences that it was chosen from."""

    answer: Answer
    found: retrieve.RankedPassages
    choice: Choice
    candidates: Sequence[Candidate]

    @property
    def ranked(self) -> list[tuple[Passage, Span]]:
        """Every sentence as it would be quoted, best first; of an overview what it quotes."""
        every = [
            (self.candidates[index].hit.passage, expand_to_antecedent(self.candidates, index))
            for index in self.choice.order
        ]
        return every or self.choice.quotes


class Rag:
    """An open index that answers questions; close it, or use it as a context manager."""

    def __init__(
        self,
        settings: Settings,
        generation: Generation,
        embedder: Embedder,
        *,
        source: cite.SourceText | None = None,
    ) -> None:
        self.settings = settings
        self.generation = generation
        self.embedder = embedder
        root = Path(str(generation.manifest["root"]))
        self.source = source or (lambda document: cite.read_source(document, root=root))

    @classmethod
    def open(cls, settings: Settings) -> Rag:
        """Open the index that ``settings`` names, with the model it was made by.

        Raises:
            IndexProblem: it is missing, damaged, or made by another model.
        """
        generation = store.open_generation(settings.index)
        try:
            embedder = embed.load_embedder(settings.model, offline=settings.offline)
            check_fingerprint(
                generation, compute_fingerprint(embedder, settings.passage_tokens), settings
            )
        except RagError:
            generation.close()
            raise
        return cls(settings, generation, embedder)

    def __enter__(self) -> Rag:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index, so that a newer generation may replace it."""
        self.generation.close()

    def ask(self, question: str, *, spoken_of: Collection[str] = ()) -> Answer:
        """Answer a question with quotations of the articles, each looked up in its file as it reads today.

        ``spoken_of``: ids of articles that come sooner, because the question leans on an answer from them.
        """
        return self.answer_with_trace(question, spoken_of=spoken_of).answer

    def answer_with_trace(self, question: str, *, spoken_of: Collection[str] = ()) -> Trace:
        """Answer a question and keep what the answer was chosen from.

        Where no article of the days that it tells answers, all are asked.
        """
        scope = self.scope(question)
        outcome = self._considered(question, scope, spoken_of)
        if outcome.answer.status != "not_in_sources" or scope.fallback is None:
            return outcome
        other = self._considered(question, scope.fallback, spoken_of)
        best = outcome if other.answer.status == "not_in_sources" else other
        both = {
            stage: time + other.answer.timing_ms[stage]
            for stage, time in outcome.answer.timing_ms.items()
        }
        return replace(best, answer=replace(best.answer, timing_ms=both))

    def _considered(self, question: str, scope: Scope, spoken_of: Collection[str]) -> Trace:
        started = time.perf_counter()
        settings, generation = self.settings, self.generation
        query, found = self._find(question, scope, spoken_of)
        searched = time.perf_counter()
        hits = retrieve.make_hits(found, PASSAGES_READ, generation=generation)
        candidates = extract.list_candidates(
            hits, found.rows[:PASSAGES_READ].tolist(), generation=generation
        )
        choice = overview.choose_digest(
            query, hits, scope.period, settings.quote_words
        ) or extract.choose_sentences(
            query,
            candidates,
            table=embed.open_token_vectors(),
            size=generation.size,
            budget=settings.quote_words,
        )
        found = retrieve.reorder(found, choice.ranks)
        quotes, figures = _with_conflicts(query, choice, candidates)
        sentences, citations = cite.cite_quotations(
            quotes, source=self.source, reprints=self._reprints
        )
        done = time.perf_counter()
        answer = replace(
            self._answer(question, query, found, scope),
            status=choice.status,
            sentences=sentences,
            citations=citations,
            missing_terms=choice.lacks,
            explanation=choice.explanation,
            conflicts=(figures,) if figures else (),
            warnings=(
                *query.spelling.notes,
                *find_unknown_names(scope.filters, generation.manifest),
                *cite.warn_of_changes(citations),
            ),
            timing_ms={"search": 1000 * (searched - started), "answer": 1000 * (done - searched)},
        )
        return Trace(answer, found, choice, candidates)

    def search(self, question: str) -> Answer:
        """The best passages alone, without an answer."""
        started = time.perf_counter()
        scope = self.scope(question)
        query, found = self._find(question, scope)
        if scope.fallback and not len(found.rows):
            scope = scope.fallback
            query, found = self._find(question, scope)
        answer = self._answer(question, query, found, scope)
        elapsed = 1000 * (time.perf_counter() - started)
        unknown = (
            *query.spelling.notes,
            *find_unknown_names(scope.filters, self.generation.manifest),
        )
        status: Status = "answered" if answer.hits else "not_in_sources"
        return replace(answer, status=status, warnings=unknown, timing_ms={"search": elapsed})

    @property
    def today(self) -> datetime.date:
        """The day that questions are asked on."""
        return self.settings.as_of or datetime.date.today()

    @property
    def filters(self) -> Filters:
        """Which articles the settings let through."""
        settings = self.settings
        last = min((day for day in (settings.until, settings.as_of) if day), default=None)
        return Filters(settings.since, last, settings.publisher, settings.lang)

    def scope(self, question: str) -> Scope:
        """Which articles a question is asked of: the days it tells choose, unless the settings do or no article is dated."""
        settings, likely = self.settings, self.generation.passages_by_language
        if (
            not settings.dates
            or settings.since
            or settings.until
            or not any(self.generation.manifest["dates"])
        ):
            return Scope(self.filters)
        return make_scope(
            question,
            tokens.get_tokenizer().detect_language(question, likely=likely),
            self.filters,
            self.today,
        )

    def query(self, question: str, aside: Span | None = None) -> Query:
        """A question as the search channels need it, in the spelling of the articles, the words in ``aside`` left out."""
        languages = self.generation.passages_by_language
        frequency = self.generation.terms.frequency
        reading = spelling.correct_spelling(
            f"{question[: aside.start]} {question[aside.end :]}" if aside else question,
            languages=tokens.get_tokenizer().guess_languages(question, likely=languages),
            held=languages,
            vocabulary=self.generation.vocabulary,
            lexicon=lexicon.get_lexicon(),
            frequency=frequency,
        )
        return make_query(
            reading.text,
            tokenizer=tokens.get_tokenizer(),
            lexicon=lexicon.get_lexicon(),
            spelling=reading,
            vector=self.embedder.questions([reading.text])[0],
            languages=languages,
            frequency=frequency,
            table=embed.open_token_vectors() if self.embedder.name == embed.SHIPPED_NAME else None,
        )

    def _find(
        self, question: str, scope: Scope, spoken_of: Collection[str] = ()
    ) -> tuple[Query, retrieve.RankedPassages]:
        query, table = self.query(question, scope.ignored_span), embed.open_token_vectors()
        return query, retrieve.search_passages(
            query,
            generation=self.generation,
            table=table,
            filters=scope.filters,
            preferred=scope.preferred,
            spoken_of=spoken_of,
        )

    def _reprints(self, article: Article) -> list[Article]:
        """The articles that tell the story of this one, of those that are there on the day that ``as_of`` names."""
        last = self.settings.as_of
        others = self.generation.reprints(article.id)
        return [
            other
            for other in others
            if last is None or (other.date is not None and other.date <= last)
        ]

    def _answer(
        self, question: str, query: Query, found: retrieve.RankedPassages, scope: Scope
    ) -> Answer:
        generation, manifest = self.generation, self.generation.manifest
        hits = retrieve.make_hits(
            retrieve.limit_per_article(found, generation=generation),
            self.settings.top,
            generation=generation,
        )
        return Answer(
            question=question,
            language=query.language,
            status="not_in_sources",
            sentences=(),
            citations=(),
            hits=tuple(
                replace(
                    hit,
                    matches=tuple(match_words(query, hit.passage, lexicon=lexicon.get_lexicon())),
                )
                for hit in hits
            ),
            coverage=describe_coverage(generation, scope.filters),
            generation=generation.name,
            model=str(manifest["model"]),
            fingerprint=str(manifest["fingerprint"]),
            today=self.today,
            period=scope.period,
        )


def _with_conflicts(
    query: Query, choice: Choice, found: Sequence[Candidate]
) -> tuple[list[tuple[Passage, Span]], tuple[Figure, ...]]:
    """The quotations, with those of sources that give another figure, and the figures."""
    if (
        not choice.quotes
        or choice.explanation is None
        or choice.explanation.question_type != "number"
    ):
        return choice.quotes, ()
    from rag.answer.conflicts import cite_conflicts, find_conflicts  # seldom needed

    return cite_conflicts(
        choice.quotes, find_conflicts(query, choice.best, found, table=embed.open_token_vectors())
    )
