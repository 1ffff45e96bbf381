"""The folder of an index: nothing lost by a build that fails, nothing touched through a link."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from newcomer import BRIDGE, COST, DIRECTOR, HARBOUR, Newcomer
from test_index_generations import ABOUT, BUSY, build, check, child, contents, folders

from rag import files
from rag.errors import RagError, WriteError
from rag.index import index_folder
from rag.index.generations import open_generation, write_generation
from rag.index.index_folder import lock_index

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="links, owners"),
]
GENERATION = "20200101T000000000000Z-aaaaaaaaaaaa"


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Has an index of two articles, of one of which the file is gone."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/pont.txt", BRIDGE)
    newcomer.write("articles/harbour.md", HARBOUR)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    (newcomer.here / "articles/harbour.md").unlink()
    return newcomer


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("position", [0, 8, 20, 23, 35])
def test_a_wrong_byte_in_current_loses_nothing(newcomer: Newcomer, position: int) -> None:
    """Catches `rag index` removing the only generation because CURRENT does not name it: 35 of 35 were lost."""
    index = newcomer.here / "index"
    name = (index / "CURRENT").read_text()
    flip(index / "CURRENT", position)
    asked = newcomer.run("ask", DIRECTOR)
    assert asked.code == 0
    assert "Marta Quill" in asked.out
    assert "CURRENT is damaged" in asked.err
    report = newcomer.index()
    assert (report["articles"], report["changed"]) == (2, False)
    assert "CURRENT is damaged" in report["warnings"][0]
    assert (index / "CURRENT").read_text() == name
    assert newcomer.index()["warnings"] == []


def test_a_missing_current_loses_nothing(newcomer: Newcomer) -> None:
    """Catches an index taken for none, so that one of the files that are left is put in its place."""
    (newcomer.here / "index/CURRENT").unlink()
    report = newcomer.index()
    assert (report["articles"], report["added"]) == (2, 0)
    assert newcomer.run("ask", DIRECTOR).code == 0


def test_a_build_that_fails_removes_nothing(tmp_path: Path) -> None:
    """Catches cleaning in ``finally``: what a failed build leaves is what was there before it."""
    first = build(tmp_path)
    with open_generation(tmp_path):
        second = build(tmp_path, 4)
    with pytest.raises(RuntimeError), lock_index(tmp_path):
        raise RuntimeError
    assert folders(tmp_path) == [first, second]
    (tmp_path / "CURRENT").write_text("nothing\n")
    with pytest.raises(RuntimeError), lock_index(tmp_path):
        raise RuntimeError
    assert folders(tmp_path) == [first, second]
    third = build(tmp_path, 5)
    assert folders(tmp_path) == [third]


def test_older_generations_stay_beside_one_that_cannot_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the last whole generation removed when the disk did not keep what was written."""
    first = build(tmp_path)

    def lose(folder: Path) -> None:
        (folder / "tokens.npy").write_bytes(b"lost")

    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_tree", lose)
        second = build(tmp_path, 4)
    assert folders(tmp_path) == [first, second]


def test_leftovers_go_when_the_next_build_begins(tmp_path: Path) -> None:
    """Catches leftovers of killed builds that pile up as long as no build ends well."""
    build(tmp_path)
    (tmp_path / ".building-20200101T000000000000Z").mkdir()
    (tmp_path / ".removed-abc").mkdir()
    (tmp_path / ".CURRENT.0123456789ab").write_text("half")
    with lock_index(tmp_path):
        assert len(folders(tmp_path)) == 1


def test_the_message_is_true_when_the_last_sync_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches "the index in force is as it was" after CURRENT was replaced, and the new one removed."""
    first = build(tmp_path)
    replaced = os.replace

    def replace_then_fail(source: Path, target: Path) -> None:
        replaced(source, target)
        raise OSError(5, os.strerror(5))

    with monkeypatch.context() as patch, lock_index(tmp_path):
        patch.setattr(os, "replace", replace_then_fail)
        with pytest.raises(WriteError, match="the new index is in force") as caught:
            write_generation(tmp_path, contents(4), about=ABOUT)
    assert "as it was" not in f"{caught.value} {caught.value.hint}"
    assert check(tmp_path, 4) != first


def test_a_lock_that_cannot_be_emptied_fails_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches "try again" and exit 1 after the new index is in force, for the number of a process that is left."""

    class Full(io.FileIO):
        emptied = 0

        def truncate(self, size: int | None = None) -> int:
            self.emptied += 1
            if self.emptied > 1:
                raise OSError(28, os.strerror(28))
            return super().truncate(size)

    monkeypatch.setattr(
        files,
        "open_own",
        lambda path, *, create=False: Full(os.open(path, os.O_RDWR | os.O_CREAT), "r+"),
    )
    name = build(tmp_path / "index")
    assert check(tmp_path / "index") == name


def test_index_folders_are_private(tmp_path: Path) -> None:
    """Catches articles that every user of the machine can read."""
    name = build(tmp_path / "index")
    for folder in (tmp_path / "index", tmp_path / "index" / name):
        assert folder.stat().st_mode & 0o077 == 0


def test_two_questions_at_once_build_the_index_once(tmp_path: Path) -> None:
    """Catches the second `rag ask` in a fresh folder that fails because the first one builds."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("seeds/pont.txt", BRIDGE)
    asked = [newcomer.start("ask", COST) for _ in range(3)]
    answers = [newcomer.end(process) for process in asked]
    assert [answer.code for answer in answers] == [0, 0, 0], answers
    assert all("3,2 millions" in answer.out for answer in answers)
    assert len(list((newcomer.here / "index").glob("2*"))) == 1


def test_who_waits_for_a_builder_that_dies_builds_itself(tmp_path: Path) -> None:
    """Catches waiting for ever, or an answer that there is no index, after the first one was killed."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("seeds/pont.txt", BRIDGE)
    with child(BUSY, newcomer.here / "index") as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "held\n"
        waiting = newcomer.start("ask", COST)
        assert waiting.stderr is not None
        while b"waiting" not in waiting.stderr.readline():
            assert waiting.poll() is None
        builder.kill()
        answer = newcomer.end(waiting)
    assert answer.code == 0
    assert "3,2 millions" in answer.out


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """What belongs to whoever asks in a folder that somebody sent."""
    mine = tmp_path / "mine"
    (mine / "project").mkdir(parents=True)
    (mine / "thesis.md").write_text("300 pages\n")
    (mine / "project/manifest.json").write_text('{"name": "my extension"}\n')
    return mine


@pytest.fixture
def sent(tmp_path: Path, mine: Path) -> Newcomer:
    """A folder that somebody sent: articles in seeds/, and an index/ that is not one."""
    newcomer = Newcomer(tmp_path / "sent")
    newcomer.write("seeds/pont.txt", BRIDGE)
    return newcomer


def list_contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("name", "target"),
    [
        (".lock", "thesis.md"),
        (".CURRENT.0123456789ab", "thesis.md"),
        ("CURRENT", "thesis.md"),
        (GENERATION, "project"),
        (".building-20200101T000000000000Z", "project"),
        (".removed-0123456789ab", "project"),
        ("CURRENT", "absent"),
        (".lock", "absent"),
    ],
)
def test_asking_touches_nothing_through_links_in_the_index(
    sent: Newcomer, mine: Path, name: str, target: str
) -> None:
    """Catches files of whoever asks emptied, overwritten, made or removed through a link in an index/ that came."""
    before = list_contents(mine)
    index = sent.here / "index"
    index.mkdir(parents=True)
    (index / name).symlink_to(mine / target)
    asked = sent.run("ask", "Combien a coûté le pont ?")
    assert "Traceback" not in asked.err
    assert list_contents(mine) == before
    if name == ".lock":
        assert asked.code == 1
        assert "is a link" in asked.err
        assert "rm " in asked.err
        return
    assert asked.code == 5 if name == "CURRENT" else asked.code in (0, 3)
    sent.index("--rebuild", "seeds")
    assert list_contents(mine) == before


def test_a_lock_with_a_second_name_is_not_emptied(sent: Newcomer, mine: Path) -> None:
    """Catches a hard link: no link to O_NOFOLLOW, and the same file."""
    index = sent.here / "index"
    index.mkdir(parents=True)
    os.link(mine / "thesis.md", index / ".lock")
    asked = sent.run("ask", DIRECTOR)
    assert asked.code == 1
    assert "second name" in asked.err
    assert (mine / "thesis.md").read_text() == "300 pages\n"


def test_an_index_that_is_a_link_to_a_folder_of_something_else_is_refused(
    sent: Newcomer, mine: Path
) -> None:
    """Catches an index built into any folder that a link leads to."""
    before = list_contents(mine)
    (sent.here / "index").symlink_to(mine / "project")
    asked = sent.run("ask", DIRECTOR)
    assert asked.code == 1
    assert "holds no index of yours" in asked.err
    assert f"--index {mine / 'project'}" in asked.err
    assert list_contents(mine) == before


def test_an_index_that_is_a_link_to_ones_own_index_is_used(tmp_path: Path) -> None:
    """Catches an index on a larger disk, linked to, that can no longer be refreshed."""
    build(tmp_path / "disk")
    (tmp_path / "index").symlink_to(tmp_path / "disk")
    name = build(tmp_path / "index", 4)
    assert folders(tmp_path / "disk") == [name]
    assert check(tmp_path / "index", 4) == name


def test_what_belongs_to_another_user_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a lock, a linked index and an old generation of somebody else written or removed."""
    first = build(tmp_path / "disk")
    with open_generation(tmp_path / "disk"):
        second = build(tmp_path / "disk", 4)
    (tmp_path / "index").symlink_to(tmp_path / "disk")
    monkeypatch.setattr(files, "is_own", lambda status: False)
    with pytest.raises(WriteError, match="no index of yours"), lock_index(tmp_path / "index"):
        pass
    with pytest.raises(WriteError, match="belongs to another user"), lock_index(tmp_path / "disk"):
        pass
    index_folder.remove_older_generations(tmp_path / "disk", second, may_remove=lambda name: True)
    assert folders(tmp_path / "disk") == [first, second]


@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_a_file_of_a_generation_that_is_a_link_or_a_pipe_is_damage(
    tmp_path: Path, kind: str
) -> None:
    """Catches a reader that waits for a pipe for ever, or reads what a link leads to."""
    name = build(tmp_path / "index")
    for file in ("manifest.json", "catalog.sqlite"):
        path = tmp_path / "index" / name / file
        elsewhere = path.rename(tmp_path / file)
        path.symlink_to(elsewhere) if kind == "link" else os.mkfifo(path)
        with pytest.raises(RagError), open_generation(tmp_path / "index") as generation:
            generation.passages([0])
        path.unlink()
        elsewhere.rename(path)
    check(tmp_path / "index")
