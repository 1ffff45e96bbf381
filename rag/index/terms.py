"""The terms of passages in tantivy, ranked by BM25. The only door to tantivy.

Texts come as terms already (see ``rag.text.words`` and the lexicon's units): tantivy cuts at white
space and changes nothing. Of a passage nothing is stored but its row. Filters are part of the
query, so k results are k results.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexDamaged, WriteError
from rag.index.checked_files import report_damage, require
from rag.index.terms_files import require_whole_terms
from rag.records import Filters
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import tantivy
    from numpy.typing import NDArray

FIELDS = ("title", "words", "stems")

# Bytes of terms that are gathered before a segment is written. Chosen by hand: some 300,000
# passages fit into one segment, and BM25 scores are only comparable between builds when there is
# one.
_WRITER_HEAP = 256_000_000
# Characters of a term. Chosen by hand: four bytes each stay below 65,530 bytes, over which tantivy
# drops a term silently.
_MAX_TERM_LENGTH = 16_000
_AFTER_EVERY_DAY = 1 << 32  # greater than any date.toordinal()


class TermDoc(NamedTuple):
    """What is indexed of a passage: its row, terms by field, what filters look at, words."""

    row: int
    title: Sequence[str]
    words: Sequence[str]
    stems: Sequence[str]
    language: str
    publisher: str | None
    day: int  # date.toordinal(), 0 when undated
    surfaces: Sequence[str] = ()  # words as written: not indexed, but counted for the vocabulary


class QueryTerm(NamedTuple):
    """A term to look for in a field, with the factor its BM25 score is multiplied by."""

    field: str
    term: str
    boost: float = 1.0


def build_terms(rows: Iterable[TermDoc], folder: Path) -> None:
    """Write the index of these passages into a new folder. Raises WriteError."""
    import tantivy

    try:
        folder.mkdir()
        index = tantivy.Index(_build_schema(), path=str(folder))
        _register_tokenizer(index)
        # With one thread the documents come in one order, and every build gives the same ranks.
        writer = index.writer(heap_size=_WRITER_HEAP, num_threads=1)
        for row in rows:
            writer.add_document(_make_document(row))
        writer.commit()
        writer.wait_merging_threads()
    except (OSError, ValueError) as error:  # tantivy raises ValueError for what the disk refuses
        raise WriteError(
            f"{folder} cannot be written: {error}", hint="free some space, then build again"
        ) from error


def _build_schema() -> tantivy.Schema:
    """Return the schema: terms with frequencies, single values for filters, the row as a column.

    Positions are left out: no query asks for a phrase.
    """
    import tantivy

    schema = tantivy.SchemaBuilder()
    for name in FIELDS:
        schema.add_text_field(name, tokenizer_name="terms", index_option="freq")
    for name in ("language", "publisher"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema.add_unsigned_field("day", indexed=True, fast=True)
    schema.add_unsigned_field("row", fast=True)
    return schema.build()


def _register_tokenizer(index: tantivy.Index) -> None:
    """Register the tokenizer that the schema names: it cuts at white space alone."""
    import tantivy

    whitespace = tantivy.Tokenizer.whitespace()
    index.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(whitespace).build())


def _make_document(row: TermDoc) -> tantivy.Document:
    import tantivy

    publisher = _make_publisher_key(row.publisher or "")
    document = tantivy.Document()
    document.add_unsigned("row", row.row)
    document.add_unsigned("day", row.day)
    document.add_text("language", row.language)
    document.add_text("publisher", publisher)
    for name in FIELDS:
        terms: Sequence[str] = getattr(row, name)
        # Joined with white space, at which the tokenizer cuts.
        joined = " ".join(map(_make_storable, terms))
        document.add_text(name, joined)
    return document


def _make_publisher_key(publisher: str) -> str:
    """Return a publisher's name as it is compared: without case and accents."""
    return _make_storable(fold(publisher))


def _make_storable(term: str) -> str:
    """Return the term as tantivy can hold it: of bounded length, without lone surrogates."""
    if term.isascii() and len(term) <= _MAX_TERM_LENGTH:
        return term
    encoded = term[:_MAX_TERM_LENGTH].encode("utf-8", "replace")
    return encoded.decode("utf-8")


class Terms:
    """The terms of a generation, for searching."""

    def __init__(self, index: tantivy.Index, passages: int | None = None) -> None:
        """Wrap a tantivy index; ``passages``: how many rows there are, where it is known."""
        self._row_limit = float("inf") if passages is None else passages
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path, *, passages: int | None = None) -> Terms:
        """Open an index, also where this user may not write. Raises IndexDamaged.

        ``passages``: how many it has to have; then it is held against its own checksums, too.
        """
        if passages is not None:
            require_whole_terms(folder, FIELDS, passages)
        try:
            return cls(_open_index(folder), passages)
        except ValueError as error:
            if "Lockfile" not in str(error):
                raise IndexDamaged(
                    f"{folder} cannot be read: {error}", hint="rag index --rebuild"
                ) from error
        # Tantivy locks what it opens, which writes a file; where that is forbidden, links in
        # another folder are opened.
        mirror = _open_mirror(folder)
        return cls(mirror, passages)

    @property
    def size(self) -> int:
        """How many passages there are."""
        return int(self._searcher.num_docs)

    @report_damage
    def doc_freq(self, field: str, term: str) -> int:
        """Return the document frequency of a term: in how many passages a field holds it."""
        storable = _make_storable(term)
        return int(self._searcher.doc_freq(field, storable))

    def frequency(self, language: str, unit: str) -> int:
        """Return in how many passages of a language a unit stands; if in none, how many headers."""
        term = f"{language}:{unit}"
        in_texts = self.doc_freq("stems", term)
        if in_texts:
            return in_texts
        return self.doc_freq("title", term)

    @report_damage
    def search(
        self, query: Sequence[QueryTerm], k: int, filters: Filters | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k passages of greatest BM25 score that hold at least one of the terms.

        Undated passages are in no range of days; publishers are compared without case and accents.
        Filters change no score. Returns row numbers and scores, best first, rows in order where
        scores are equal.
        """
        import numpy as np

        limit = min(k, self.size)  # tantivy panics when asked for no result
        if limit <= 0 or not query:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        tantivy_query = self._make_query(query, filters or Filters())
        # Counting all matches would visit passages that cannot be among the k best.
        result = self._searcher.search(tantivy_query, limit, count=False)
        hit_scores = []
        addresses = []
        for score, address in result.hits:
            hit_scores.append(score)
            addresses.append(address)
        # The row is a column: no document is fetched.
        hit_rows = self._searcher.fast_field_values("row", addresses)
        scores = np.array(hit_scores, np.float32)
        rows = np.array(hit_rows, np.int64)
        require(rows.max(initial=0) < self._row_limit, "terms of no passage")
        # Tantivy leaves open which of two equal scores comes first.
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _make_query(self, query: Sequence[QueryTerm], filters: Filters) -> tantivy.Query:
        """Return the query: at least one of the terms, and all of the filters."""
        import tantivy

        must = tantivy.Occur.Must
        should = tantivy.Occur.Should
        alternatives = [(should, self._make_term_query(term)) for term in query]
        clauses = [(must, tantivy.Query.boolean_query(alternatives))]
        for condition in self._make_filter_queries(filters):
            # A term adds its own BM25 score to the passage's: the constant score 0 adds nothing.
            unscored = tantivy.Query.const_score_query(condition, 0.0)
            clauses.append((must, unscored))
        return tantivy.Query.boolean_query(clauses)

    def _make_term_query(self, term: QueryTerm) -> tantivy.Query:
        import tantivy

        storable = _make_storable(term.term)
        query = tantivy.Query.term_query(self._schema, term.field, storable, "freq")
        if term.boost == 1.0:
            return query
        return tantivy.Query.boost_query(query, term.boost)

    def _make_filter_queries(self, filters: Filters) -> Iterator[tantivy.Query]:
        """Yield a query for each filter that excludes something."""
        import tantivy

        schema = self._schema
        if filters.languages:
            codes = [_make_storable(language) for language in filters.languages]
            yield tantivy.Query.term_set_query(schema, "language", codes)
        if filters.publishers:
            keys = [_make_publisher_key(name) for name in filters.publishers]
            yield tantivy.Query.term_set_query(schema, "publisher", keys)
        if filters.since or filters.until:
            first = 1  # day 0 means undated, so that a range without beginning starts with day 1
            last = _AFTER_EVERY_DAY
            if filters.since:
                first = filters.since.toordinal()
            if filters.until:
                last = filters.until.toordinal()
            unsigned = tantivy.FieldType.Unsigned
            yield tantivy.Query.range_query(schema, "day", unsigned, first, last)


def _open_index(folder: Path) -> tantivy.Index:
    import tantivy

    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")  # a generation never changes: no thread needs to watch it
    return index


def _open_mirror(folder: Path) -> tantivy.Index:
    """Open an index through links to its files in a temporary folder.

    The folder may be removed once the index is open.
    """
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="rag-") as mirror:
        for file in folder.absolute().iterdir():
            if file.suffix == ".lock":
                continue
            link = Path(mirror, file.name)
            try:
                link.symlink_to(file)
            except OSError:  # no right to make links on Windows
                shutil.copyfile(file, link)
        return _open_index(Path(mirror))
