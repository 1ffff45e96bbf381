"""Where things are when nobody says so: the index, and the articles to index first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def resolve_index(here: Path) -> tuple[Path, str]:
    """Return the folder of the index and which rule gave it.

    It is beside the nearest index/ or seeds/ upwards from ``here``, else the user's data folder. A
    folder called index/ counts only when an index is in it: the name alone may be anybody's.
    """
    for folder in (here, *here.parents):
        has_index = (folder / "index" / "CURRENT").is_file()
        if has_index or (folder / "seeds").is_dir():
            return folder / "index", "nearest index/ or seeds/"
    import platformdirs  # seldom needed

    return platformdirs.user_data_path("rag") / "index", "user data folder"


def find_seeds(index: Path, here: Path) -> Path | None:
    """Return the seeds/ beside the index, else the nearest upwards from ``here``, else None."""
    for folder in (index.parent, here, *here.parents):
        seeds = folder / "seeds"
        if seeds.is_dir():
            return seeds
    return None
