"""The last answer, kept in the user's state folder so that ``rag show 2`` knows what [2] was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.index.opened import Store
    from rag.index.references import Source

PRIVATE_FOLDER = 0o700  # what someone asks is nobody else's business
PRIVATE_FILE = 0o600


class KeptAnswer(NamedTuple):
    """The folder of the index of the last answer, and its sources as JSON by number."""

    folder: str
    sources: Mapping[int, Mapping[str, Any]]


def save(answer: Mapping[str, object], index: Path | Store) -> str:
    """Keep an answer, readable by this user only; return why it could not be kept, or nothing."""
    import json

    from rag.files import remove_unfinished, write_atomically

    path = _get_path()
    if not path.is_absolute():
        return "no home folder"
    text = json.dumps({"index": str(index), "answer": answer})
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        remove_unfinished(path)
        write_atomically(path, text, mode=PRIVATE_FILE)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""


def get_source(number: int) -> Source:
    """Return a source of the last answer; where nothing was cited, the passage of that rank.

    Raises:
        UsageError: there is no last answer, or it has no such source.
    """
    from rag.index.references import Source
    from rag.records import Span

    kept = _load()
    if number not in kept.sources:
        numbers = f"1 to {len(kept.sources)}" if kept.sources else "none"
        raise UsageError(
            f"the last answer has no source {number}",
            hint=f"its sources: {numbers}; rag show also takes an id",
        )
    source = kept.sources[number]
    cited = Span(int(source["start"]), int(source["end"]))
    return Source(kept.folder, str(source["article"]), cited)


def list_titles() -> dict[int, str]:
    """Return the titles of the sources of the last answer, by number.

    Raises:
        UsageError: there is no last answer.
    """
    titles = {}
    for number, source in _load().sources.items():
        titles[number] = str(source.get("title") or "")
    return titles


def get_state_folder() -> Path:
    """Return where this user's state is kept."""
    import platformdirs

    return platformdirs.user_state_path("rag")


def _get_path() -> Path:
    return get_state_folder() / "last.json"


def _load() -> KeptAnswer:
    """Return the last answer: what it cited, or where it cited nothing its passages by rank.

    Raises:
        UsageError: there is none, or the file is not what is written today.
    """
    import json

    try:
        kept = json.loads(_get_path().read_text(encoding="utf-8"))
        answer = kept["answer"]
        sources = {}
        for source in answer.get("citations") or answer["passages"]:
            number = int(source.get("n", source.get("rank")))
            _check_source(source)
            sources[number] = source
        return KeptAnswer(str(kept["index"]), sources)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            "there is no last answer to show from",
            hint="ask first, or give the id of an article or passage",
        ) from error


def _check_source(source: Mapping[str, Any]) -> None:
    """Raise LookupError, TypeError or ValueError where ``get_source`` could not read a source."""
    int(source["start"])
    int(source["end"])
    source["article"]
