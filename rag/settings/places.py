"""Where things are when nobody says so: the index, and the articles to index first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings.ownership import find_foreign, name_owner

if TYPE_CHECKING:
    from pathlib import Path


def resolve_index(here: Path) -> tuple[Path, str]:
    """Return the folder of the index and which rule gave it.

    It is beside the nearest index/ or seeds/ upwards from ``here``, else the user's data folder. A
    folder called index/ counts only when an index is in it: the name alone may be anybody's.

    Raises:
        UsageError: the nearest belongs to another user, who has to be trusted by name.
    """
    for folder in (here, *here.parents):
        index, seeds = folder / "index", folder / "seeds"
        if (index / "CURRENT").is_file():
            _check_owner(folder, index, index / "CURRENT")
            return index, "nearest index/ or seeds/"
        if seeds.is_dir():
            _check_owner(folder, seeds)
            return index, "nearest index/ or seeds/"
    import platformdirs  # seldom needed

    return platformdirs.user_data_path("rag") / "index", "user data folder"


def find_seeds(index: Path, here: Path) -> Path | None:
    """Return the seeds/ beside the index, else the nearest upwards from ``here``, else None.

    The search ends at a seeds/ of another user, which is indexed only when it is named.
    """
    for folder in (index.parent, here, *here.parents):
        seeds = folder / "seeds"
        if seeds.is_dir():
            return None if find_foreign(folder, seeds) else seeds
    return None


def _check_owner(folder: Path, *markers: Path) -> None:
    """Raise UsageError when a folder, or what makes it count, belongs to another user."""
    foreign = find_foreign(folder, *markers)
    if foreign is None:
        return
    import shlex  # only when something is wrong

    index = shlex.quote(str(folder / "index"))
    raise UsageError(
        f"{foreign} belongs to another user ({name_owner(foreign)}): its index/ and seeds/ are not"
        " used unless you name them",
        hint=f"--index {index} takes that index, --index DIR one of your own; or go to a folder"
        " of yours",
    )
