"""What lies in folders: which files are looked at, and why the others are not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.files import is_generation_name
from rag.text import join_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_SAME_FILE = "a second path to what is read already"
_LEADS_OUT = "a link out of the folder; --follow-links reads it"
_PART_OF_PAGE = "what a browser saved beside a page"
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")


def walk_folder(
    path: Path, seen: dict[str, Path], *, within: Sequence[str] | None = None
) -> Iterator[tuple[Path, str]]:
    """Yield the files at or below a path with "" or the reason to skip them.

    ``seen`` holds the real paths that were met, and where first: links that go round in circles end
    there, and a file that two links lead to is read once. ``within`` are the real paths of folders
    that links may lead into; without it they may lead anywhere.
    """
    # A list, not recursion: folders may lie deeper in each other than Python calls functions.
    waiting = [_Place(path, os.path.realpath(path))]
    while waiting:
        place = waiting.pop()
        fault = _find_fault(place, within)
        if fault:
            yield place.path, fault
            continue
        first_path = seen.setdefault(place.real_path, place.path)
        if first_path is not place.path:
            # What is named twice is no other file; what a link leads to has two names.
            if os.path.abspath(first_path) != os.path.abspath(place.path):  # noqa: PTH100
                yield place.path, _SAME_FILE
            continue
        try:
            # Without permission for the folder around it, even ``is_dir`` fails.
            entries = _list_folder(place) if place.path.is_dir() else None
        except OSError as error:
            yield place.path, describe_error(error)
            continue
        if entries is None:
            yield place.path, ""
            continue
        # The last one is taken first.
        entries.sort(key=_get_name, reverse=True)
        waiting += entries


class _Place(NamedTuple):
    """A path, and where it leads when links are followed."""

    path: Path
    real_path: str
    is_link: bool = False
    fault: str = ""  # why it is not looked into


def _get_name(place: _Place) -> str:
    return place.path.name


def _list_folder(folder: _Place) -> list[_Place]:
    """Return what a folder holds, hidden entries and generations of an index left out."""
    places = []
    names = set()
    folders = []
    with os.scandir(folder.path) as entries:
        for entry in entries:
            if entry.name.startswith(".") or is_generation_name(entry.name):
                continue
            path = folder.path / entry.name
            # Following links takes a look at every folder above: done for links alone, and on
            # Windows, which has other things that lead elsewhere.
            is_link = entry.is_symlink() or os.name == "nt"
            real_path = os.path.join(folder.real_path, entry.name)  # noqa: PTH118 - a string
            if is_link:
                real_path = os.path.realpath(path)
            places.append(_Place(path, real_path, is_link))
            names.add(entry.name)
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
    parts = set(_find_parts_of_pages(folders, names))
    return [
        place._replace(fault=_PART_OF_PAGE) if parts and place.path.name in parts else place
        for place in places
    ]


def _find_parts_of_pages(folders: Sequence[str], names: Collection[str]) -> Iterator[str]:
    """Yield the folders of what a browser saved beside a page: scripts, frames, pictures."""
    if not folders or not any(name.lower().endswith(_PAGE_SUFFIXES) for name in names):
        return
    # "Page_files", "Page-Dateien"
    endings = join_words("pages", "folder_endings")
    for folder in folders:
        for ending in endings:
            stem = folder.removesuffix(ending)
            if stem != folder and any(stem + suffix in names for suffix in _PAGE_SUFFIXES):
                yield folder


def _find_fault(place: _Place, within: Sequence[str] | None) -> str:
    """Return why a path is not looked into; "" for one that is."""
    if within is not None and place.is_link and not _is_within(place.real_path, within):
        return _LEADS_OUT
    return place.fault


def _is_within(real_path: str, folders: Sequence[str]) -> bool:
    """Return whether a path is one of the folders, or lies below one."""
    return any(Path(real_path).is_relative_to(folder) for folder in folders)


def describe_error(error: OSError) -> str:
    """Return the reason that the system gives, in words."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    reason = error.strerror or str(error)
    return reason.lower()
