"""An index that stays open: when it is opened anew, and what it says meanwhile."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.errors import IndexMissing
from rag.index.live import LiveIndex

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Settings:
    """What an open index depends on, and one thing that it does not."""

    index: Path
    store: None = None
    model: str = "shipped"
    offline: bool = True
    passage_tokens: int = 200
    top: int = 5


class Generation:
    """The name and the manifest of a generation."""

    def __init__(self, index: Path, name: str) -> None:
        self.name = name
        self.folder = index / name
        self.manifest: dict[str, Any] = {
            "files": {"a.bin": {}, "b.bin": {}},
            "publishers": ["P"],
            "languages": ["fr"],
            "counts": {"articles": 3, "publishers": 1},
            "dates": [None, "2025-12-09"],
        }

    def list_files(self) -> list[Path]:
        return [self.folder / name for name in self.manifest["files"]]


class Opened:
    """An open index that notes when it is closed."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an index on disk with one generation."""
    put_in_force(tmp_path, "g1")
    return Settings(tmp_path)


def put_in_force(index: Path, name: str) -> None:
    """Write a generation, and its name into CURRENT."""
    (index / name).mkdir()
    for file in ("a.bin", "b.bin"):
        (index / name / file).write_bytes(b"1")
    (index / "CURRENT").write_text(f"{name}\n")


def open_current(settings: Settings) -> Opened:
    """Open what CURRENT names."""
    try:
        name = (settings.index / "CURRENT").read_text().strip()
    except OSError:
        raise IndexMissing("none") from None
    return Opened(Generation(settings.index, name))


def test_it_is_opened_once_as_long_as_nothing_changes(settings: Settings) -> None:
    """Catches an index opened for every question, and one opened anew for what it does not need."""
    live = LiveIndex(open_current)
    assert (live.generation_name, live.coverage, live.list_names("publishers")) == ("", None, [])
    assert not live.is_rebuilt()
    opened = live.get(settings)
    assert live.get(settings) is live.get(replace(settings, top=1)) is opened
    assert live.generation_name == "g1" and live.list_names("languages") == ["fr"]
    assert live.coverage is not None and live.coverage.articles == 3
    live.close()
    assert opened.is_closed
    assert live.get(settings) is not opened


@pytest.mark.parametrize(
    "change",
    [{"model": "other"}, {"offline": False}, {"passage_tokens": 199}],
    ids=lambda change: next(iter(change)),
)
def test_another_setting_opens_another_index(settings: Settings, change: dict[str, Any]) -> None:
    """Catches a setting that an open index depends on and that is forgotten."""
    live = LiveIndex(open_current)
    first = live.get(settings)
    second = live.get(replace(settings, **change))
    assert second is not first
    assert first.is_closed and not second.is_closed


def keep_time(path: Path, change: Callable[[Path], object]) -> None:
    """Change a file, then set its time back to what it was."""
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def rewrite(index: Path) -> None:
    """Write other content of the same length into a file, at another time."""
    path = index / "g1" / "b.bin"
    path.write_bytes(b"2")
    os.utime(path, ns=(0, 0))


def replace_file(index: Path) -> None:
    """Put another file of the same length and time in the place of one."""
    other = index / "other"
    other.write_bytes(b"2")
    keep_time(index / "g1" / "b.bin", other.replace)


def lengthen(index: Path) -> None:
    """Make a file longer, its time staying as it was."""
    keep_time(index / "g1" / "a.bin", lambda path: path.write_bytes(b"12"))


def remove(index: Path) -> None:
    """Take a file away."""
    (index / "g1" / "a.bin").unlink()


def swap(index: Path) -> None:
    """Put another generation in force."""
    put_in_force(index, "g2")


@pytest.mark.parametrize("change", [rewrite, replace_file, lengthen, remove, swap])
def test_a_change_on_disk_opens_it_anew(settings: Settings, change: Callable[[Path], None]) -> None:
    """Catches answers of files that are no more what they were when they were opened."""
    live = LiveIndex(open_current)
    first = live.get(settings)
    change(settings.index)
    assert live.is_rebuilt() is (change is swap)
    second = live.get(settings)
    assert second is not first and first.is_closed
    assert not live.is_rebuilt()


def test_what_was_open_stays_so_when_opening_fails(settings: Settings) -> None:
    """Catches an index closed before its successor is open, and one that is never found again."""
    live = LiveIndex(open_current)
    opened = live.get(settings)
    (settings.index / "CURRENT").rename(settings.index / "away")
    with pytest.raises(IndexMissing):
        live.get(settings)
    assert not opened.is_closed and live.generation_name == "g1"
    assert not live.is_rebuilt()
    (settings.index / "away").rename(settings.index / "CURRENT")
    assert live.get(settings) is opened


def test_it_is_opened_in_the_background_once_and_warmed_up_after_that(settings: Settings) -> None:
    """Catches a prompt that waits, a second thread, and a warm-up before the bar is told."""
    events: list[str] = []
    may_open = threading.Event()

    def open_slowly(settings: Settings) -> Opened:
        may_open.wait(10)
        events.append("open")
        return open_current(settings)

    live = LiveIndex(open_slowly, warm_up=lambda opened: events.append("warm"))
    assert live.is_opening
    for _ in range(2):
        live.start(settings, done=lambda: events.append("done"))
    assert live.is_opening and events == []
    may_open.set()
    live.get(settings)
    assert events == ["open", "done", "warm"]
    assert not live.is_opening


def test_a_failure_in_the_background_is_raised_where_it_is_asked_for(tmp_path: Path) -> None:
    """Catches a traceback from a thread, and a bar that says it is still opening."""
    live = LiveIndex(open_current)
    live.start(Settings(tmp_path), done=lambda: pytest.fail("it is not open"))
    with pytest.raises(IndexMissing):
        live.get(Settings(tmp_path))
    assert not live.is_opening
    live.close()
