"""The whole story on one page: ``build`` turns files into an index, ``Rag`` turns a question into a cited answer."""

from __future__ import annotations

import datetime
import hashlib
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rag import cite, embed, extract, lexicon, retrieve, store, tokens
from rag.errors import IndexMismatch, RagError, UsageError
from rag.query import matched
from rag.query import query as make_query
from rag.records import Answer, Coverage, Filters, Span
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.embed import Embedder
    from rag.indexing import BuildReport, Progress
    from rag.query import Query
    from rag.records import Article, Citation, Hit, Passage, Status
    from rag.settings import Settings
    from rag.store import Generation

FORMAT = 3  # raise it when indexing changes what an index holds
NAMED = 5  # publishers or languages named when none is the one asked for
READ = 8  # passages whose sentences may answer


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
    from rag import indexing  # with all that reading files needs, and asking does not

    started = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    embedder = embed.load(settings.model, offline=settings.offline)
    about = {"fingerprint": fingerprint(embedder, settings.passage_tokens), "model": embedder.name}
    with nullcontext() if dry_run else store.lock(settings.index), indexing.previous(settings.index, rebuild=rebuild) as old:
        known = None if rebuild else old
        if known is not None:
            check_fingerprint(known, about["fingerprint"], settings)
        tell("read", 0, 1)
        found = indexing.find(old, paths, max_bytes=settings.max_file_mb << 20, prune=prune, rebuild=rebuild)
        report = indexing.compare(found, known)
        if report.changed and not dry_run:
            contents = indexing.contents(found.stories, embedder, size=settings.passage_tokens, old=known, progress=tell)
            report = indexing.write(settings.index, contents, about, found, report, size=settings.passage_tokens)
            tell("write", 1, 1)
    return replace(report, dry_run=dry_run, seconds=time.perf_counter() - started)


def fingerprint(embedder: Embedder, passage_tokens: int) -> str:
    """What makes the vectors and passages of two indexes comparable, as sixteen hexadecimal digits."""
    parts = (FORMAT, embedder.fingerprint, tokens.shipped().fingerprint, lexicon.shipped().fingerprint, passage_tokens)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def check_fingerprint(generation: Generation, mark: str, settings: Settings) -> None:
    """Raise IndexMismatch, with the command that mends it, when an index was made in another way than today's settings."""
    if generation.manifest["fingerprint"] != mark:
        raise IndexMismatch(
            f"the index {settings.index} was made with model {generation.manifest['model']}, or another version or passage size",
            hint=f"rag index --rebuild --model {settings.model} makes it anew; --model names the one it was made with",
        )


@dataclass(frozen=True)
class Outcome:
    """An answer with all candidate passages and the three sentences that scored best, whether quoted or not."""

    answer: Answer
    found: retrieve.Found
    best: tuple[str, ...]


class Rag:
    """An open index that answers questions; close it, or use it as a context manager."""

    def __init__(
        self, settings: Settings, generation: Generation, embedder: Embedder, *, source: cite.SourceText | None = None
    ) -> None:
        self.settings = settings
        self.generation = generation
        self.embedder = embedder
        root = Path(str(generation.manifest["root"]))
        self.source = source or (lambda document: cite.source_text(document, root=root))

    @classmethod
    def open(cls, settings: Settings) -> Rag:
        """Open the index that ``settings`` names, with the model it was made by.

        Raises:
            IndexProblem: it is missing, damaged, or made by another model.
        """
        generation = store.open_generation(settings.index)
        try:
            embedder = embed.load(settings.model, offline=settings.offline)
            check_fingerprint(generation, fingerprint(embedder, settings.passage_tokens), settings)
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

    def ask(self, question: str) -> Answer:
        """Answer a question with quotations of the articles, each looked up in its file as it reads today."""
        return self.consider(question).answer

    def consider(self, question: str) -> Outcome:
        """Answer a question and keep what the answer was chosen from."""
        started = time.perf_counter()
        settings, generation = self.settings, self.generation
        query, found = self._find(question)
        searched = time.perf_counter()
        hits = retrieve.hits(found, READ, generation=generation)
        candidates = extract.candidates(hits, found.rows[:READ].tolist(), generation=generation)
        choice = extract.choose(query, candidates, table=embed.token_vectors(), budget=settings.quote_words)
        sentences, citations = cite.citations(choice.quotes, source=self.source, reprints=self._reprints)
        done = time.perf_counter()
        answer = replace(
            self._answer(query, found),
            status=choice.status,
            sentences=sentences,
            citations=citations,
            reasons=choice.reasons,
            warnings=(*unknown_names(settings, generation.manifest), *_changed(citations)),
            timing_ms={"search": 1000 * (searched - started), "answer": 1000 * (done - searched)},
        )
        return Outcome(answer, found, tuple(candidate.text for candidate in choice.best))

    def search(self, question: str) -> Answer:
        """The best passages alone, without an answer."""
        started = time.perf_counter()
        query, found = self._find(question)
        answer = self._answer(query, found)
        elapsed = 1000 * (time.perf_counter() - started)
        unknown = unknown_names(self.settings, self.generation.manifest)
        status: Status = "answered" if answer.hits else "not_in_sources"
        return replace(answer, status=status, warnings=unknown, timing_ms={"search": elapsed})

    def query(self, question: str) -> Query:
        """A question as the search channels need it."""
        return make_query(
            question,
            tokenizer=tokens.shipped(),
            lexicon=lexicon.shipped(),
            vector=self.embedder.questions([question])[0],
            languages=self.generation.passages_by_language,
            frequency=lambda language, unit: _frequency(self.generation, f"{language}:{unit}"),
            table=embed.token_vectors() if self.embedder.name == embed.SHIPPED_NAME else None,
        )

    def _find(self, question: str) -> tuple[Query, retrieve.Found]:
        settings = self.settings
        last = min((day for day in (settings.until, settings.as_of) if day), default=None)
        filters = Filters(settings.since, last, settings.publisher, settings.lang)
        query = self.query(question)
        return query, retrieve.search(query, generation=self.generation, table=embed.token_vectors(), filters=filters)

    def _reprints(self, article: Article) -> list[Article]:
        """The articles that tell the story of this one, of those that are there on the day that ``as_of`` names."""
        last = self.settings.as_of
        others = self.generation.reprints(article.id)
        return [other for other in others if last is None or (other.date is not None and other.date <= last)]

    def _answer(self, query: Query, found: retrieve.Found) -> Answer:
        generation, manifest = self.generation, self.generation.manifest
        hits = retrieve.hits(retrieve.spread(found, generation=generation), self.settings.top, generation=generation)
        return Answer(
            question=query.text,
            language=query.language,
            status="not_in_sources",
            sentences=(),
            citations=(),
            hits=tuple(_explained(query, hit) for hit in hits),
            coverage=coverage(manifest),
            generation=generation.name,
            model=str(manifest["model"]),
            fingerprint=str(manifest["fingerprint"]),
        )


def _explained(query: Query, hit: Hit) -> Hit:
    """The hit, with which of its words stand for which of the question."""
    return replace(hit, matches=tuple(matched(query, hit.passage, lexicon=lexicon.shipped())))


def _frequency(generation: Generation, term: str) -> int:
    """In how many passages a term stands, or, if in none, in how many of their headers."""
    return generation.terms.doc_freq("stems", term) or generation.terms.doc_freq("title", term)


def coverage(manifest: Mapping[str, object]) -> Coverage:
    """What an index holds, from its manifest."""
    counts = cast("Mapping[str, int]", manifest["counts"])
    first, last = (datetime.date.fromisoformat(day) if day else None for day in cast("list[str | None]", manifest["dates"]))
    return Coverage(counts["articles"], first, last, counts["publishers"])


def unknown_names(settings: Settings, manifest: Mapping[str, object]) -> tuple[str, ...]:
    """A warning for each publisher and language that the settings ask for and that no article has, with the nearest ones."""
    warnings = []
    for what, asked, names in (("by", settings.publisher, "publishers"), ("in", settings.lang, "languages")):
        known = {fold(name): name for name in cast("Mapping[str, int]", manifest[names])}
        for name in asked:
            if fold(name) not in known:
                near = [known[key] for key in _nearest(fold(name), known)] or list(known.values())[:NAMED]
                warnings.append(f"no article is {what} {name}" + (f"; {names}: {', '.join(near)}" if near else ""))
    return tuple(warnings)


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    import difflib

    keys = list(known)
    return difflib.get_close_matches(name, keys, n=NAMED, cutoff=0.6) or [key for key in keys if name and name in key][:NAMED]


def _changed(citations: Sequence[Citation]) -> tuple[str, ...]:
    paths = sorted({citation.passage.article.document.path for citation in citations if citation.verified != "exact"})
    return tuple(f"{path} has changed or is gone since it was indexed; `rag index` reads it again" for path in paths)


def show(settings: Settings, reference: str) -> Passage | Article:
    """The passage or article of an index whose id starts with ``reference``.

    Raises:
        UsageError: none does, or several do.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        found = generation.find(reference)
    if found is None:
        raise UsageError(f"no article or passage has the id {reference}", hint="rag search --json shows the ids of what it finds")
    return found


def excerpt(settings: Settings, article: str, cited: Span, *, neighbours: int = 0) -> tuple[Article, Span]:
    """The article of that id, and where its passages stand that hold what was cited, with their ``neighbours`` on either side.

    Raises:
        UsageError: the index has no such article any more.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        passages = generation.passages(generation.article_rows(article))
    if not passages:
        raise UsageError(f"the index has no article {article} any more", hint="ask again: the index has been rebuilt since")
    holding = [n for n, passage in enumerate(passages) if passage.start < cited.end and cited.start < passage.end] or [0]
    shown = passages[max(0, holding[0] - neighbours) : holding[-1] + neighbours + 1]
    return passages[0].article, Span(shown[0].start, shown[-1].end)


def status(settings: Settings) -> dict[str, object]:
    """What an index holds and how it was made, in the order a person asks."""
    with store.open_generation(settings.index) as generation:
        manifest, folder = generation.manifest, settings.index / generation.name
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    dates = cast("list[str | None]", manifest["dates"])
    return {
        "index": str(settings.index),
        "generation": generation.name,
        **{name: manifest[name] for name in ("created", "counts")},
        "from": dates[0],
        "to": dates[1],
        **{name: manifest[name] for name in ("publishers", "languages", "sources", "root", "model", "fingerprint")},
        "bytes": size,
    }
