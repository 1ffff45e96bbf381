"""The objects of --json: the schema, offsets, numbers, encodings."""

from __future__ import annotations

import json
import math
import re

import jsonschema
import pytest
from answers import (
    FIRST,
    MATCHES,
    QUESTION,
    SECOND,
    TEXT,
    answered,
    article,
    dated,
    hostile,
    passage,
    refused,
)
from hypothesis import given
from hypothesis import strategies as st
from pages import SCHEMA, valid

from rag import show
from rag.errors import IndexMissing
from rag.records import Hit, WordMatch


def test_the_schema_is_a_schema() -> None:
    """Catches a schema that accepts everything because it is wrong itself."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    good = answered().to_dict()
    for bad in (
        {**good, "status": "maybe"},
        {**good, "extra": 1},
        {k: v for k, v in good.items() if k != "citations"},
        {**good, "error": {}},
        {
            **good,
            "passages": [
                {name: value for name, value in good["passages"][0].items() if name != "matches"}
            ],
        },  # type: ignore[index]
        answered(hits=(Hit(passage(article()), 1.0, {}, (WordMatch("a", "b", 1.5),)),)).to_dict(),
    ):
        with pytest.raises(jsonschema.ValidationError):
            valid(bad)


def test_answers_refusals_and_errors_follow_the_schema() -> None:
    """Catches any field that is missing, misnamed or of another type."""
    for answer in (answered(), refused(), refused(hits=()), hostile(), answered(status="partial")):
        assert list(valid(json.loads(show.dumps(answer.to_dict()))))[:5] == [
            "schema",
            "status",
            "question",
            "language",
            "answer",
        ]
        assert not {"answer", "sentences", "citations"} & set(valid(show.search_json(answer)))
    failed = valid(show.error_json("pourquoi ?", IndexMissing("no index", hint="rag index")))
    assert (
        failed["error"] == {"type": "IndexMissing", "message": "no index", "hint": "rag index"}
        and failed["question"] == "pourquoi ?"
    )


def test_the_object_says_where_the_quotation_stands() -> None:
    """Catches offsets or lines of the passage given for those of the quotation."""
    value = answered().to_dict()
    first, second = value["citations"]  # type: ignore[misc]
    assert TEXT[second["start"] : second["end"]] == second["quote"] == SECOND and (
        first["line"],
        second["line"],
    ) == (3, 4)
    assert value["question"] == QUESTION and value["answer"] == f"{FIRST} {SECOND}"
    assert value["passages"][0]["scores"] == {"dense": 0.75, "lexical": 12.5}  # type: ignore[index]
    matches = [hit["matches"] for hit in value["passages"]]  # type: ignore[union-attr, index]
    assert matches == [
        [{"asked": m.question_word, "found": m.passage_word, "weight": m.weight} for m in MATCHES],
        [],
    ]


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_scores_are_numbers_of_json(score: float) -> None:
    """Catches NaN and Infinity, which are no JSON."""
    text = show.dumps(answered(hits=(Hit(passage(article()), score, {"dense": score}),)).to_dict())
    assert "NaN" not in text and "Infinity" not in text


@given(st.text(alphabet=st.characters(), max_size=50))
def test_json_survives_any_text_in_any_encoding(text: str) -> None:
    """Catches half characters that UTF-8 refuses, and controls that a terminal would obey."""
    for encoding in ("utf-8", "ascii", "cp1252"):
        line = show.dumps({"text": text}, encoding=encoding)
        assert json.loads(line.encode(encoding)) == {"text": text}
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


@pytest.mark.parametrize("changes", [{}, {"period": None}, {"conflicts": ()}, {"today": None}])
def test_days_and_conflicts_are_as_the_schema_says(changes: dict[str, object]) -> None:
    """Catches a key that the schema does not know, and an empty list where none is meant."""
    answer = dated(**changes)
    value = json.loads(show.dumps(answer.to_dict()))
    jsonschema.validate(value, SCHEMA)
    jsonschema.validate(json.loads(show.dumps(show.search_json(answer))), SCHEMA)
    assert ("asked" in value, "conflicts" in value) == (bool(answer.period), bool(answer.conflicts))
