"""The last answer, kept in the user's state folder so that ``rag show 2`` knows what [2] was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from rag.index.references import Source


def save(answer: Mapping[str, object], index: Path) -> str:
    """Keep an answer, readable by this user only; return why it could not be kept, or nothing."""
    import json

    from rag.files import write_atomically

    path = _path()
    try:
        if not path.is_absolute():
            return "no home folder"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, json.dumps({"index": str(index), "answer": answer}), mode=0o600)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""


def source(number: int) -> Source:
    """The source of that number in the last answer; where nothing was cited, the passage of that rank.

    Raises:
        UsageError: there is no last answer, or it has no such source.
    """
    sources = _sources()
    if number not in sources:
        have = f"1 to {len(sources)}" if sources else "none"
        raise UsageError(
            f"the last answer has no source {number}",
            hint=f"its sources: {have}; rag show also takes an id",
        )
    return sources[number]


def titles() -> dict[int, str]:
    """The titles of the sources of the last answer, by number."""
    _, items = _kept()
    return {number: str(item.get("title") or "") for number, item in items.items()}


def folder() -> Path:
    """Where this user's state is kept."""
    import platformdirs

    return platformdirs.user_state_path("rag")


def _path() -> Path:
    return folder() / "last.json"


def _sources() -> dict[int, Source]:
    from rag.index.references import Source
    from rag.records import Span

    folder, items = _kept()
    return {
        number: Source(folder, str(item["article"]), Span(int(item["start"]), int(item["end"])))
        for number, item in items.items()
    }


def _kept() -> tuple[str, dict[int, Any]]:
    """The index of the last answer, and what it cited by number; where it cited nothing, the passages by rank."""
    import json

    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        items = kept["answer"].get("citations") or kept["answer"]["passages"]
        numbered = {int(item.get("n", item.get("rank"))): item for item in items}
        for item in items:
            int(item["start"]), int(item["end"]), item["article"]
        return str(kept["index"]), numbered
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:  # none, or not what is written today
        raise UsageError(
            "there is no last answer to show from",
            hint="ask first, or give the id of an article or passage",
        ) from error
