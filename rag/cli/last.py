"""The last answer, kept in the user's state folder so that ``rag show 2`` knows what [2] was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.config import write_text
from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.records import Span


class Source(NamedTuple):
    """A source of the last answer: the index it came from, its article's id, and what was cited, where something was."""

    folder: str  # of the index
    article: str
    cited: Span


def save(answer: Mapping[str, object], index: Path) -> str:
    """Keep an answer, readable by this user only; return why it could not be kept, or nothing."""
    import json

    path = _path()
    try:
        if not path.is_absolute():
            return "no home folder"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(path, json.dumps({"index": str(index), "answer": answer}), mode=0o600)
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
        raise UsageError(f"the last answer has no source {number}", hint=f"its sources: {have}; rag show also takes an id")
    return sources[number]


def _path() -> Path:
    import platformdirs

    return platformdirs.user_state_path("rag") / "last.json"


def _sources() -> dict[int, Source]:
    import json

    from rag.records import Span

    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        items = kept["answer"].get("citations") or kept["answer"]["passages"]
        return {
            int(item.get("n", item.get("rank"))): Source(
                str(kept["index"]), str(item["article"]), Span(int(item["start"]), int(item["end"]))
            )
            for item in items
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # none, or not what is written today
        raise UsageError(
            "there is no last answer to show from", hint="ask first, or give the id of an article or passage"
        ) from error
