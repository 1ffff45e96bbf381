"""Articles into the contents of an index: passages, sentence vectors, token ids and terms."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from rag.errors import IndexDamaged, IndexMissing, IndexProblem, SourceError, UsageError
from rag.index import generations as store
from rag.index import near_duplicates as reprints
from rag.index.generations import Contents
from rag.index.terms import TermDoc
from rag.index.vocabulary import list_surfaces
from rag.models import lexicon
from rag.models import tokenizer as tokenization
from rag.reading import SkippedFile, find_articles, read_paths
from rag.reading.passages import format_header, split_passages
from rag.text.sentences import split_sentences
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from rag.index.generations import Generation
    from rag.models.embedders import Embedder
    from rag.reading import ReadFiles
    from rag.records import Article, Passage, Span

    Progress = Callable[[str, int, int], None]  # stage, done, total

CONTEXT = 0.5  # how much of its passage's vector a sentence's vector holds
BLOCK = 256  # passages embedded between two reports of progress


class Recipe(NamedTuple):
    """How an index is made; the fingerprint changes with anything that would make its vectors incomparable."""

    fingerprint: str
    model: str
    passage_tokens: int  # at most, in a passage


@dataclass(frozen=True)
class BuildReport:
    """What ``build`` did: what the index holds now, and articles added, removed, not embedded again."""

    documents: int
    articles: int
    passages: int
    sentences: int
    added: int
    removed: int
    reused: int
    gone: int  # articles kept although their file is no longer there
    skipped: tuple[SkippedFile, ...]
    generation: str
    seconds: float
    changed: bool
    dry_run: bool


@dataclass(frozen=True)
class GatheredArticles:
    """The stories to index, and where they come from."""

    stories: list[Article]
    gone: int  # of them, those whose file is no longer there
    sources: list[Path]
    root: Path  # what the documents' paths are relative to
    skipped: tuple[SkippedFile, ...]


def gather_articles(
    old: Generation | None, paths: Sequence[Path], *, max_bytes: int, prune: bool, rebuild: bool
) -> GatheredArticles:
    """Read ``paths`` and the sources of before.

    Raises:
        UsageError: nothing to index was named.
        SourceError: a path does not exist, or there is no readable article.
    """
    sources, root = all_sources(old, paths)
    reading = read_paths(
        [path for path in sources if path.exists()], root=root, max_bytes=max_bytes
    )
    found, gone = stories(reading, old, prune=prune, rebuild=rebuild)
    if not found:
        raise nothing_readable(reading, sources)
    return GatheredArticles(found, gone, sources, root, tuple(reading.skipped))


def stories(
    reading: ReadFiles, old: Generation | None, *, prune: bool, rebuild: bool = False
) -> tuple[list[Article], int]:
    """All articles to index, each content once, and how many are kept although their file is gone.

    Articles of the index as it is stay when their file can no longer be read, unless ``prune``; under ``rebuild`` those
    that a damaged index still holds.
    """
    language = tokenization.get_tokenizer().detect_language
    found = [
        story
        for document in reading.documents
        for story in find_articles(document, language=language)
    ]
    kept: list[Article] = []
    if old is not None and not prune:
        here = {document.path for document in reading.documents}
        with suppress(IndexDamaged) if rebuild else nullcontext():
            gone = sorted({row.path for row in old.articles()} - here)
            kept = [
                story
                for path in gone
                for story in find_articles(old.document(path), language=language)
            ]
    unique = {story.id: story for story in [*kept, *found]}
    return sorted(unique.values(), key=lambda story: (story.document.path, story.start)), len(kept)


def make_contents(
    found: Sequence[Article],
    embedder: Embedder,
    *,
    size: int,
    old: Generation | None,
    progress: Progress,
) -> Contents:
    """Cut and embed articles; vectors of articles that ``old`` holds are copied from it."""
    tokenizer = tokenization.get_tokenizer()
    passages: list[Passage] = []
    for done, article in enumerate(found):
        progress("split", done, len(found))
        passages += split_passages(article, count=tokenizer.count_tokens, size=size)
    spans = [
        split_sentences(passage.article.document.text, passage.start, passage.end)
        for passage in passages
    ]
    ids: list[NDArray[np.uint16]] = []
    for first in range(
        0, len(passages), BLOCK
    ):  # the ids of a whole corpus as numbers of Python would fill the memory
        encoded = tokenizer.encode_batch(
            _texts(passages[first : first + BLOCK], spans[first : first + BLOCK])
        )
        ids += [np.array(tokens, dtype=np.uint16) for tokens in encoded]
    return Contents(
        documents=list({article.document.path: article.document for article in found}.values()),
        articles=found,
        clusters=_clusters(found, passages, spans, ids, progress),
        passages=passages,
        sentences=spans,
        tokens=ids,
        vectors=_vectors(passages, spans, embedder, old, progress),
        terms=_terms(passages),
    )


def _clusters(
    found: Sequence[Article],
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    ids: Sequence[NDArray[np.uint16]],
    progress: Progress,
) -> list[int]:
    """The group of reprints of each article."""
    progress("compare", 0, 1)
    tokens: dict[str, list[NDArray[np.uint16]]] = {
        article.id: [np.empty(0, np.uint16)] for article in found
    }
    sentence = iter(ids)
    for passage, inner in zip(passages, spans, strict=True):
        tokens[passage.article.id] += islice(sentence, len(inner))
    return reprints.group_near_duplicates(
        found, [np.concatenate(tokens[article.id]) for article in found]
    )


def _texts(passages: Sequence[Passage], spans: Sequence[Sequence[Span]]) -> list[str]:
    """The sentences of passages."""
    return [
        passage.article.document.text[start:end]
        for passage, inner in zip(passages, spans, strict=True)
        for start, end in inner
    ]


def _terms(passages: Sequence[Passage]) -> Iterator[TermDoc]:
    units = lexicon.get_lexicon().units
    for row, passage in enumerate(passages):
        article = passage.article
        title, body = (find_words(text) for text in (format_header(article), passage.text))
        yield TermDoc(
            row=row,
            title=[
                f"{article.language}:{unit}"
                for word in title
                for unit in units(word.form, article.language)
            ],
            words=[word.term for word in body],
            stems=[
                f"{article.language}:{unit}"
                for word in body
                for unit in units(word.form, article.language)
            ],
            language=article.language,
            publisher=article.publisher or "",
            day=article.date.toordinal() if article.date else 0,
            surfaces=[
                *list_surfaces(format_header(article), title),
                *list_surfaces(passage.text, body),
            ],
        )


def _vectors(
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    embedder: Embedder,
    old: Generation | None,
    progress: Progress,
) -> NDArray[np.float16]:
    first = np.concatenate([[0], np.cumsum([len(inner) for inner in spans])]).astype(np.int64)
    vectors = np.zeros(
        (int(first[-1]), embedder.dimension), dtype=np.float16
    )  # as precise as the index keeps them
    todo = []
    copies = _copies(passages, old)
    for row in range(len(passages)):
        copy = copies.get(passages[row].id)
        if copy is not None and len(copy) == len(spans[row]):
            vectors[first[row] : first[row + 1]] = copy
        else:
            todo.append(row)
    for start in range(0, len(todo), BLOCK):
        progress("embed", start, len(todo))
        rows = todo[start : start + BLOCK]
        embedded = embed_passages(
            [passages[row] for row in rows], [spans[row] for row in rows], embedder
        )
        for row, block in zip(rows, embedded, strict=True):
            vectors[first[row] : first[row + 1]] = block
    progress("embed", len(todo), max(len(todo), 1))
    return vectors


def embed_passages(
    passages: Sequence[Passage], spans: Sequence[Sequence[Span]], embedder: Embedder
) -> list[NDArray[np.float32]]:
    """Sentence vectors of each passage, unit rows: the sentence's own plus ``CONTEXT`` times its passage's."""
    own = embedder.passages(_texts(passages, spans))
    whole = embedder.passages(
        [f"{format_header(passage.article)}\n{passage.text}" for passage in passages]
    )
    owner = np.repeat(np.arange(len(passages)), [len(inner) for inner in spans])
    mixed = own + CONTEXT * whole[owner]
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
    return np.split(mixed, np.cumsum([len(inner) for inner in spans])[:-1])


def _copies(passages: Sequence[Passage], old: Generation | None) -> dict[str, NDArray[np.float16]]:
    if old is None:
        return {}
    copies = {}
    for article_id in dict.fromkeys(passage.article.id for passage in passages):
        rows = list(old.article_rows(article_id))
        for row, passage in zip(rows, old.passages(rows), strict=True):
            copies[passage.id] = old.vectors.reconstruct(
                np.array(old.sentence_rows(row), dtype=np.int64)
            ).astype(np.float16)
    return copies


def open_previous(index: Path, *, rebuild: bool) -> AbstractContextManager[Generation | None]:
    """The index as it is, held open, damaged ones to ``rebuild``; None when there is none, or when it cannot be known."""
    try:
        return store.open_generation(index, damaged=rebuild)
    except IndexMissing:
        return nullcontext()
    except IndexProblem:
        if rebuild:  # what it held is read again from the paths given
            return nullcontext()
        raise


def all_sources(old: Generation | None, paths: Sequence[Path]) -> tuple[list[Path], Path]:
    """The files and folders to read, those of before first, and the folder their paths are relative to."""
    for path in paths:
        if not path.exists():
            raise SourceError(
                f"there is no file or folder {path}",
                hint="check the spelling, or give another path",
            )
    root = Path.cwd() if old is None else Path(str(old.manifest["root"]))
    before = (
        []
        if old is None
        else [Path(source) for source in cast("list[str]", old.manifest["sources"])]
    )
    sources = list(dict.fromkeys([*before, *(path.resolve() for path in paths)]))
    if not sources:
        raise UsageError("nothing to index was named", hint="rag index --rebuild FOLDER")
    return sources, root


def compare_with_index(found: GatheredArticles, old: Generation | None) -> BuildReport:
    """What building would change, with the counts of the index as it is."""
    known = (
        {}
        if old is None
        else {article.id: (article.path, article.start, article.end) for article in old.articles()}
    )
    new = {story.id: (story.document.path, story.start, story.end) for story in found.stories}
    counts = {} if old is None else cast("Mapping[str, int]", old.manifest["counts"])
    same = (
        old is not None
        and known == new
        and old.manifest["sources"] == [str(path) for path in found.sources]
    )
    return BuildReport(
        documents=len({path for path, *_ in new.values()}),
        articles=len(new),
        passages=counts.get("passages", 0),
        sentences=counts.get("sentences", 0),
        added=len(new.keys() - known.keys()),
        removed=len(known.keys() - new.keys()),
        reused=len(new.keys() & known.keys()),
        gone=found.gone,
        skipped=found.skipped,
        generation="" if old is None else old.name,
        seconds=0.0,
        changed=not same,
        dry_run=False,
    )


def write_index(
    index: Path,
    made: Contents,
    recipe: Recipe,
    found: GatheredArticles,
    report: BuildReport,
) -> BuildReport:
    """Put the contents in force; the report with what the index holds now."""
    how = {
        "fingerprint": recipe.fingerprint,
        "model": recipe.model,
        "tokenizer": tokenization.get_tokenizer().fingerprint,
        "splitting": {"tokens": recipe.passage_tokens},
        "root": str(found.root),
        "sources": [str(path) for path in found.sources],
    }
    name = store.write_generation(index, made, about=how)
    return replace(report, generation=name, passages=len(made.passages), sentences=len(made.tokens))


def nothing_readable(reading: ReadFiles, sources: Sequence[Path]) -> SourceError:
    """Why there is nothing to index, naming what was skipped."""
    where = ", ".join(map(str, sources))
    named = "; ".join(f"{skipped.path}: {skipped.reason}" for skipped in reading.skipped[:10])
    more = "; …" if len(reading.skipped) > 10 else ""
    what = f"no article to index in {where}" + (f" ({named}{more})" if named else "")
    return SourceError(what, hint="articles are .txt and .md files: rag index FOLDER")
