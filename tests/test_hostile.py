"""The real command among hostile files, damaged indexes, full disks, signals and broken terminals:
nothing is lost."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from newcomer import BRIDGE, COST, DIRECTOR, HARBOUR, UNSAFE, Newcomer

from rag.files import compute_digests
from rag.index.manifest import MANIFEST, compute_name_suffix, encode_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.timeout(300)
posix = pytest.mark.skipif(os.name == "nt", reason="signals, links and limits of POSIX systems")
ESCAPES = "\x1b[2J\x1b]0;owned\x07"
RED, PLAIN = "\x1b[31m", "\x1b[0m"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Has indexed two articles; to be copied before anything is broken."""
    newcomer = Newcomer(tmp_path_factory.mktemp("built"))
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.index("articles")
    return newcomer


@pytest.fixture
def victim(built: Newcomer, tmp_path: Path) -> Newcomer:
    """Has a copy of that index to break."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    shutil.copytree(built.here / "index", newcomer.here / "index")
    newcomer.write("many.txt", many(300))
    return newcomer


def many(paragraphs: int) -> str:
    """An article of many sentences, no two alike."""
    words = ("ship", "mill", "lamp", "bell", "tram", "kite", "loaf", "oar", "rope", "sail", "coat")
    rows = (
        [f"The {words[n * k % 11]} {n * k} of {words[(n + k) % 11]}ton is new." for k in range(9)]
        for n in range(paragraphs)
    )
    return "Many things\n\n" + "\n\n".join(" ".join(row) for row in rows) + "\n"


@posix
def test_hostile_names_and_texts_never_command_the_terminal(tmp_path: Path) -> None:
    """Catches an escape that reaches the terminal, by any command and from any place of an article
    (see Newcomer.end)."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    text = (
        f"A {ESCAPES}\n\nThe windmill of Hask belongs to {RED}Carla Voss{PLAIN} since"
        " \u202e2019\u2066. \x9b1m It\x08 turns.\n"
    )
    name = f"a\n{RED}b\u202e.txt"
    newcomer.write(f"articles/{name}", text)
    newcomer.write(
        "articles/rich.md",
        "# [bold red]Kites[/] [link=x]y[/]\n\n"
        "The [blink]kite[/blink] museum is led by [Olga] Prins.\n",
    )
    for link, target in {"one": "two", "two": "one", "self": ".", "up": "../articles"}.items():
        (newcomer.here / "articles" / link).symlink_to(target)
    os.mkfifo(newcomer.here / "articles" / "pipe.txt")
    report = newcomer.index("articles")
    assert report["documents"] == 2
    assert {Path(skipped["path"]).name for skipped in report["skipped"]} == {
        "one",
        "two",
        "pipe.txt",
        "self",
        "up",
    }
    question = "To whom does the windmill of Hask belong?"
    (citation, *_) = newcomer.run("ask", question, "--json", "--strict").answer["citations"]
    assert (citation["path"], text[citation["start"] : citation["end"]]) == (
        f"articles/{name}",
        citation["quote"],
    )
    for argv in (
        ["ask", question, "--explain"],
        ["search", question],
        ["show", "1"],
        ["show", "1", "--json"],
        ["status"],
    ):
        assert newcomer.run(*argv).code == 0
    painted = newcomer.start("ask", question, "--color", "always").communicate()[0].decode()
    assert not UNSAFE.search(re.sub("\x1b\\[[0-9;]*m", "", painted))
    assert RED not in painted
    assert "The [blink]kite[/blink] museum" in newcomer.run("ask", "Who leads the kite museum?").out


def become_sparse(path: Path) -> None:
    """A file of two gigabytes that takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(2 << 30)


BECOMES: dict[str, Callable[[Path], object]] = {
    "a pipe": lambda path: os.mkfifo(path),
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "kept waiting": lambda path: path.symlink_to("/proc/kmsg"),
    "two gigabytes": become_sparse,
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
}


@posix
@pytest.mark.parametrize("kind", BECOMES)
def test_an_article_that_became_no_article_neither_hangs_nor_fills_the_memory(
    tmp_path: Path, kind: str
) -> None:
    """Catches a citation that is verified by reading whatever its file's name leads to, and an update that does."""
    import resource

    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    path = newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.index("articles")
    path.unlink()
    BECOMES[kind](path)

    limits = {resource.RLIMIT_AS: (2 << 30, 2 << 30)}

    done = newcomer.run("ask", COST, "--strict", "--json", limits=limits)
    assert done.code == 4, done
    assert {citation["verified"] for citation in done.answer["citations"]} == {"none"}
    assert newcomer.run("ask", DIRECTOR, "--strict", limits=limits).code == 0
    done = newcomer.run("index", "--json", limits=limits)
    assert done.code == 0
    assert done.object["documents"] == 2  # what the index has of it is kept
    skipped = [Path(file["path"]).name for file in done.object["skipped"]]
    assert skipped == ([] if kind == "a folder" else ["pont.txt"])


@posix
def test_nothing_outside_the_folder_is_indexed_without_a_word(tmp_path: Path) -> None:
    """Catches a folder that came with a link to the whole machine in it, and a link that is dropped without its reason."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("mine/harbour.md", HARBOUR)
    (newcomer.here / "articles" / "all").symlink_to("/")
    (newcomer.here / "articles" / "one.md").symlink_to("../mine/harbour.md")
    done = newcomer.run("index", "articles")
    for name in ("all", "one.md"):
        assert f"articles/{name}: a link out of the folder; --follow-links reads it" in done.out
    assert newcomer.run("status", "--json").object["counts"]["documents"] == 1
    assert "Marta Quill" not in newcomer.run("ask", DIRECTOR).out
    (newcomer.here / "articles" / "all").unlink()
    report = newcomer.index("--follow-links")
    assert (report["documents"], report["skipped"]) == (2, [])
    assert "Marta Quill" in newcomer.run("ask", DIRECTOR, "--strict").out


@posix
def test_seeds_that_lead_elsewhere_are_not_indexed_by_a_question(tmp_path: Path) -> None:
    """Catches a folder that came with `seeds -> /home/you`, whose first question reads all your files."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("mine/harbour.md", HARBOUR)
    newcomer.write("came/readme.md", BRIDGE)
    came = newcomer.here / "came"
    (came / "seeds").symlink_to("../mine")
    for argv in (["ask", DIRECTOR], ["index"]):
        done = newcomer.run(*argv, cwd=came)
        assert done.code != 0
        assert "seeds is a link" in done.err
        assert f"rag index {newcomer.here / 'mine'}" in done.err
        assert not list(tmp_path.rglob("catalog.sqlite"))
    assert newcomer.run("index", "seeds", cwd=came).code == 0


@posix
def test_a_file_name_that_is_not_text_is_told(tmp_path: Path) -> None:
    """Catches a traceback on the bytes of an old archive's file names."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/pont.txt", BRIDGE)
    try:
        Path(os.fsdecode(os.fsencode(newcomer.here / "articles") + b"/caf\xe9.txt")).write_text(
            HARBOUR
        )
    except OSError:
        pytest.skip("this file system allows no such name")
    done = newcomer.run("index", "articles", "--index", "index")
    assert done.code == 0
    assert "caf?.txt: file name is not valid UTF-8" in done.out


def test_an_index_folder_that_is_a_file(victim: Newcomer) -> None:
    """Catches a file that is overwritten, and a hint to free space where there is enough."""
    path = victim.write("file", "mine")
    for code, argv in (
        (1, ["index", "many.txt"]),
        (5, ["ask", "x"]),
        (5, ["status"]),
        (5, ["show", "abcd"]),
    ):
        victim.refused(code, *argv, "--index", "file")
    assert "free" not in victim.refused(1, "index", "many.txt", "--index", "file/below").err
    assert path.read_text() == "mine"


@posix
def test_no_permission_to_write(victim: Newcomer) -> None:
    """Catches a build that fails halfway, and questions that need to write."""
    before = victim.tree()
    folder = victim.here / "index"
    folder.chmod(0o555)
    try:
        refused = victim.refused(1, "index", "many.txt", preexec_fn=as_anybody)
        assert "a folder that you may write to" in refused.err
        assert victim.run("ask", DIRECTOR, preexec_fn=as_anybody).code == 0
    except subprocess.SubprocessError:
        pytest.skip("this user may write everywhere")
    finally:
        folder.chmod(0o755)
    assert victim.tree() == before


def as_anybody() -> None:
    """Give up root's right to write everywhere (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) != 0:
        raise PermissionError


@posix
@pytest.mark.parametrize("room", [100, 30_000, 150_000])
def test_a_full_disk_leaves_the_index_as_it_was(victim: Newcomer, room: int) -> None:
    """Catches an index that is lost when it cannot be replaced, and half of one that stays."""
    import resource

    before = victim.tree()

    limits = {resource.RLIMIT_FSIZE: (room, resource.RLIM_INFINITY)}

    done = victim.run("index", "many.txt", "--json", limits=limits)
    assert (done.code, done.answer["error"]["type"]) == (1, "WriteError")
    assert "free some space" in done.err
    assert victim.tree() == before
    assert victim.run("ask", DIRECTOR).code == 0


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "changed": lambda path: path.write_bytes(
        path.read_bytes()[:-9] + b"\x55" + path.read_bytes()[-8:]
    ),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("catalog.sqlite", "changed"),
        ("vectors.faiss", "changed"),
        ("vectors.faiss", "gone"),
        ("tokens.npy", "cut"),
        ("terms/words_keys.npy", "changed"),
        ("manifest.json", "changed"),
        ("manifest.json", "gone"),
    ],
)
def test_a_damaged_index_is_mended_by_the_command_it_names(
    built: Newcomer, victim: Newcomer, name: str, how: str
) -> None:
    """Catches an answer from damaged files, a crash in a library, and a way out that ends at the
    same error."""
    index = victim.here / "index"
    DAMAGE[how](index / (index / "CURRENT").read_text().strip() / name)
    for options in ([], ["--index", str(index)]):
        done = victim.run("ask", DIRECTOR, "--json", *options)
        assert (done.code, done.answer["error"]["type"]) == (5, "IndexDamaged")
    hint = done.answer["error"]["hint"].split()
    assert hint[:2] == ["rag", "index"]
    mended = victim.run(
        *(str(built.here / "articles") if word == "FOLDER" else word for word in hint[1:])
    )
    assert mended.code == 0, mended
    assert victim.run("ask", DIRECTOR, "--strict").code == 0
    # What was damaged is kept until somebody says that it may go.
    assert victim.run("index", "--prune").code == 0
    assert len(list(index.glob("2*"))) == 1


@pytest.mark.parametrize("how", ["cut", "changed", "gone"])
def test_a_damaged_current_falls_back_to_the_newest_whole_generation(
    victim: Newcomer, how: str
) -> None:
    """Catches the only good generation refused, or removed, for the name that leads to it."""
    current = victim.here / "index" / "CURRENT"
    name = current.read_text()
    DAMAGE[how](current)
    done = victim.run("ask", DIRECTOR, "--strict", "--json")
    assert done.code == 0 and any("CURRENT" in warning for warning in done.object["warnings"])
    assert victim.run("index").code == 0
    assert current.read_text() == name
    assert victim.run("ask", DIRECTOR, "--strict").code == 0


@pytest.mark.parametrize("lying", ["articles/a.txt", "articles/b.txt"])
def test_an_index_that_lies_gets_no_exact_citation(tmp_path: Path, lying: str) -> None:
    """Catches a quotation, or an "also in", that is compared with the index: a figure changed there, every checksum made
    right again, as somebody would who sends an index along with the articles.
    """
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    told, lie = "3,2 millions", "9,9 millions"
    texts = {"articles/a.txt": BRIDGE, "articles/b.txt": BRIDGE.replace("Courrier", "Journal")}
    for path, text in texts.items():
        newcomer.write(path, text.replace(told, lie) if path == lying else text)
    newcomer.index("articles")
    # The index says the same of both files, and that they tell one story.
    forge(
        newcomer.here / "index",
        f"UPDATE documents SET text = CAST(replace(CAST(text AS TEXT), '{lie}', '{told}') AS BLOB)",
        "UPDATE articles SET cluster = 0",
    )
    done = newcomer.run("ask", COST, "--strict", "--json")
    costs = [citation for citation in done.answer["citations"] if told in citation["quote"]]
    assert costs
    for citation in costs:
        assert (citation["verified"] == "exact") == (citation["path"] != lying)
        assert lying not in [reprint["path"] for reprint in citation.get("also", [])]
    if done.code == 4:
        assert "rag index --rebuild" in done.answer["warnings"][0]
    newcomer.index("--rebuild")
    assert newcomer.run("ask", COST, "--strict").code == 0


def forge(index: Path, *statements: str) -> None:
    """Change the catalog of an index, and make its checksums right again."""
    name = (index / "CURRENT").read_text().strip()
    folder = index / name
    database = sqlite3.connect(folder / "catalog.sqlite")
    for statement in statements:
        assert database.execute(statement).rowcount > 0
    database.commit()
    database.close()
    manifest = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).unlink()
    data = encode_manifest({**manifest, "files": compute_digests(folder)})
    (folder / MANIFEST).write_bytes(data)
    forged = f"{name.rpartition('-')[0]}-{compute_name_suffix(data)}"
    folder.rename(index / forged)
    (index / "CURRENT").write_text(f"{forged}\n")


def test_a_rebuild_keeps_the_articles_whose_file_is_gone(tmp_path: Path) -> None:
    """Catches a mending that loses what only the index still held."""
    newcomer = Newcomer(tmp_path)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.index("articles")
    (newcomer.here / "articles" / "harbour.md").unlink()
    (path,) = (newcomer.here / "index").glob("2*/vectors.faiss")
    path.unlink()
    newcomer.index("--rebuild")
    assert "Marta Quill" in newcomer.run("ask", DIRECTOR).out


@posix
def test_one_builder_at_a_time(victim: Newcomer) -> None:
    """Catches two builders that remove each other's work."""
    import fcntl

    with (victim.here / "index" / ".lock").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert victim.run("index", "many.txt", "--json").answer["error"]["type"] == "IndexLocked"
        assert victim.run("ask", DIRECTOR).code == 0
    both = [
        victim.end(process)
        for process in [victim.start("index", "many.txt", "--rebuild") for _ in range(2)]
    ]
    assert {done.code for done in both} in ({0}, {0, 5})
    assert victim.run("ask", DIRECTOR).code == 0


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_build_and_leaves_the_index_as_it_was(
    victim: Newcomer, number: signal.Signals, code: int
) -> None:
    """Catches half a generation that stays behind, and a lock that nobody holds any more."""
    victim.write("more.txt", many(2500))
    before = victim.tree()
    process = victim.start("index", "more.txt", "--json")
    wait(lambda: (victim.here / "index" / ".lock").read_bytes() != b"")
    process.send_signal(number)
    done = victim.end(process)
    assert (done.code, done.answer["status"]) == (code, "error")
    assert victim.tree() == before
    assert victim.run("index", "many.txt").code == 0
    assert [path.name for path in (victim.here / "index").glob(".building*")] == []


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_question(victim: Newcomer, number: signal.Signals, code: int) -> None:
    """Catches a traceback after Ctrl-C."""
    import fcntl
    import termios

    reading, writing = os.pipe()
    process = victim.start("ask", "-", "--json", stdin=reading)
    os.write(writing, b"W")
    wait(
        lambda: fcntl.ioctl(reading, termios.FIONREAD, bytes(4)) == bytes(4)
    )  # it has read that and waits for more
    process.send_signal(number)
    done = victim.end(process)
    os.close(reading)
    os.close(writing)
    assert (done.code, done.answer["status"]) == (code, "error")


def wait(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)


@posix
@pytest.mark.parametrize(
    "argv",
    [["ask", DIRECTOR], ["ask", DIRECTOR, "--json"], ["--help"], ["index", "many.txt"]],
    ids=" ".join,
)
def test_nobody_reads_stdout(victim: Newcomer, argv: list[str]) -> None:
    """Catches a traceback after ``rag … | head -0``, and a full disk that passes for success."""
    reading, writing = os.pipe()
    os.close(reading)
    process = victim.start(*argv, stdout=writing)
    os.close(writing)
    done = victim.end(process)
    assert (done.code, done.err) == (141, "")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            done = victim.run(*argv, stdout=full)
        assert done.code == 1
        assert "No space left" in done.err


@pytest.mark.parametrize(
    "environ",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "20"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_a_poor_terminal_gets_the_answer_too(built: Newcomer, environ: dict[str, str]) -> None:
    """Catches an encoding error, and JSON that depends on the locale."""
    plain = built.run("ask", COST, environ=environ)
    assert plain.code == 0
    assert "3,2 millions d'euros" in plain.out
    same: list[dict[str, Any]] = [
        built.run("ask", COST, "--json", environ=change).answer for change in ({}, environ)
    ]
    assert same[0]["citations"] == same[1]["citations"]


def test_a_home_that_cannot_be_written(built: Newcomer) -> None:
    """Catches an answer that is lost because it cannot be remembered."""
    home = str(built.write("a-file", ""))
    nowhere = dict.fromkeys(
        ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"), home
    )
    assert built.run("ask", COST, environ=nowhere).code == 0
    built.refused(2, "show", "1", environ=nowhere)
    built.refused(1, "config", "set", "top", "3", environ=nowhere)


@posix
def test_the_folder_is_gone(victim: Newcomer) -> None:
    """Catches a traceback in a shell whose folder another program removed."""
    gone = victim.here / "gone"
    gone.mkdir()
    code = (
        "import os, sys; os.rmdir(os.getcwd()); from rag.cli import main;"
        " sys.exit(main(['ask', 'x']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=gone,
        env=victim.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "the folder you are in is no longer there" in done.stderr
