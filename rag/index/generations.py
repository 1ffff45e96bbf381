"""An index on disk: generations that are written beside the one in force and never change once they are in force.

    index/CURRENT                       the name of the generation in force
    index/<generation>/manifest.json    what it is made of, with the SHA-256 of every file; its own is part of the name
    index/<generation>/…                catalog.sqlite, *.npy, vectors.faiss, terms/
    index/.lock                         held by the one process that builds

A reader locks the manifest of its generation; a builder removes the generations whose manifest nobody has locked.
"""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

from rag import files as disk
from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, WriteError
from rag.index import catalog
from rag.index import sentences_table as arrays
from rag.index import terms as lexical
from rag.index import vectors as dense
from rag.index import vocabulary as spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from rag.records import Article, Document, Passage, Span

FORMAT = 3
VECTORS, TERMS, MANIFEST, CURRENT = "vectors.faiss", "terms", "manifest.json", "CURRENT"

_NAME = r"\d{8}T\d{12}Z-[0-9a-f]{12}"
_BLOCK = 65_536
_REBUILD = "rag index --rebuild"
_ANEW = "rag index --rebuild FOLDER"  # what was indexed can no longer be known
_NO_ROOM = "free some space, or choose another place with --index; the index in force is as it was"
_NO_RIGHT = "choose a folder that you may write to with --index"
_FULL = (None, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EDQUOT)  # None: from SQLite and NumPy


@dataclass(frozen=True)
class Contents:
    """All that a generation holds. Passages follow their articles' order, sentence rows their passages'."""

    documents: Sequence[Document]
    articles: Sequence[Article]
    clusters: Sequence[int]  # of each article: the row of the first in its group of reprints
    passages: Sequence[Passage]
    sentences: Sequence[Sequence[Span]]  # of each passage
    tokens: Sequence[NDArray[np.uint16]]  # of each sentence
    vectors: NDArray[np.float16 | np.float32]  # (sentences, dimension)
    terms: Iterable[lexical.TermDoc]  # of each passage


@contextmanager
def lock_index(index: Path) -> Iterator[None]:
    """Be the only one who builds this index, at most until the process ends; then remove what nobody reads any more.

    Raises IndexLocked, WriteError.
    """
    with _writing(index):
        index.mkdir(parents=True, exist_ok=True)
        file = (index / ".lock").open("a+b", buffering=0)
    with file:
        if not disk.try_lock(file, shared=False):
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace").strip()
            by = f" by process {holder}" if holder else ""
            raise IndexLocked(
                f"{index} is being built{by}", hint="wait until that has finished, then try again"
            )
        file.truncate(0)
        with suppress(
            OSError
        ):  # a full disk stops the build, if it does, where something would be lost
            file.write(f"{os.getpid()}\n".encode("ascii"))
        try:
            yield
        finally:
            file.truncate(0)
            with suppress(OSError):
                _remove_unread(index)


def write_generation(index: Path, contents: Contents, *, about: Mapping[str, object]) -> str:
    """Write a generation and put it in force; to be called under ``lock``, which removes the older ones in the end.

    ``about`` is added to the manifest. Returns the generation's name. Raises WriteError, the old generation staying in force.
    """
    created = datetime.datetime.now(datetime.timezone.utc)
    stamp = f"{created:%Y%m%dT%H%M%S%f}Z"
    folder, name = index / f".building-{stamp}", ""
    with _writing(index):
        try:
            folder.mkdir(parents=True)
            _write_files(folder, contents)
            measures = {
                "counts": _counts(contents),
                **catalog.summarise_articles(contents.articles, contents.passages),
            }
            manifest = {
                "format": FORMAT,
                "created": created.isoformat(),
                **about,
                **measures,
                "files": disk.compute_digests(folder),
            }
            data = json.dumps(manifest, indent=1).encode("ascii")
            (folder / MANIFEST).write_bytes(data)
            disk.sync_tree(folder)
            name = f"{stamp}-{_short(data)}"
            folder = folder.rename(index / name)
            disk.sync(index)
            disk.write_atomically(index / CURRENT, f"{name}\n")
        finally:
            if not name or _named(index) != name:
                disk.remove_tree(folder)
    return name


def _write_files(folder: Path, contents: Contents) -> None:
    catalog.write_catalog(
        folder, contents.documents, contents.articles, contents.passages, contents.clusters
    )
    arrays.write_sentences_table(folder, contents.sentences, contents.tokens)
    rows, dimension = contents.vectors.shape
    if len(contents.sentences) != len(contents.passages) or rows != len(contents.tokens):
        raise ValueError(
            f"{len(contents.passages)} passages, {len(contents.tokens)} sentences, {rows} vectors"
        )
    blocks = (contents.vectors[first : first + _BLOCK] for first in range(0, rows, _BLOCK))
    dense.build_vectors(folder / VECTORS, blocks, dimension=dimension, rows=rows)
    counts = spelling.Counts()
    lexical.build_terms(spelling.count_words(contents.terms, counts), folder / TERMS)
    spelling.build_vocabulary(counts).save(folder)


def _counts(contents: Contents) -> dict[str, int]:
    return {
        "documents": len(contents.documents),
        "articles": len(contents.articles),
        "passages": len(contents.passages),
        "sentences": len(contents.tokens),
        "publishers": len(
            {article.publisher for article in contents.articles if article.publisher}
        ),
    }


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


@contextmanager
def _writing(index: Path) -> Iterator[None]:
    """Say what the system refused in words, with the way out."""
    if index.exists() and not index.is_dir():
        raise WriteError(f"{index} is a file, not a folder", hint="choose a folder with --index")
    try:
        yield
    except OSError as error:
        hint = _NO_ROOM if error.errno in _FULL else _NO_RIGHT
        raise WriteError(
            f"{index} cannot be written: {error.strerror or f'disk full? ({error})'}", hint=hint
        ) from error


def _remove_unread(index: Path) -> None:
    """Remove what interrupted builds have left, and all generations but the one in force and those that are being read."""
    keep = _named(index)
    for folder in index.iterdir():
        if folder.name.startswith(".building-"):
            disk.remove_tree(folder)
        elif keep and re.fullmatch(_NAME, folder.name) and folder.name != keep:
            with suppress(OSError):
                _remove(folder)


def _remove(folder: Path) -> None:
    with suppress(FileNotFoundError), (folder / MANIFEST).open("r+b") as file:
        if not disk.try_lock(file, shared=False):
            return
        if os.name != "nt":
            (folder / MANIFEST).unlink()
    if os.name == "nt":
        (folder / MANIFEST).unlink(
            missing_ok=True
        )  # fails, and leaves all as it is, while a reader has it open
    disk.remove_tree(folder)


class Generation(catalog.Catalog, arrays.SentencesTable):
    """A generation, open for reading: records (see Catalog), sentences (see Arrays), vectors, terms; opened when first used."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any], held: IO[bytes]) -> None:
        """Take over the manifest's locked file; ``close`` lets go of it."""
        super().__init__()
        self.name = folder.name
        self.passages_by_language: Mapping[str, int] = manifest[
            "passages_by_language"
        ]  # most first
        self.manifest = manifest
        self._folder, self._held = folder, held

    def checked(self, name: str) -> Path:
        """Check the files of this name, or in this folder, before a library trusts them."""
        for file, recorded in self.manifest["files"].items():
            if (file == name or file.startswith(f"{name}/")) and not disk.is_intact(
                self._folder / file, recorded
            ):
                raise IndexDamaged(f"{self._folder / file} is not what was written", hint=_REBUILD)
        return self._folder / name

    @property
    def size(self) -> int:
        """How many passages there are."""
        return int(self.manifest["counts"]["passages"])

    @property
    def mean_length(self) -> float:
        """How many tokens a passage has on average."""
        return self.token_count / max(self.size, 1)

    @cached_property
    def vectors(self) -> dense.Vectors:
        """The sentence vectors."""
        return dense.Vectors.open(self.checked(VECTORS))

    @cached_property
    def terms(self) -> lexical.Terms:
        """The passages' terms."""
        return lexical.Terms.open(self.checked(TERMS))

    def close(self) -> None:
        """Let go of the files: a builder may remove them from now on."""
        super().close()
        self._held.close()

    def __enter__(self) -> Generation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_generation(index: Path, *, damaged: bool = False) -> Generation:
    """Open the generation in force, even ``damaged``, and hold it. Raises IndexMissing, IndexDamaged, IndexMismatch."""
    folder, manifest, held = _hold(index)
    for name, recorded in manifest["files"].items():
        if not damaged and not disk.has_same_size(folder / name, recorded):
            held.close()
            raise IndexDamaged(f"{folder / name} is missing or cut short", hint=_REBUILD)
    return Generation(folder, manifest, held)


def verify_generation(index: Path) -> list[str]:
    """Read every byte of the generation in force; return its damaged files. Raises as ``open_generation``."""
    folder, manifest, held = _hold(index)
    with held:
        files = manifest["files"].items()
        return [
            f"{folder.name}/{name}"
            for name, was in files
            if not disk.is_intact(folder / name, was, thorough=True)
        ]


def _hold(index: Path) -> tuple[Path, dict[str, Any], IO[bytes]]:
    """Lock the manifest of the generation in force; begin again when a builder has just put another in force."""
    name = _current(index)
    while True:
        with suppress(FileNotFoundError, NotADirectoryError):
            file = (index / name / MANIFEST).open("rb")
            if disk.try_lock(file, shared=True) and os.fstat(file.fileno()).st_nlink:
                break
            file.close()
        before, name = name, _current(index)
        if name == before:
            raise IndexDamaged(f"{index / CURRENT} names {name}, which is not there", hint=_ANEW)
    with ExitStack() as stack:
        stack.enter_context(file)
        manifest = _manifest(index / name, file.read())
        stack.pop_all()  # it is right: the file stays open
    return index / name, manifest, file


def _manifest(folder: Path, data: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(data)
        number = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{folder / MANIFEST} is damaged", hint=_ANEW) from error
    if not folder.name.endswith(_short(data)):
        raise IndexDamaged(f"{folder / MANIFEST} is not what was written", hint=_ANEW)
    if number != FORMAT:
        raise IndexMismatch(
            f"{folder} has format {number}; this version of rag reads format {FORMAT}", hint=_ANEW
        )
    return manifest


def _current(index: Path) -> str:
    """The name in CURRENT, once it is one: it becomes part of a path."""
    if index.is_file():
        raise IndexMissing(
            f"{index} is a file, not the folder of an index", hint="choose the folder with --index"
        )
    try:
        name = _named(index)
    except OSError as error:
        raise IndexDamaged(
            f"{index / CURRENT} cannot be read: {error.strerror}", hint="check who may read it"
        ) from error
    if name is None:
        raise IndexMissing(f"there is no index in {index}", hint="rag index FOLDER")
    if not re.fullmatch(_NAME, name):
        raise IndexDamaged(f"{index / CURRENT} does not name a generation", hint=_ANEW)
    return name


def _named(index: Path) -> str | None:
    try:
        return (index / CURRENT).read_text(encoding="ascii", errors="replace").rstrip("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
