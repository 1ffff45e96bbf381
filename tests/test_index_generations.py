"""Generations: whole or not there, held while they are read, and honest about damage."""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from rag import files as disk
from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, RagError, WriteError
from rag.index import generations as store
from rag.index.fingerprint_table import read_fingerprints
from rag.index.generation_files import Contents
from rag.index.generations import (
    open_generation,
    remove_replaced_generations,
    verify_generation,
    write_generation,
)
from rag.index.index_folder import lock_index
from rag.index.readings import Readings
from rag.index.terms import FIELDS, QueryTerm, TermDoc
from rag.records import Article, Document, Passage, Span, content_id

ABOUT = {"fingerprint": "f" * 16, "model": "shipped", "sources": ["a"], "root": "/"}


def contents(count: int = 3) -> Contents:
    """Small articles, one passage each, two sentences in a passage; passage n is about word n."""
    articles = []
    for n in range(count):
        text = f"Word{n} came first.\r\nThen \ud800 and \x00 came."
        document = Document(
            f"{n}.txt",
            text,
            hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            "text/plain",
        )
        day = datetime.date(2025, 12, 1 + n)
        articles.append(
            Article(
                content_id(text), document, f"Title {n}", "Le Monde", day, None, "en", 0, len(text)
            )
        )
    passages = [Passage(content_id(a.id, a.start, a.end), a, a.start, a.end) for a in articles]
    return Contents(
        documents=[article.document for article in articles],
        articles=articles,
        clusters=range(len(articles)),
        passages=passages,
        sentences=[[Span(0, 17), Span(19, p.end)] for p in passages],
        tokens=[np.array([n, n + 1], np.uint16) for n in range(2 * count)],
        vectors=np.eye(2 * count, 16, dtype=np.float32),
        terms=(TermDoc(n, [], [f"word{n}"], [], "en", "Le Monde", 0) for n in range(count)),
    )


def build(index: Path, count: int = 3) -> str:
    """One build, as the pipeline does it."""
    with lock_index(index):
        name = write_generation(index, contents(count), about=ABOUT)
        remove_replaced_generations(index, name, prune=False)
    return name


def folders(index: Path) -> list[str]:
    """Everything in an index but CURRENT and the lock."""
    return sorted(path.name for path in index.iterdir() if path.name not in ("CURRENT", ".lock"))


def check(index: Path, count: int = 3) -> str:
    """The generation in force answers, in every part; its name."""
    assert verify_generation(index) == []
    with open_generation(index) as generation:
        last = count - 1
        assert generation.terms.search([QueryTerm("words", f"word{last}")], 5)[0].tolist() == [last]
        query = np.eye(2 * count, 16, dtype=np.float32)[2 * last]
        [row], _ = generation.vectors.search(query, 1)
        assert generation.owners[row] == last
        [passage] = generation.passages([last])
        assert passage == contents(count).passages[last]
        assert generation.spans(generation.sentence_rows(last)) == [
            Span(0, 17),
            Span(19, passage.end),
        ]
        assert [ids.tolist() for ids in generation.tokens([row])] == [[2 * last, 2 * last + 1]]
        return generation.name


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """Catches parts whose rows do not belong together."""
    name = build(tmp_path / "deep" / "index")
    assert check(tmp_path / "deep" / "index") == name
    assert folders(tmp_path / "deep" / "index") == [name]


def test_manifest_tells_what_the_index_holds(tmp_path: Path) -> None:
    """Catches a `rag status` that must read every article, and a manifest that does not cover every
    file."""
    name = build(tmp_path)
    with open_generation(tmp_path) as generation:
        manifest = generation.manifest
        assert generation.size == 3
        assert generation.mean_length == 4.0
        assert generation.token_frequency.tolist() == [1, 1, 2, 1, 2, 1, 1]
    assert manifest["format"] == store.FORMAT
    assert manifest["counts"] == {
        "documents": 3,
        "articles": 3,
        "passages": 3,
        "sentences": 6,
        "publishers": 1,
    }
    assert manifest["dates"] == ["2025-12-01", "2025-12-03"]
    assert (manifest["publishers"], manifest["languages"]) == ({"Le Monde": 3}, {"en": 3})
    assert manifest["passages_by_language"] == {"en": 3}
    assert {key: manifest[key] for key in ABOUT} == ABOUT
    assert datetime.datetime.fromisoformat(manifest["created"]).utcoffset() == datetime.timedelta(0)
    there = {
        path.relative_to(tmp_path / name).as_posix(): path
        for path in (tmp_path / name).rglob("*")
        if path.is_file()
    }
    files = {
        file: path
        for file, path in there.items()
        if file != "manifest.json" and path.suffix != ".lock"
    }
    assert {file: digest["sha256"] for file, digest in manifest["files"].items()} == {
        file: hashlib.sha256(path.read_bytes()).hexdigest() for file, path in files.items()
    }


def test_passages_are_counted_by_language(tmp_path: Path) -> None:
    """Catches articles counted for passages: the languages that a question is translated into, and
    how much each weighs."""
    whole = contents(4)
    articles = [
        replace(a, language=language)
        for a, language in zip(whole.articles, ("fr", "en", "en", "de"), strict=True)
    ]
    starts = [
        (a, start) for a in articles for start in ((0, 8, 19) if a.language == "fr" else (0,))
    ]
    mixed = replace(
        whole,
        articles=articles,
        clusters=range(len(articles)),
        passages=[Passage(content_id(a.id, start), a, start, a.end) for a, start in starts],
        sentences=[[]] * len(starts),
        tokens=[],
        vectors=np.zeros((0, 16), np.float32),
        terms=iter(()),
    )
    with lock_index(tmp_path):
        write_generation(tmp_path, mixed, about=ABOUT)
    with open_generation(tmp_path) as generation:
        assert list(generation.passages_by_language.items()) == [("fr", 3), ("en", 2), ("de", 1)]


def test_an_index_of_nothing(tmp_path: Path) -> None:
    """Catches parts that cannot be empty."""
    build(tmp_path, 0)
    with open_generation(tmp_path) as generation:
        assert generation.size == 0
        assert generation.passages_by_language == {}
        assert generation.mean_length == 0.0
        assert generation.vectors.search(np.ones(16, np.float32), 3)[0].tolist() == []
        assert generation.terms.search([QueryTerm("words", "a")], 3)[0].tolist() == []
        assert list(generation.articles()) == []
        assert generation.manifest["dates"] == [None, None]


def test_parts_that_do_not_belong_together_leave_the_old_generation(tmp_path: Path) -> None:
    """Catches a generation put in force with more sentences than vectors, and leftovers of a
    refused one."""
    name = build(tmp_path)
    whole = contents()
    short = Contents(
        **{
            **{field: getattr(whole, field) for field in whole.__dataclass_fields__},
            "vectors": whole.vectors[:-1],
        }
    )
    with (
        pytest.raises(ValueError, match="3 passages, 6 sentences, 5 vectors"),
        lock_index(tmp_path),
    ):
        write_generation(tmp_path, short, about=ABOUT)
    assert folders(tmp_path) == [name]
    assert check(tmp_path) == name


def test_older_generations_go_when_nobody_reads_them(tmp_path: Path) -> None:
    """Catches a builder that removes what is being read, and an index that only grows."""
    first = build(tmp_path)
    with open_generation(tmp_path) as reader:
        second = build(tmp_path, 4)
        assert folders(tmp_path) == [first, second]
        assert reader.passages([2]) == contents().passages[2:]  # opened only now
        assert reader.terms.size == 3
        assert reader.vectors.size == 6
    third = build(tmp_path, 5)
    assert folders(tmp_path) == [third]
    assert check(tmp_path, 5) == third


def test_nothing_else_in_the_folder_is_touched(tmp_path: Path) -> None:
    """Catches `--index ~/Documents` losing documents."""
    for name in ("README.md", "20250101", "notes", ".git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("mine")
    build(tmp_path)
    build(tmp_path)
    for name in ("README.md", "20250101", "notes", ".git"):
        assert (tmp_path / name / "manifest.json").read_text() == "mine"


def test_a_current_that_was_never_finished_goes(tmp_path: Path) -> None:
    """Catches the temporary file of a killed build that stays, and a file of the user that goes."""
    build(tmp_path)
    for name in (".CURRENT.0123456789ab", ".CURRENT.bak", "CURRENT.0123456789ab"):
        (tmp_path / name).write_text("20")
    name = build(tmp_path)
    assert folders(tmp_path) == [".CURRENT.bak", name, "CURRENT.0123456789ab"]


def test_an_index_without_current_loses_no_generation(tmp_path: Path) -> None:
    """Catches a builder that takes every generation for an old one where none is named."""
    name = build(tmp_path)
    (tmp_path / "CURRENT").unlink()
    with lock_index(tmp_path):
        pass
    assert folders(tmp_path) == [name]


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that has this file's functions."""
    tests = str(Path(__file__).parent)
    start = f"import sys; sys.path.insert(0, {tests!r})\nfrom test_index_generations import *\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + code, *map(str, arguments)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


KILLED = """
index, moment = Path(sys.argv[1]), int(sys.argv[2])
def counting(do):
    def step(*arguments, **keywords):
        global moment
        moment -= 1
        if moment < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*arguments, **keywords)
    return step
for name in ("fsync", "replace", "rename", "mkdir", "unlink", "rmdir"):
    setattr(os, name, counting(getattr(os, name)))
build(index, 4)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("moment", [0, 2, 3, 15, 37, 38, 39, 41, 42, 43, 45, 60, 79])
def test_a_build_killed_at_any_moment_leaves_an_index_that_works(
    tmp_path: Path, moment: int
) -> None:
    """Catches a swap that is not atomic, a lock that outlives its process, leftovers that stay for
    ever."""
    build(tmp_path)
    with child(KILLED, tmp_path, moment) as process:
        _, errors = process.communicate(timeout=60)
    late = moment > 60  # some versions of Python clean up in fewer steps
    assert process.returncode == -signal.SIGKILL or (late and process.returncode == 0), errors
    with open_generation(tmp_path) as generation:
        count = generation.size
    assert count in (3, 4)
    check(tmp_path, count)
    name = build(tmp_path, 5)
    assert folders(tmp_path) == [name]
    assert check(tmp_path, 5) == name


def test_moments_reach_past_the_swap(tmp_path: Path) -> None:
    """Catches the kills all coming too early to matter: without one the build runs some eighty
    steps."""
    build(tmp_path)
    with child(
        KILLED.replace(
            "build(index, 4)", "before = moment; build(index, 4); print(before - moment)"
        ),
        tmp_path,
        10**6,
    ) as process:
        steps = int(process.communicate(timeout=60)[0])
    assert 60 < steps < 100


BUSY = """
with lock_index(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
    import time; time.sleep(60)
"""


def test_two_builders_at_once(tmp_path: Path) -> None:
    """Catches two builds mixing their files, and a lock that survives a killed builder."""
    name = build(tmp_path)
    with child(BUSY, tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(IndexLocked, match=f"by process {other.pid}") as caught,
            lock_index(tmp_path),
        ):
            pass
        assert caught.value.exit_code == 5
        assert check(tmp_path) == name  # reading goes on
        other.kill()
    name = build(tmp_path, 4)
    assert check(tmp_path, 4) == name


def test_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    """Catches an index locked until the machine restarts."""
    with pytest.raises(RuntimeError), lock_index(tmp_path):
        raise RuntimeError
    with (
        lock_index(tmp_path),
        pytest.raises(IndexLocked, match=f"by process {os.getpid()}"),
        lock_index(tmp_path),
    ):
        pass


def flip(path: Path, position: int) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def use(index: Path) -> None:
    """Touch every part of an index."""
    with open_generation(index) as generation:
        _ = (
            generation.vectors,
            [generation.terms.doc_freq(field, "a") for field in FIELDS],
            [generation.terms.sum_lengths(field, [0]) for field in FIELDS],
            [generation.terms.read_postings(field, "word0") for field in FIELDS],
            read_fingerprints(generation),
            generation.passages([0]),
            generation.token_frequency,
            generation.vocabulary,
        )
        generation.tokens(generation.sentence_rows(0))
        generation.spans([0])
        Readings(generation).find("a.pdf", ("", "pdf", 1))


def test_one_changed_bit_in_any_file_is_noticed(tmp_path: Path) -> None:
    """Catches a library reading what nobody wrote: FAISS and NumPy trust their files."""
    name = build(tmp_path)
    files = [
        path for path in (tmp_path / name).rglob("*") if path.is_file() and path.suffix != ".lock"
    ]
    assert len(files) > 10
    for path in files:
        for position in (0, path.stat().st_size // 2, path.stat().st_size - 1):
            flip(path, position)
            with pytest.raises((IndexDamaged, IndexMismatch)) as caught:
                use(tmp_path)
            assert "--rebuild" in caught.value.hint
            if path.name != "manifest.json":
                assert verify_generation(tmp_path) == [path.relative_to(tmp_path).as_posix()]
            flip(path, position)
    use(tmp_path)


def test_missing_and_truncated_files_are_noticed_at_once(tmp_path: Path) -> None:
    """Catches damage that shows itself only in the middle of an answer."""
    name = build(tmp_path)
    for path in [
        path for path in (tmp_path / name).rglob("*") if path.is_file() and path.suffix != ".lock"
    ]:
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        with pytest.raises(IndexDamaged):
            open_generation(tmp_path)
        path.unlink()
        with pytest.raises(IndexDamaged):
            open_generation(tmp_path)
        path.write_bytes(data)
    check(tmp_path)


@pytest.mark.parametrize(
    "current",
    [
        "",
        "\n",
        "../..",
        "../../etc",
        "/",
        ".",
        "x" * 5000,
        "\x00",
        "é",
        "20250101T000000000000Z-aaaaaaaaaaaa",
    ],
)
def test_a_damaged_current(tmp_path: Path, current: str) -> None:
    """Catches a path built from what a file says, and a generation that is not there."""
    index = tmp_path / "index"
    name = build(index)
    for text in (current, f"{name}/../{current}"):
        (index / "CURRENT").write_text(text, encoding="utf-8")
        with open_generation(index) as generation:
            assert generation.name == name
            assert "CURRENT is damaged" in generation.warnings[0]
    (index / name).rename(tmp_path / name)
    with pytest.raises(IndexDamaged) as caught:
        open_generation(index)
    assert "--rebuild" in caught.value.hint
    name = build(index)
    assert check(index) == name


def test_a_damaged_current_gives_the_newest_whole_generation(tmp_path: Path) -> None:
    """Catches the oldest one read, or one whose manifest was changed, and a warning that is not said."""
    build(tmp_path)
    with open_generation(tmp_path):
        second = build(tmp_path, 4)
        with open_generation(tmp_path):
            third = build(tmp_path, 5)
    flip(tmp_path / third / "manifest.json", 40)
    (tmp_path / "CURRENT").unlink()
    with open_generation(tmp_path) as generation:
        assert (generation.name, generation.size) == (second, 4)
        assert second in generation.warnings[0]


def rewrite(index: Path, change: dict[str, object]) -> None:
    """Another manifest, under a name that fits it."""
    old = index / (index / "CURRENT").read_text().strip()
    data = json.dumps(json.loads((old / "manifest.json").read_bytes()) | change).encode()
    (old / "manifest.json").write_bytes(data)
    new = old.rename(index / f"{old.name[:-12]}{hashlib.sha256(data).hexdigest()[:12]}")
    (index / "CURRENT").write_text(f"{new.name}\n")


def test_another_format_is_a_mismatch_and_stays(tmp_path: Path) -> None:
    """Catches an older rag that takes a newer index for damaged, or wipes it."""
    build(tmp_path)
    rewrite(tmp_path, {"format": 999})
    before = folders(tmp_path)
    with pytest.raises(IndexMismatch, match="999"):
        open_generation(tmp_path)
    assert folders(tmp_path) == before


def test_places_without_an_index(tmp_path: Path) -> None:
    """Catches a traceback where a hint belongs."""
    (tmp_path / "file").write_text("I am a file")
    (tmp_path / "empty").mkdir()
    for name in ("file", "empty", "absent", "file/below"):
        with pytest.raises(IndexMissing) as caught:
            open_generation(tmp_path / name)
        assert caught.value.hint
    for name in ("file", "file/below"):
        with pytest.raises(WriteError), lock_index(tmp_path / name):
            pass
    assert (tmp_path / "file").read_text() == "I am a file"


FULL = """
import resource
index, limit = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    build(index, 8)
except WriteError as error:
    print("refused", error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [0, 20, 5000, 20_000])
def test_no_room_on_the_disk(tmp_path: Path, limit: int) -> None:
    """Catches a half-written generation in force or left behind, whichever library was writing when
    the disk was full."""
    name = build(tmp_path)
    with child(FULL, tmp_path, limit) as process:
        output, errors = process.communicate(timeout=60)
    assert output.startswith("refused "), errors
    assert folders(tmp_path) == [name]
    assert check(tmp_path) == name


@pytest.mark.parametrize(
    ("number", "way_out"),
    [(errno.ENOSPC, "space"), (errno.EACCES, "--index"), (errno.EROFS, "--index")],
)
def test_what_the_system_refuses_has_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, way_out: str
) -> None:
    """Catches an OSError as traceback, and advice that does not fit."""
    name = build(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    for function in ("sync_tree", "sync", "write_atomically"):
        with monkeypatch.context() as patch, lock_index(tmp_path):
            patch.setattr(disk, function, refuse)
            with pytest.raises(WriteError, match=os.strerror(number)) as caught:
                write_generation(tmp_path, contents(), about=ABOUT)
            assert way_out in caught.value.hint
        assert folders(tmp_path) == [name]
    assert check(tmp_path) == name


READER = """
index = Path(sys.argv[1])
for _ in range(150):
    with open_generation(index) as generation:
        count = generation.size
        assert generation.passages([count - 1]) == contents(count).passages[-1:]
        assert generation.terms.size == count and generation.vectors.size == 2 * count
"""


def test_readers_never_meet_a_generation_that_is_going(tmp_path: Path) -> None:
    """Catches the moment between reading CURRENT and opening what it named."""
    build(tmp_path)
    with child(READER, tmp_path) as reader:
        builds = 0
        while reader.poll() is None:
            build(tmp_path, 3 + builds % 3)
            builds += 1
        assert reader.returncode == 0, reader.stderr.read() if reader.stderr else ""
    assert builds > 1  # on a busy machine a build takes as long as hundreds of readings


def test_every_error_of_the_store_is_one_the_command_line_knows() -> None:
    """Catches an exit code 1 where scripts expect 5."""
    assert all(
        issubclass(kind, RagError)
        for kind in (IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, WriteError)
    )
    assert {
        kind.exit_code for kind in (IndexDamaged, IndexLocked, IndexMismatch, IndexMissing)
    } == {5}


def test_a_generation_that_goes_while_it_is_opened_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a reader that holds a manifest without a name: the builder has taken the files it speaks of."""
    index = tmp_path / "index"
    first = build(index, 2)
    lock, taken = disk.try_lock, []

    def lock_too_late(file: IO[bytes], *, shared: bool) -> bool:
        if shared and not taken:
            taken.append(file)
            build(index, 3)  # puts another generation in force, and removes the first
        return lock(file, shared=shared)

    monkeypatch.setattr(disk, "try_lock", lock_too_late)
    with open_generation(index) as generation:
        assert taken
        assert generation.name != first
        assert generation.size == 3
