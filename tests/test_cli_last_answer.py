"""The last answer, as it is kept and as it is found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.cli import last_answer
from rag.errors import UsageError
from rag.index.references import Source
from rag.records import Span

ITEM = {"article": "a1", "title": "T", "start": 3, "end": 7}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    monkeypatch.setattr(last_answer, "get_state_folder", lambda: tmp_path / "state")
    return tmp_path / "state" / "last.json"


def test_citations_go_before_passages() -> None:
    """Catches [2] of an answer that shows the second passage of the search."""
    passage = {**ITEM, "article": "p1", "rank": 1}
    answer = {"citations": [{**ITEM, "n": 2}], "passages": [passage]}
    assert last_answer.save(answer, Path("/i")) == ""
    assert last_answer.get_source(2) == Source("/i", "a1", Span(3, 7))
    assert last_answer.list_titles() == {2: "T"}
    with pytest.raises(UsageError, match="no source 1"):
        last_answer.get_source(1)
    last_answer.save({"citations": [], "passages": [passage]}, Path("/i"))
    assert last_answer.get_source(1).article_id == "p1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"index": "i", "answer": {}}',
        json.dumps({"index": "i", "answer": {"passages": [{**ITEM}]}}),
        json.dumps({"index": "i", "answer": {"passages": [{**ITEM, "rank": 1, "start": "x"}]}}),
        json.dumps({"index": "i", "answer": {"passages": [{"rank": 1, "start": 1, "end": 2}]}}),
        json.dumps({"answer": {"passages": [{**ITEM, "rank": 1}]}}),
    ],
)
def test_a_file_of_another_time_is_no_answer(text: str, state: Path) -> None:
    """Catches a traceback where an older or broken program has written the file."""
    with pytest.raises(UsageError, match="no last answer"):
        last_answer.get_source(1)
    state.parent.mkdir()
    state.write_text(text)
    with pytest.raises(UsageError, match="no last answer"):
        last_answer.get_source(1)
    with pytest.raises(UsageError, match="no last answer"):
        last_answer.list_titles()
