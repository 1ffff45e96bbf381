"""The terms of passages in tantivy, ranked by BM25. The only door to tantivy.

Texts come as terms already (see ``text.words`` and ``tokens.stem``): tantivy cuts at white space and changes nothing. Nothing is
stored but the passage's row. Filters are part of the query, so k results are k results.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexDamaged, WriteError
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

FIELDS = ("title", "words", "stems")

_HEAP = 256_000_000  # bytes before a segment is written: some 300,000 passages fit into one
_LONGEST = 16_000  # characters of a term: tantivy silently drops a term over 65,530 bytes
_BEYOND_DATES = 1 << 32


class TermDoc(NamedTuple):
    """What is indexed of a passage: its row, its terms by field, what a search can be limited to, its words."""

    row: int
    title: Sequence[str]
    words: Sequence[str]
    stems: Sequence[str]
    language: str
    publisher: str | None
    day: int  # date.toordinal(), 0 when undated
    surfaces: Sequence[str] = ()  # the words as they are written


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
        index = tantivy.Index(_schema(), path=str(folder))
        _register(index)
        writer = index.writer(
            heap_size=_HEAP, num_threads=1
        )  # one thread, one order: the same ranks from every build
        for row in rows:
            writer.add_document(_document(row))
        writer.commit()
        writer.wait_merging_threads()
    except (OSError, ValueError) as error:
        raise WriteError(
            f"{folder} cannot be written: {error}", hint="free some space, then build again"
        ) from error


def _schema() -> Any:  # noqa: ANN401
    """Terms with their frequencies, no positions; filters as single values; the row as a column."""
    import tantivy

    schema = tantivy.SchemaBuilder()
    for name in FIELDS:
        schema.add_text_field(name, tokenizer_name="terms", index_option="freq")
    for name in ("language", "publisher"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema.add_unsigned_field("day", indexed=True, fast=True)
    schema.add_unsigned_field("row", fast=True)
    return schema.build()


def _register(index: Any) -> None:  # noqa: ANN401
    import tantivy

    index.register_tokenizer(
        "terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    )


def _document(row: TermDoc) -> Any:  # noqa: ANN401
    import tantivy

    document = tantivy.Document()
    document.add_unsigned("row", row.row)
    document.add_unsigned("day", row.day)
    document.add_text("language", row.language)
    document.add_text("publisher", _clean(fold(row.publisher or "")))
    for name in FIELDS:
        document.add_text(name, " ".join(map(_clean, getattr(row, name))))
    return document


def _clean(term: str) -> str:
    """The term as tantivy can hold it: of bounded length, without lone surrogates."""
    return (
        term
        if len(term) <= _LONGEST and term.isascii()
        else term[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
    )


class Terms:
    """The terms of a generation, for searching."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401
        """Wrap a tantivy index."""
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path) -> Terms:
        """Open an index, also where this user may not write. Raises IndexDamaged."""
        try:
            return cls(_open(folder))
        except ValueError as error:
            if "Lockfile" not in str(error):
                raise IndexDamaged(
                    f"{folder} cannot be read: {error}", hint="rag index --rebuild"
                ) from error
        return cls(_open_mirror(folder))  # tantivy locks what it opens, and that writes

    @property
    def size(self) -> int:
        """How many passages there are."""
        return int(self._searcher.num_docs)

    def doc_freq(self, field: str, term: str) -> int:
        """In how many passages a field holds a term."""
        return int(self._searcher.doc_freq(field, _clean(term)))

    def frequency(self, language: str, unit: str) -> int:
        """In how many passages of a language a unit stands, or, if in none, in how many of their headers."""
        term = f"{language}:{unit}"
        return self.doc_freq("stems", term) or self.doc_freq("title", term)

    def search(
        self,
        query: Sequence[QueryTerm],
        k: int,
        *,
        languages: Sequence[str] = (),
        publishers: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k passages of greatest BM25 score that hold at least one of the terms.

        ``languages`` and ``publishers`` (in any case, with or without accents) name what is let through, ``since`` and
        ``until`` the days (``date.toordinal()``) between which it is dated; undated passages are in no such range.
        Returns row numbers and scores, best first, rows in order where scores are equal.
        """
        import numpy as np
        import tantivy

        must = tantivy.Occur.Must
        wanted = [(tantivy.Occur.Should, self._weighted(term)) for term in query]
        clauses = [(must, tantivy.Query.boolean_query(wanted))]
        clauses += [
            (must, tantivy.Query.const_score_query(f, 0.0))
            for f in self._filters(languages, publishers, since, until)
        ]
        limit = min(k, self.size)
        if limit <= 0 or not wanted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        rows = np.array(
            self._searcher.fast_field_values("row", [address for _, address in hits]), np.int64
        )
        scores = np.array([score for score, _ in hits], np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _weighted(self, term: QueryTerm) -> Any:  # noqa: ANN401
        import tantivy

        query = tantivy.Query.term_query(self._schema, term.field, _clean(term.term), "freq")
        return query if term.boost == 1.0 else tantivy.Query.boost_query(query, term.boost)

    def _filters(
        self,
        languages: Sequence[str],
        publishers: Sequence[str],
        since: int | None,
        until: int | None,
    ) -> Iterator[Any]:
        import tantivy

        if languages:
            yield tantivy.Query.term_set_query(
                self._schema, "language", list(map(_clean, languages))
            )
        if publishers:
            yield tantivy.Query.term_set_query(
                self._schema, "publisher", [_clean(fold(name)) for name in publishers]
            )
        if since is not None or until is not None:
            first, last = max(since or 1, 1), _BEYOND_DATES if until is None else max(until, 0)
            yield tantivy.Query.range_query(
                self._schema, "day", tantivy.FieldType.Unsigned, first, last
            )


def _open(folder: Path) -> Any:  # noqa: ANN401
    import tantivy

    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")  # a generation never changes: no thread needs to watch it
    return index


def _open_mirror(folder: Path) -> Any:  # noqa: ANN401
    """Open an index through links to its files in a folder of our own."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="rag-") as mirror:
        for file in folder.absolute().iterdir():
            if file.suffix != ".lock":
                try:
                    Path(mirror, file.name).symlink_to(file)
                except OSError:  # no right to make links on Windows
                    shutil.copyfile(file, Path(mirror, file.name))
        return _open(Path(mirror))
