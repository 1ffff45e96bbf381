"""Where the index and the seeds are when nobody says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.settings import find_seeds, resolve_index

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "data"


def test_the_index_is_the_nearest_upwards(tmp_path: Path) -> None:
    """Catches a search from the top down, an empty index/ taken for one, and seeds/ passed over."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    nobody, rule = resolve_index(deep)
    assert nobody.name == "index" and rule == "user data folder"
    assert nobody.parent.parent == tmp_path / "data" or "rag" in nobody.parts
    (tmp_path / "seeds").mkdir()
    assert resolve_index(deep) == (tmp_path / "index", "nearest index/ or seeds/")
    (tmp_path / "a" / "index").mkdir()
    assert resolve_index(deep)[0] == tmp_path / "index"
    (tmp_path / "a" / "index" / "CURRENT").touch()
    assert resolve_index(deep)[0] == tmp_path / "a" / "index"
    (deep / "seeds").write_text("a file, not a folder")
    assert resolve_index(deep)[0] == tmp_path / "a" / "index"


def test_the_seeds_beside_the_index_go_before_the_nearest(tmp_path: Path) -> None:
    """Catches articles of another index taken for those of this one."""
    here = tmp_path / "work" / "deep"
    here.mkdir(parents=True)
    index = tmp_path / "elsewhere" / "index"
    assert find_seeds(index, here) is None
    (tmp_path / "seeds").mkdir()
    assert find_seeds(index, here) == tmp_path / "seeds"
    (tmp_path / "work" / "seeds").mkdir()
    assert find_seeds(index, here) == tmp_path / "work" / "seeds"
    (here / "seeds").mkdir()
    assert find_seeds(index, here) == here / "seeds"
    (tmp_path / "elsewhere" / "seeds").mkdir(parents=True)
    assert find_seeds(index, here) == tmp_path / "elsewhere" / "seeds"
