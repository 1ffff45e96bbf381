"""Pages and objects: what is seen on a terminal, in a pipe, by a script; and that no article can steer the terminal."""

from __future__ import annotations

import io
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from answers import (
    FIRST,
    HOSTILE,
    MATCHES,
    QUESTION,
    SECOND,
    TEXT,
    answered,
    article,
    citation,
    dated,
    hostile,
    passage,
    refused,
)
from hypothesis import given
from hypothesis import strategies as st

from rag import show
from rag.errors import IndexMissing, UsageError
from rag.records import Hit, Reprint, Span, WordMatch
from rag.show.lines import marked, snippet
from rag.show.view import reference

if TYPE_CHECKING:
    from rag.index.build import BuildReport

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads(
    (Path(show.__file__).parent.parent / "answer.schema.json").read_text(encoding="utf-8")
)
PAGES = {
    "answered": lambda: show.answer_page(
        answered(citations=(answered().citations[0], citation(2, article(), SECOND, "near")))
    ),
    "dates": lambda: show.answer_page(dated()),
    "quotes": lambda: show.answer_page(answered(), quotes=True),
    "explain": lambda: show.answer_page(answered(), explain=True),
    "refused": lambda: show.answer_page(refused()),
    "search": lambda: show.search_page(answered()),
    "sources": lambda: show.sources_page(answered()),
    "why": lambda: show.why_page(answered()),
    "view": lambda: show.view_page(
        show.view(article(), cited=Span(TEXT.index(FIRST), TEXT.index(FIRST) + len(FIRST)))
    ),
}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def written(
    page: show.Page,
    *,
    color: str = "auto",
    width: int | None = None,
    terminal: bool = False,
    **environ: str,
) -> str:
    stream = Terminal() if terminal else io.StringIO()
    show.Screen(stream, color=color, width=width, environ=environ).write(page)
    return stream.getvalue()


def golden(name: str, text: str) -> None:
    """Compare with the file; GOLDEN=write makes it anew."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_plain_pages_read_as_agreed(name: str) -> None:
    """Catches any unintended change of what a pipe receives."""
    golden(f"{name}-plain", written(PAGES[name]()))


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", PAGES)
def test_terminal_pages_read_as_agreed(name: str, width: int) -> None:
    """Catches lost marks, wrong wrapping, colours where there were none."""
    golden(f"{name}-{width}", written(PAGES[name](), width=width, terminal=True, TERM="xterm"))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [60, 80])
def test_terminal_and_pipe_say_the_same(name: str, width: int) -> None:
    """Catches a screen that drops, cuts or doubles words when it wraps or colours."""
    plain, wrapped = (
        written(PAGES[name]()),
        written(PAGES[name](), width=width, terminal=True, TERM="xterm"),
    )
    bare = re.sub(r"\x1b\[[0-9;]*m", "", wrapped)
    assert all(len(row) <= width for row in bare.splitlines())
    assert bare.split() == plain.split()


@pytest.mark.parametrize(
    ("color", "terminal", "environ", "escapes"),
    [
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", False, {"TERM": "xterm"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", True, {"TERM": "xterm", "FORCE_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_who_decides_on_colour(
    color: str,
    terminal: bool,
    environ: dict[str, str],
    escapes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a wrong order of --color, NO_COLOR, FORCE_COLOR, TERM; and rich reading the environment behind our back."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    text = written(
        PAGES["answered"](),
        color=color,
        terminal=terminal,
        width=80 if terminal else None,
        **environ,
    )
    assert ("\x1b[" in text) == escapes


def test_a_pipe_is_not_wrapped_even_in_colour() -> None:
    """Catches a quotation broken over lines where a program reads it."""
    assert SECOND in re.sub(r"\x1b\[[0-9;]*m", "", written(PAGES["answered"](), color="always"))


@pytest.mark.parametrize("terminal", [False, True])
def test_no_article_steers_the_terminal(terminal: bool) -> None:
    """Catches raw escapes, controls and direction overrides in any field, and rich markup that is obeyed or eaten."""
    answer = hostile()
    view = show.view(answer.hits[0].passage, cited=Span(0, 12))
    pages = [
        show.answer_page(answer, explain=True),
        show.answer_page(answer, quotes=True),
        show.search_page(answer),
        show.view_page(view),
    ]
    pages += [
        show.answer_page(replace(answer, status="not_in_sources")),
        show.error_page(UsageError(HOSTILE, hint=HOSTILE)),
    ]
    pages += [
        show.mapping_page({HOSTILE: HOSTILE}),
        show.evaluation_page({HOSTILE: {HOSTILE: {HOSTILE: 1.0}}, "x": None}),
    ]
    for page in pages:
        text = written(page, terminal=terminal, width=500 if terminal else None, TERM="xterm")
        text = re.sub(r"\x1b\[[0-9;]*m", "", text) if terminal else text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert "[red]rich[/red]" in text


@given(st.text())
def test_whatever_is_quoted_is_safe(text: str) -> None:
    """Catches a control character that some path lets through."""
    page = [
        *show.mapping_page({"a": text}),
        *show.error_page(UsageError(text, hint=text)),
        show.Line(tuple(marked(show.to_one_line(text), text))),
    ]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
        "".join(line.plain for line in page),
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("terminal", [False, True])
def test_any_encoding_of_stdout_holds_the_page(encoding: str, terminal: bool) -> None:
    """Catches a crash on ✓ where the locale has none."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    show.Screen(stream, width=80 if terminal else None, environ={}).write(
        [*PAGES["answered"](), *PAGES["refused"]()]
    )
    text = stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert ("[1] ✓ exact" if encoding == "utf-8" else "[1] + exact") in text


def test_plain_text_needs_no_rich() -> None:
    """Catches a slow import on the way to a pipe."""
    code = (
        "import sys, io; from answers import answered; from rag import show;"
        "show.Screen(io.StringIO(), environ={}).write(show.answer_page(answered()));"
        "bad = {'rich', 'numpy', 'faiss'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": "..:."},
    )


def test_words_of_the_question_are_marked_and_no_others() -> None:
    """Catches marks beside the word, on short words, or a text changed by marking it."""
    segments = marked(
        "L'ÉTÉ dernier, Paul l'a dit : été comme hiver, de 14 000 à 15 000.",
        "que dit Paul de l'été 14000 ?",
    )
    assert (
        "".join(segment.text for segment in segments)
        == "L'ÉTÉ dernier, Paul l'a dit : été comme hiver, de 14 000 à 15 000."
    )
    assert [segment.text for segment in segments if segment.style] == ["Paul", "14 000"]


@given(st.text(), st.text())
def test_marking_changes_no_character(text: str, question: str) -> None:
    """Catches offsets that are off by one anywhere."""
    assert "".join(segment.text for segment in marked(text, question)) == text


def test_a_snippet_is_around_the_question() -> None:
    """Catches snippets that always show the beginning, or hide that something was left out."""
    text = (
        " ".join(f"mot{n}" for n in range(200))
        + " Durand parle. "
        + " ".join(f"fin{n}" for n in range(200))
    )
    assert "Durand" in snippet(text, "Que dit Durand ?")
    assert (
        snippet(text, "Que dit Durand ?").startswith("… ")
        and snippet(text).endswith(" …")
        and snippet(text).startswith("mot0 ")
    )
    assert snippet("Trois mots seulement") == "Trois mots seulement"
    assert len(snippet("无" * 5000)) < 300


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "pt", "nl", "ja", "und", ""])
def test_a_refusal_speaks_the_questions_language(language: str) -> None:
    """Catches a language without a sentence, and a refusal that does not say what was searched."""
    text = written(show.answer_page(refused(language=language)))
    assert text.splitlines()[0] == {
        "fr": "Les articles ne le disent pas.",
        "de": "Die Artikel sagen dazu nichts.",
    }.get(language, text.splitlines()[0])
    assert (
        text.splitlines()[0].endswith(".")
        and "12 articles, 2025-10-28 – 2025-12-09, 4 publishers" in text
    )
    assert "seeds/lettre.txt:3" in text


def test_an_explanation_says_which_word_stands_for_which() -> None:
    """Catches the two words swapped, a weight lost, the same word beside itself, noise, matches nobody asked for."""
    answer = answered(
        hits=(Hit(passage(article()), 1.0, {"dense": 0.5}, MATCHES), Hit(passage(article()), 0.5))
    )
    lines = written(show.answer_page(answer, explain=True)).splitlines()
    (line,) = [line.strip() for line in lines if "↔" in line]
    assert line.startswith("Qui ↔ who .41")
    assert line.count("↔") == 1
    assert {"remplacera", "PAUL"} <= set(line.replace(",", " ").split())
    assert "↔" not in written(show.answer_page(answer))


def test_nothing_known_of_an_article_leaves_its_file() -> None:
    """Catches "None" on the screen."""
    bare = replace(article(title="", publisher=None), date=None)
    answer = answered(hits=(Hit(passage(bare), 1.0),), citations=(citation(1, bare, FIRST),))
    for page in (show.answer_page(answer), show.search_page(answer)):
        text = written(page)
        assert "None" not in text and "seeds/lettre.txt" in text


def report(**changes: object) -> BuildReport:
    from rag.index.build import BuildReport

    values: dict[str, object] = dict.fromkeys(
        ("documents", "articles", "passages", "sentences", "added", "removed", "reused", "gone"), 2
    )
    values |= {
        "skipped": (),
        "generation": "g1",
        "seconds": 1.25,
        "changed": True,
        "dry_run": False,
    }
    return BuildReport(**(values | changes))  # type: ignore[arg-type]


def test_the_report_counts_and_names_what_was_skipped() -> None:
    """Catches skipped files that are not named, a list without end, and a dry run that claims to have done it."""
    from rag.reading import SkippedFile

    skipped = tuple(SkippedFile(f"f{n}.pdf", "not .txt or .md") for n in range(13))
    text = written(show.report_page(report(skipped=skipped)))
    assert "2 documents, 2 articles, 2 passages: 2 added, 2 removed, 2 unchanged (1.2 s)" in text
    assert (
        "13 files skipped:" in text
        and "f9.pdf: not .txt or .md" in text
        and "f10" not in text
        and "and 3 more" in text
    )
    assert "would be added" in written(show.report_page(report(dry_run=True)))


def test_the_evaluation_is_a_table() -> None:
    """Catches a measure left out, and a part without data that breaks the page."""
    retrieval = {"dense": {"R@1": 0.5, "MRR@10": 0.625}, "lexical": {"R@1": 0.25, "MRR@10": None}}
    result = {
        "queries": 4,
        "retrieval": retrieval,
        "answers": {"accuracy": 0.75, "top3": 1.0},
        "refusals": None,
    }
    text = written(show.evaluation_page(result))
    assert re.search(r"R@1 +MRR@10\ndense +0\.500 +0\.625\nlexical +0\.250 +-\n", text)
    assert "queries   4" in text and "accuracy 0.75, top3 1" in text and "no data" in text


def test_a_view_starts_and_ends_where_it_is_told() -> None:
    """Catches line numbers that are off by one, and a mark on the wrong lines, with any line ending."""
    for end in ("\n", "\r\n", "\r"):
        of = article(TEXT.replace("\n", end))
        start = of.document.text.index("Elle")
        shown = show.view(of, cited=Span(start, start + 8), first=3, count=2)
        assert of.document.text[shown.start : shown.end].splitlines() == TEXT.splitlines()[2:4]
        rows = written(show.view_page(shown)).splitlines()[3:]
        assert rows == ["  3  " + TEXT.splitlines()[2], "> 4  " + TEXT.splitlines()[3]]


@pytest.mark.parametrize("first", [0, 8, 10**8])
def test_a_line_that_is_not_there_is_refused(first: int) -> None:
    """Catches an empty page, or an index error, for a wrong line number."""
    with pytest.raises(UsageError, match="no line"):
        show.view(article(), first=first)
    assert show.view(article(), first=6).end == len(TEXT)


def test_a_view_of_a_passage_is_the_passage() -> None:
    """Catches a passage shown with its neighbours."""
    shown = show.view(passage(article(), FIRST))
    assert show.view_json(shown)["text"] == FIRST and show.view_json(shown)["line"] == 3


def valid(value: dict[str, object]) -> dict[str, object]:
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    return value


def test_the_schema_is_a_schema() -> None:
    """Catches a schema that accepts everything because it is wrong itself."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    good = show.answer_json(answered())
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
        show.answer_json(
            answered(hits=(Hit(passage(article()), 1.0, {}, (WordMatch("a", "b", 1.5),)),))
        ),
    ):
        with pytest.raises(jsonschema.ValidationError):
            valid(bad)


def test_answers_refusals_and_errors_follow_the_schema() -> None:
    """Catches any field that is missing, misnamed or of another type."""
    for answer in (answered(), refused(), refused(hits=()), hostile(), answered(status="partial")):
        assert list(valid(json.loads(show.dumps(show.answer_json(answer)))))[:5] == [
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
    value = show.answer_json(answered())
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
    text = show.dumps(
        show.answer_json(answered(hits=(Hit(passage(article()), score, {"dense": score}),)))
    )
    assert "NaN" not in text and "Infinity" not in text


@given(st.text(alphabet=st.characters(), max_size=50))
def test_json_survives_any_text_in_any_encoding(text: str) -> None:
    """Catches half characters that UTF-8 refuses, and controls that a terminal would obey."""
    for encoding in ("utf-8", "ascii", "cp1252"):
        line = show.dumps({"text": text}, encoding=encoding)
        assert json.loads(line.encode(encoding)) == {"text": text}
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


def test_the_bar_waits_and_then_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a bar that flashes for quick work, never appears, or is drawn into a file."""
    clock = iter([0.0, 0.5, 2.0, 2.5, 0.0, 9.0])
    monkeypatch.setattr("rag.show.progress.time.monotonic", lambda: next(clock, 10.0))
    stream = Terminal()
    with show.Bar(show.Screen(stream, width=60, environ={"TERM": "xterm"})) as bar:
        bar("embed", 1, 10)
        assert stream.getvalue() == ""
        bar("embed", 5, 10)
        bar("write", 1, 2)
    assert "embed" in stream.getvalue()
    quiet = io.StringIO()
    with show.Bar(show.Screen(quiet, environ={})) as bar:
        bar("embed", 5, 10)
    assert quiet.getvalue() == ""


@pytest.mark.parametrize(
    ("language", "age"),
    [
        ("fr", "il y a 3 jours"),
        ("en", "3 days ago"),
        ("de", "vor 3 Tagen"),
        ("it", "3 giorni fa"),
        ("ja", "3 days ago"),
    ],
)
def test_every_source_shows_its_age_in_the_questions_language(language: str, age: str) -> None:
    """Catches an age reckoned from the clock or told in the article's language, and one shown where no day is known."""
    answer = dated(language=language)
    assert f"La Vallée · 2025-12-16 · {age} · Une nouvelle directrice" in written(
        show.answer_page(answer)
    )
    for page in (
        show.search_page(answer),
        show.answer_page(replace(answer, status="not_in_sources")),
        show.answer_page(answer, quotes=True),
    ):
        assert "2025-12-09 · " in written(page) or "2025-12-16 · " in written(page)
    assert age not in written(show.answer_page(replace(answer, today=None)))
    assert [c["age_days"] for c in show.answer_json(answer)["citations"]] == [3, 7]  # type: ignore[attr-defined]
    assert [c["age_days"] for c in show.answer_json(replace(answer, today=None))["citations"]] == [
        None,
        None,
    ]  # type: ignore[attr-defined]
    undated = replace(answer.citations[0].passage.article, date=None)
    bare = show.answer_json(
        replace(answer, citations=(citation(1, undated, answer.citations[0].quote),))
    )
    assert bare["citations"][0]["age_days"] is None  # type: ignore[index]


def test_days_told_by_their_distance_are_reckoned_from_the_story() -> None:
    """Catches a day reckoned from today or from the file, a quotation that is changed, dates where none is told."""
    answer = dated()
    first, second = show.answer_json(answer)["citations"]  # type: ignore[misc]
    assert "dates" not in first
    assert second["dates"] == [
        {"text": "Il y a huit jours", "from": "2025-12-04", "to": "2025-12-04"}
    ]
    lines = written(show.answer_page(answer)).splitlines()
    at = lines.index("    « Il y a huit jours, le groupe a annoncé 350 départs. »")
    assert lines[at + 1] == "    « Il y a huit jours » = 2025-12-04"


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({}, "asked of 2025-12-01 – 2025-12-31 (“en décembre”); --no-dates searches all"),
        ({"last": None}, "asked of 2025-12-01 on (“en décembre”); --no-dates searches all"),
        (
            {"first": None},
            "asked of the days up to 2025-12-31 (“en décembre”); --no-dates searches all",
        ),
        (
            {"use": "preference"},
            "those of 2025-12-01 – 2025-12-31 first (“en décembre”); --no-dates takes them as they come",
        ),
        (
            {"use": "dropped"},
            "none of 2025-12-01 – 2025-12-31 (“en décembre”) answers: asked of all",
        ),
    ],
)
def test_the_last_line_says_what_was_searched(asked: dict[str, object], line: str) -> None:
    """Catches a refusal that does not say of how many articles it was asked, and days that choose without a word."""
    answer = dated()
    assert answer.period is not None
    answer = replace(answer, period=answer.period._replace(**asked))
    searched = "searched 4 of 9 articles, 2025-12-09 – 2025-12-16, 3 publishers"
    assert written(show.answer_page(answer)).splitlines()[-1] == f"{searched} · {line}"
    assert (
        written(show.search_page(replace(answer, hits=()))).splitlines()[-1]
        == f"{searched} · {line}"
    )


@pytest.mark.parametrize("changes", [{}, {"period": None}, {"conflicts": ()}, {"today": None}])
def test_days_and_conflicts_are_as_the_schema_says(changes: dict[str, object]) -> None:
    """Catches a key that the schema does not know, and an empty list where none is meant."""
    answer = dated(**changes)
    value = json.loads(show.dumps(show.answer_json(answer)))
    jsonschema.validate(value, SCHEMA)
    jsonschema.validate(json.loads(show.dumps(show.search_json(answer))), SCHEMA)
    assert ("asked" in value, "conflicts" in value) == (bool(answer.period), bool(answer.conflicts))


def test_a_citation_names_the_reprints_that_hold_it() -> None:
    """Catches a line as long as the archive, a reprint without a name, a list in the object where there is nothing to list."""
    papers = ["La Gazette", "Le Fil", None, "Ouest Marin", "L'Écho"]
    reprints = tuple(
        Reprint(article(publisher=paper, path=f"{paper}.txt"), TEXT.index(FIRST))
        for paper in papers
    )
    plain, among = (
        citation(1, article(), FIRST),
        replace(citation(1, article(), FIRST), also=reprints),
    )
    answer = answered(citations=(plain, among))
    page = [line.plain.strip() for line in show.answer_page(answer)]
    named = "La Gazette · 2025-12-09, Le Fil · 2025-12-09, Une nouvelle directrice · 2025-12-09"
    assert [line for line in page if line.startswith("also in")] == [f"also in {named}, 2 more"]
    first, second = show.answer_json(answer)["citations"]  # type: ignore[misc, attr-defined]
    assert "also" not in first
    assert [(also["path"], also["publisher"], also["line"]) for also in second["also"]] == [
        (f"{p}.txt", p, 3) for p in papers
    ]
    valid(show.answer_json(answer))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1", ("1", 0, None, None, 1)),
        ("12+", ("12", 1, None, None, 12)),
        ("abc:4", ("abc", 0, 4, None, None)),
        ("1:4:5", ("1", 0, 4, 5, 1)),
        (" 2::5 ", ("2", 0, None, 5, 2)),
        ("1234", ("1234", 0, None, None, None)),
    ],
)
def test_what_someone_wants_to_see(text: str, parts: tuple[object, ...]) -> None:
    """Catches a number taken for an id, an id for a number, lines of something else."""
    asked = reference(text)
    assert (*asked, asked.number) == parts


@pytest.mark.parametrize("text", ["", "+", "1++", "1::", "1:x", "1:1:0", "1:2:3:4"])
def test_what_nobody_can_be_shown(text: str) -> None:
    """Catches a reference that means something else than what was typed."""
    with pytest.raises(UsageError):
        reference(text)


def test_markdown_of_answers() -> None:
    """Catches a footnote that is not named or named twice, and a text that becomes markup."""
    text = show.answers_markdown([answered(), answered(), refused()])
    notes = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert notes == ["1", "2", "3", "4"] and set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(
        notes
    )
    assert text.count(f"## {QUESTION}") == 3 and text.count(f"« {FIRST} »") == 2
    unsafe = show.answers_markdown([hostile()])
    assert (
        not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", unsafe) and "« \\[2J" in unsafe
    )
