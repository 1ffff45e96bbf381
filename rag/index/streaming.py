"""Articles into a generation, block by block: what is written is not held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.index import workers
from rag.index.blocks import BlockMaker
from rag.index.gathering import list_readings, load_articles
from rag.index.generation_files import Ending, GenerationWriter, Part
from rag.index.near_duplicates import group_described
from rag.index.worker_wire import make_making_task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rag.index.generation_files import Joined, Made, Written
    from rag.index.opened import OpenedIndex
    from rag.index.spool import Spool, Story
    from rag.index.vocabulary import Counts
    from rag.models.embedders import Embedder
    from rag.records import Article

    Progress = Callable[[str, int, int], None]  # stage, done, total

# Characters that are made at a time; chosen by hand. Progress is reported after each block.
BLOCK = 200_000


class Sources(NamedTuple):
    """Where the articles of stories are: those that were read, and those of the index before."""

    stories: Sequence[Story]
    spool: Spool
    old: OpenedIndex | None

    def load(self, stories: Iterable[Story]) -> Iterator[list[Article]]:
        """Yield the articles of each document."""
        return load_articles(stories, self.old, self.spool)

    def read_article(self, row: int) -> Article:
        """Return the article of a story."""
        story = self.stories[row]
        if story.is_read:
            return self.spool.read_article(story)
        if self.old is not None:
            # Of a document with thousands of stories one is read.
            for passage in self.old.passages(self.old.article_rows(story.id)[:1]):
                return passage.article
        [[article]] = self.load([story])
        return article


class Streamed(NamedTuple):
    """What is to be written of articles, made as it is written.

    ``join``: what makes it answer together with other segments, where there are some.
    """

    sources: Sources
    embedder: Embedder
    size: int  # of passages, in tokens, at most
    progress: Progress
    join: Callable[[Made, Sources], Joined] | None = None
    file_records: bytes = b""

    def write_into(self, folder: Path) -> Written:
        """Write a generation into a folder. Raises as ``GenerationWriter``, and IndexProblem."""
        with GenerationWriter(folder, self.embedder.dimension) as writer:
            # What makes blocks is gone before all articles are compared: it takes memory, too.
            counts = self._write_blocks(writer)
            made = writer.describe()
            self.progress("compare", 0, 1)
            joined = self.join(made, self.sources) if self.join else None
            # With other segments the groups of all are kept, not these.
            clusters = range(len(made.rows)) if joined else _group(made, self.sources)
            ending = Ending(
                clusters,
                joined,
                list_readings(*self.sources),
                self.file_records,
            )
            return writer.finish(counts, ending)

    def _write_blocks(self, writer: GenerationWriter) -> Counts:
        """Write the articles; return in how many passages each word stands."""
        stories = self.sources.stories
        documents = self.sources.load(stories)
        done = 0
        with self._open_maker() as maker:
            for articles, block in maker.make_all(_list_blocks(documents)):
                part = Part.of(articles, block)
                writer.add(part)
                done += len(articles)
                self.progress("embed", done, len(stories))
            return maker.count_words()

    def _open_maker(self) -> workers.Workers | BlockMaker:
        """Return what makes the blocks: all cores, where that is faster."""
        characters = sum(story.end - story.start for story in self.sources.stories)
        count = workers.count_workers(characters, self.embedder)
        if count:
            # What the index before has is made anew: faster by all cores than copied by one.
            return workers.Workers(count, make_making_task(self.size))
        return BlockMaker(self.embedder, self.size, self.sources.old)


def _list_blocks(documents: Iterable[list[Article]]) -> Iterator[list[Article]]:
    """Yield articles in order, those of some documents together, and all of each."""
    block: list[Article] = []
    length = 0
    for articles in documents:
        if block and length >= BLOCK:
            yield block
            block, length = [], 0
        block += articles
        length += sum(article.end - article.start for article in articles)
    if block:
        yield block


def _group(made: Made, sources: Sources) -> list[int]:
    """Return the group of near-duplicates of each article."""
    described = [made.fingerprints.describe(row.row, row) for row in made.rows]
    return group_described(described, sources.read_article)
