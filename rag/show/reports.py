"""What commands report, as lines for a screen: builds, measures, names with values, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.reading.formats import NOT_READ
from rag.reading.skipped import count_kinds
from rag.show.lines import Line, Page, Segment, join_blocks, make_line
from rag.show.phrases import format_count
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.errors import RagError
    from rag.index.build import BuildReport
    from rag.pipeline import Finding
    from rag.reading.skipped import SkippedFile

MAX_SKIPPED = 10  # skipped files named; chosen by hand
MAX_PUBLISHERS = 20  # named by ``rag status``; chosen by hand
MAX_FILE_WARNINGS = 3  # of files that were read in part; chosen by hand
_ALL = "rag index -v names all"
NAME_GAP = 2  # columns between a name and what belongs to it
CELL_WIDTH = 9  # columns of a figure in a table of measures: its longest heading, MRR@10, and a gap


def report_page(report: BuildReport, *, verbose: bool = False) -> Page:
    """Return what ``rag index`` did, on a line; then the files it skipped, or read in part.

    The first of them are named, with ``verbose`` all.
    """
    page = [_summarize_build(report)]
    if report.gone:
        gone = format_count(report.gone, "article")
        warning = f"{gone} kept although the file is gone: rag index --prune drops them"
        page.append(make_line(warning, style="warn"))
    page += [make_line(warning, style="warn") for warning in report.warnings]
    page += _list_file_warnings(report.file_warnings, verbose=verbose)
    if report.skipped:
        page += _list_skipped(report.skipped, verbose=verbose)
    return page


def mapping_page(rows: Mapping[str, object]) -> Page:
    """Return names and values, a pair a line; a mapping as a value is written on its line."""
    width = _measure_names(rows)
    page = []
    for name, value in rows.items():
        padded_name = to_one_line(name).ljust(width)
        page.append(make_line(_format_value(value), lead=padded_name))
    return page


def status_page(state: Mapping[str, object]) -> Page:
    """Return what ``rag status`` says: a line a name, one for what articles lack."""
    rows: dict[str, object] = {}
    for name, value in state.items():
        if name == "lacking" and isinstance(value, dict):
            gaps = {f"without a {lack}": _describe_gap(gap) for lack, gap in value.items()}
            rows |= {lack: text for lack, text in gaps.items() if text}
        else:
            rows[name] = _describe_value(name, value)
    return mapping_page(rows)


def _describe_value(name: str, value: object) -> object:
    """Return what is said of a part of the state."""
    if name == "skipped" and isinstance(value, dict):
        return describe_kinds(value) or None
    if name == "publishers" and isinstance(value, dict):
        return _choose_most(value)
    return value


def _choose_most(counts: Mapping[str, int]) -> Mapping[str, object] | str:
    """Return the counts; of very many the greatest, and how many others there are."""
    if len(counts) <= MAX_PUBLISHERS:
        return counts
    most = sorted(counts.items(), key=lambda count: -count[1])[:MAX_PUBLISHERS]
    named = ", ".join(f"{name} {count}" for name, count in most)
    return f"{named}, and {len(counts) - MAX_PUBLISHERS:,} others"


def _describe_gap(gap: Mapping[str, Any]) -> str:
    """Return how many articles lack something, and three of their files; nothing without any."""
    if not gap["articles"]:
        return ""
    paths = ", ".join(gap["paths"])
    return f"{format_count(gap['articles'], 'article')}, as in {paths}"


FINDING_MARKS = {"fine": ("✓", "good"), "note": ("·", "dim"), "problem": ("✗", "bad")}


def findings_page(findings: Sequence[Finding], settings: Mapping[str, str]) -> Page:
    """Return what ``rag doctor`` says: a line each, the way out below; where settings come from."""
    page: Page = []
    for finding in findings:
        mark, style = FINDING_MARKS[finding.level]
        text = to_one_line(f" {finding.topic}: {finding.message}")
        segments = (
            Segment(mark, style),
            Segment(" "),
            Segment(text),
        )
        page.append(Line(segments))
        for hint in finding.command.splitlines():
            line = make_line(hint, lead="  → ")
            page.append(line)
    chosen = {name: text for name, text in settings.items() if not text.endswith("(default)")}
    return join_blocks([page, mapping_page(chosen)])


def evaluation_page(result: Mapping[str, object]) -> Page:
    """Return the measures of ``rag eval``: a table for retrieval, a line for each other part."""
    blocks: list[Page] = []
    single_lines: dict[str, object] = {}
    for name, part in result.items():
        rows = _find_table_rows(part)
        if rows:
            blocks.append(_make_table(rows))
        elif part is None:
            single_lines[name] = "no data"
        else:
            single_lines[name] = part
    blocks.append(mapping_page(single_lines))
    return join_blocks(blocks)


def error_page(error: RagError) -> Page:
    """Return what happened, then the way out."""
    message = (
        Segment("rag: ", "bad"),
        Segment(to_one_line(error.message)),
    )
    page = [Line(message)]
    for hint in error.hint.splitlines():
        page.append(make_line(hint, lead="  → "))
    return page


def _summarize_build(report: BuildReport) -> Line:
    """Return how many documents, articles and passages there are, and how many of them changed."""
    counts = [
        format_count(report.documents, "document"),
        format_count(report.articles, "article"),
    ]
    if report.passages:
        counts.append(format_count(report.passages, "passage"))
    would_be = "would be " if report.dry_run else ""
    changes = [
        f"{report.added} {would_be}added",
        f"{report.removed} {would_be}removed",
        f"{report.reused} unchanged",
    ]
    contents = ", ".join(counts)
    difference = ", ".join(changes)
    text = f"{contents}: {difference} ({report.seconds:.1f} s)"
    return make_line(text)


def _list_file_warnings(warnings: Sequence[str], *, verbose: bool) -> Iterator[Line]:
    """Yield what could not be read of files that were read, the first few or all."""
    limit = len(warnings) if verbose else MAX_FILE_WARNINGS
    for warning in warnings[:limit]:
        yield make_line(warning, style="warn")
    unnamed = len(warnings[limit:])
    if unnamed:
        yield make_line(f"and {unnamed:,} more files or pages read in part: {_ALL}", style="warn")


def _list_skipped(skipped: Sequence[SkippedFile], *, verbose: bool) -> Iterator[Line]:
    """Yield how many files of which kinds were skipped, and why the first of them were, or all."""
    files = format_count(len(skipped), "file")
    kinds = describe_kinds(count_kinds(skipped))
    yield make_line(f"{files} skipped: {kinds}", style="warn")
    # What might be read if it were mended comes before pictures.
    ordered = sorted(skipped, key=_is_of_no_format)
    limit = len(ordered) if verbose else MAX_SKIPPED
    for file in ordered[:limit]:
        text = f"{file.path}: {file.reason}"
        yield make_line(text, lead="  ")
    unnamed = len(ordered[limit:])
    if unnamed:
        yield make_line(f"and {unnamed:,} more: {_ALL}", lead="  ")


def _is_of_no_format(file: SkippedFile) -> bool:
    return file.reason == NOT_READ


def describe_kinds(kinds: Mapping[str, int]) -> str:
    """Return how many files of each kind there are, in a line."""
    parts = [f"{count:,} × {kind}" for kind, count in kinds.items()]
    return ", ".join(parts)


def _find_table_rows(part: object) -> dict[str, Mapping[str, object]]:
    """Return the rows of a part that is a table: a mapping of names to mappings."""
    if not isinstance(part, dict):
        return {}
    return {name: row for name, row in part.items() if isinstance(row, dict)}


def _make_table(rows: Mapping[str, Mapping[str, object]]) -> Page:
    """Return rows of measures below a heading, with a column for each measure that any row has."""
    measures = _list_measures(rows)
    width = _measure_names(rows)
    heading = " " * width
    for measure in measures:
        cell = to_one_line(measure)
        heading += cell.rjust(CELL_WIDTH)
    page = [Line((Segment(heading, "dim"),))]
    for name, row in rows.items():
        text = to_one_line(name).ljust(width)
        for measure in measures:
            cell = _format_measure(row.get(measure))
            text += cell.rjust(CELL_WIDTH)
        page.append(Line((Segment(text),)))
    return page


def _list_measures(rows: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the measures of all rows, each once, in the order of their first appearance."""
    measures: dict[str, None] = {}
    for row in rows.values():
        measures |= dict.fromkeys(row)
    return list(measures)


def _measure_names(rows: Mapping[str, object]) -> int:
    """Return the width of a column of names, the gap to the next column included."""
    longest = max((len(name) for name in rows), default=0)
    return longest + NAME_GAP


def _format_measure(value: object) -> str:
    """Return a measure with three decimals, so that a column lines up."""
    if isinstance(value, float):
        return f"{value:.3f}"
    return _format_value(value)


def _format_value(value: object) -> str:
    """Return a value as a person writes it: ``-`` for None, lists and mappings with commas."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        parts = [f"{name} {_format_value(part)}" for name, part in value.items()]
        return ", ".join(parts)
    if isinstance(value, list | tuple):
        parts = [_format_value(part) for part in value]
        return ", ".join(parts)
    return str(value)
