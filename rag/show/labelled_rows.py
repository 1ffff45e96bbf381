"""Rows with a label: things compared, items of a list, and the sentence that says yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.fitting import measure
from rag.show.lines import Line, Segment, Shrink, mark_value
from rag.show.phrases import get_phrase_table
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Answer, AnswerForm, FormRow

LABELLED_FORMS = ("comparison", "list", "yes_no")
VERDICT_GAP = " — "  # between yes or no and the sentence that says so
GAP = "  "  # between a label and what stands beside it
MAX_LABEL = 14  # cells that labels are aligned to; chosen by hand: a third of a small screen
VERDICT_STYLES = {"yes": "good", "no": "warn"}
# Lines of a screen of 20 that rows may take; beside them stand the question, sources, the prompt.
SCREEN_LINES = 12


def show_labelled_rows(answer: Answer, form: AnswerForm) -> Iterator[Line]:
    """Yield a line for each row: its label, what is said of it, and the numbers of its sources."""
    if form.name == "list" and all(row.label for row in form.rows):
        for row in form.rows:
            label = Segment(
                to_one_line(row.label),
                "head",
            )
            numbers = _make_numbers(row)
            yield Line((label, numbers))
        return
    widths = [measure(to_one_line(row.label)) for row in form.rows]
    width = max(
        widths,
        default=0,
    )
    lines_each = SCREEN_LINES // max(len(widths), 1)
    for row in form.rows:
        said = list(_say_row(answer, form, row, lines_each))
        yield _label_line(
            row,
            said,
            width,
        )


def _label_line(
    row: FormRow,
    said: Sequence[Segment],
    width: int,
) -> Line:
    """Return a line with the label before it: as wide as the others where they leave room."""
    label = to_one_line(row.label)
    if not label:
        return Line(tuple(said))
    if width > MAX_LABEL:
        before = Segment(f"{label}: ")
        return Line((before, *said))
    padding = " " * (width - measure(label))
    return Line(
        tuple(said),
        label + padding + GAP,
    )


def _say_row(
    answer: Answer,
    form: AnswerForm,
    row: FormRow,
    lines_each: int,
) -> Iterator[Segment]:
    """Yield what is said of a thing, the figure marked that is compared; or that nothing is."""
    phrases = get_phrase_table(
        answer.language,
        "statements",
    )
    if row.sentence is None:
        yield Segment(
            phrases["nothing_said"],
            "warn",
        )
        return
    if form.verdict:
        word = phrases[form.verdict]
        style = VERDICT_STYLES[form.verdict]
        yield Segment(
            word + VERDICT_GAP,
            style,
        )
    sentence = answer.sentences[row.sentence]
    text = to_one_line(sentence.text)
    if row.value:
        yield from mark_value(text, to_one_line(row.value))
    else:
        shrink = Shrink(
            "end",
            rows=lines_each,
        )
        yield Segment(
            text,
            "head",
            shrink=shrink,
        )
    yield _make_numbers(row)


def _make_numbers(row: FormRow) -> Segment:
    """Return the numbers of the citations that carry a row."""
    numbers = "".join(f"[{number}]" for number in row.citations)
    return Segment(
        f" {numbers}",
        "dim",
    )
