"""What may be wrong with an index, its articles, the model and the places of files.

Each check yields findings: what is so, how bad it is, and the command that mends it. A check that
cannot be made because of an earlier one is left out. Nothing is changed.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.errors import IndexDamaged, IndexProblem, RagError
from rag.index import lookup
from rag.store.address import PostgresStore, choose_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.index.opened import OpenedIndex
    from rag.reading.skipped import SkippedFile
    from rag.records import Document
    from rag.settings import Settings

Level = Literal["fine", "note", "problem"]
# Times the index that a build needs on the disk: the new generation stands beside the old one. By
# half more than that; chosen by hand.
SPACE_FACTOR = 2.5
_OTHERS = 0o077  # the rights of everybody but the owner
MIN_FREE_BYTES = 50_000_000  # room for a first index of some thousand articles; chosen by hand
# What gives an article what it lacks.
GAP_COMMANDS = {
    "day": "write date: 2025-12-31 at its top, then rag index",
    "publisher": "write publisher: NAME at its top, or name its folder in rag.toml: "
    '[publishers], "FOLDER/**" = "NAME"; then rag index',
}


class Finding(NamedTuple):
    """What a check says; ``command`` mends it, empty where there is nothing to mend."""

    topic: str
    level: Level
    message: str
    command: str = ""
    exit_code: int = 0  # of the error that it is


def diagnose(settings: Settings) -> Iterator[Finding]:
    """Yield what is right and wrong with everything that an answer needs."""
    yield from _check_settings(settings)
    yield from _check_model(settings)
    yield from _check_reader(settings)
    yield from _check_index(settings)
    if settings.store is None:
        yield from _check_places(settings)


def _check_settings(settings: Settings) -> Iterator[Finding]:
    for warning in settings.warnings:
        yield _fault("settings", warning, "rag config")
    if not settings.warnings:
        yield _approve("settings", "each value is read as it stands")


def _check_model(settings: Settings) -> Iterator[Finding]:
    from rag.models.embedders import load_embedder

    try:
        embedder = load_embedder(settings.model, offline=settings.offline)
    except RagError as error:
        yield _report(error, "model")
    else:
        size = f"{embedder.dimension} numbers for a text"
        yield _approve("model", f"{embedder.name} can be loaded: {embedder.kind}, {size}")


def _check_reader(settings: Settings) -> Iterator[Finding]:
    from rag.models.reader import load_reader

    if settings.reader == "off":
        yield _note(
            "reader", "it is off: answers are chosen without it", "rag config set reader auto"
        )
        return
    try:
        load_reader()
    except RagError as error:
        yield _report(error, "reader")
    else:
        yield _approve("reader", "what reads the passages of an answer can be loaded")


def _check_index(settings: Settings) -> Iterator[Finding]:
    """Yield whether every byte is what was written, and what the articles lack."""
    from rag.index.generations import verify_generation
    from rag.pipeline.asking import Rag

    place = choose_place(settings)
    try:
        if isinstance(place, PostgresStore):
            from rag.pipeline.store_diagnosis import check_store_tables

            for message in check_store_tables(place):
                yield _approve("store", message)
        elif damaged_files := verify_generation(settings.index):
            names = ", ".join(damaged_files)
            error = IndexDamaged(f"damaged: {names}", hint="rag index --rebuild")
            yield _report(error, "index")
            return
        with Rag.open(settings) as rag:
            for warning in rag.generation.warnings:
                yield _fault("index", warning, "rag index")
            if not isinstance(place, PostgresStore):
                yield _approve("index", f"{settings.index} is whole")
            yield from _check_articles(rag.generation)
            yield from _check_sources(rag.generation, settings)
    except RagError as error:
        yield _report(error, "index")


def _check_articles(generation: OpenedIndex) -> Iterator[Finding]:
    """Yield what articles lack, and which files are not UTF-8."""
    for name, gap in lookup.find_gaps(generation).items():
        if gap.articles:
            named = ", ".join(gap.paths)
            message = f"{gap.articles:,} articles without a {name}, the first in {named}"
            yield _note("articles", message, GAP_COMMANDS[name])
    for encoding, count in generation.count_encodings().items():
        if not encoding.lower().startswith(("utf", "ascii")):
            message = f"{count:,} files are read as {encoding}"
            yield _note("encodings", message, f"iconv -f {encoding} -t UTF-8 FILE")


def _check_sources(generation: OpenedIndex, settings: Settings) -> Iterator[Finding]:
    """Yield which sources are gone, which files are not read, and of which the index is wrong.

    Every file is extracted anew: an index is not asked whether it is right.
    """
    from rag.reading.files import FileRules, read_paths

    root = Path(generation.manifest["root"])
    follow_links = generation.manifest.get("follow_links", False)
    rules = FileRules(settings.max_file_mb << 20, follow_links)
    for source in generation.manifest["sources"]:
        path = root / source
        if not path.exists():
            yield _fault("sources", f"{path} is gone", "rag index --prune")
            continue
        read = read_paths([path], root=root, rules=rules)
        yield from _count_skipped(read.skipped)
        yield from _find_false_texts(generation, read.documents)
        if read.documents:
            yield _approve("sources", f"{path}: {len(read.documents):,} files can be read")


def _find_false_texts(generation: OpenedIndex, documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield of which files the index has another text than their unchanged bytes give."""
    indexed_paths = {path for path, _, _ in generation.list_formats()}
    false_paths = []
    for document in documents:
        if document.path not in indexed_paths:
            continue
        indexed = generation.document(document.path)
        if indexed.sha256 == document.sha256 and indexed.text != document.text:
            false_paths.append(document.path)
    if false_paths:
        files = "1 file is" if len(false_paths) == 1 else f"{len(false_paths):,} files are"
        message = f"{files} unchanged, and the index says otherwise, the first {false_paths[0]}"
        yield _fault("index", message, "rag index --rebuild")


def _count_skipped(skipped: Sequence[SkippedFile]) -> Iterator[Finding]:
    """Yield a finding for each kind of files not read; a lack of permission is a fault."""
    groups: dict[str, list[SkippedFile]] = {}
    for file in skipped:
        groups.setdefault(file.kind, []).append(file)
    for kind, group in groups.items():
        first = group[0]
        message = f"{len(group):,} × {kind}, the first {first.path}: {first.reason}"
        if "permission" in first.reason:
            command = f"chmod u+r {shlex.quote(first.path)}"
            yield _fault("sources", message, command)
        else:
            yield _note("sources", message)


def _check_places(settings: Settings) -> Iterator[Finding]:
    """Yield whether the index can be written, by permission and by space."""
    folder = settings.index
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        yield _approve("permissions", f"{folder} can be written")
    else:
        message = f"{folder} cannot be written: the index is read, and never refreshed"
        yield Finding(
            "permissions", "problem", message, f"chmod u+rwx {shlex.quote(str(folder))}", 1
        )
    if os.name == "posix" and folder == settings.index and folder.stat().st_mode & _OTHERS:
        message = f"{folder} can be read by others, and with it what is indexed"
        yield _note("permissions", message, f"chmod 700 {shlex.quote(str(folder))}")
    size = 0
    for path in settings.index.rglob("*"):
        size += path.lstat().st_size
    needed = max(MIN_FREE_BYTES, int(SPACE_FACTOR * size))
    import shutil  # not on the way of a question

    free = shutil.disk_usage(folder).free
    message = f"{free // 1_000_000:,} MB free, a build may need {needed // 1_000_000:,} MB"
    if free < needed:
        yield _fault("disk", message, "free some space, or rag index --index DIR")
    else:
        yield _approve("disk", message)


def _approve(topic: str, message: str) -> Finding:
    return Finding(topic, "fine", message)


def _note(topic: str, message: str, command: str = "") -> Finding:
    return Finding(topic, "note", message, command)


def _fault(topic: str, message: str, command: str) -> Finding:
    return Finding(topic, "problem", message, command, RagError.exit_code)


def _report(error: RagError, topic: str) -> Finding:
    """Return an error as a finding; one of the index ends with its own exit code."""
    topic = "index" if isinstance(error, IndexProblem) else topic
    return Finding(topic, "problem", error.message, error.hint, error.exit_code)
