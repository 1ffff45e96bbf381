"""What commands report, as lines for a screen: what was indexed, what was measured, names with values, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.lines import Line, Page, Segment, join_blocks, make_line
from rag.show.phrases import format_count
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.errors import RagError
    from rag.index.build import BuildReport
    from rag.reading import SkippedFile

MAX_SKIPPED = 10  # skipped files named; chosen by hand
CELL_WIDTH = 9  # columns of a figure in a table of measures: its longest heading, MRR@10, and a gap


def report_page(report: BuildReport) -> Page:
    """Return what ``rag index`` did, on a line; then the files it skipped."""
    counts = [format_count(report.documents, "document"), format_count(report.articles, "article")]
    if report.passages:
        counts.append(format_count(report.passages, "passage"))
    would = "would be " if report.dry_run else ""
    changes = [
        f"{report.added} {would}added",
        f"{report.removed} {would}removed",
        f"{report.reused} unchanged",
    ]
    summary = f"{', '.join(counts)}: {', '.join(changes)} ({report.seconds:.1f} s)"
    page = [make_line(summary)]
    if report.gone:
        gone = format_count(report.gone, "article")
        warning = f"{gone} kept although the file is gone: rag index --prune drops them"
        page.append(make_line(warning, style="warn"))
    return page + _list_skipped(report.skipped)


def mapping_page(rows: Mapping[str, object]) -> Page:
    """Return names and values, one pair a line; a mapping as a value is written on its line."""
    width = 2 + max((len(name) for name in rows), default=0)
    page = []
    for name, value in rows.items():
        padded_name = f"{to_one_line(name):<{width}}"
        page.append(make_line(_format_value(value), lead=padded_name))
    return page


def evaluation_page(result: Mapping[str, object]) -> Page:
    """Return the measures of ``rag eval``: a table for retrieval, a line for each other part."""
    blocks: list[Page] = []
    single_lines: dict[str, object] = {}
    for name, part in result.items():
        rows = _find_table_rows(part)
        if rows:
            blocks.append(_make_table(rows))
        else:
            single_lines[name] = "no data" if part is None else part
    blocks.append(mapping_page(single_lines))
    return join_blocks(blocks)


def error_page(error: RagError) -> Page:
    """Return what happened, then the way out."""
    page = [Line((Segment("rag: ", "bad"), Segment(to_one_line(error.message))))]
    for hint in error.hint.splitlines():
        page.append(make_line(hint, lead="  → "))
    return page


def _list_skipped(skipped: Sequence[SkippedFile]) -> Page:
    """Return how many files were skipped, and why the first of them were."""
    if not skipped:
        return []
    page = [make_line(f"{format_count(len(skipped), 'file')} skipped:", style="warn")]
    for file in skipped[:MAX_SKIPPED]:
        page.append(make_line(f"{file.path}: {file.reason}", lead="  "))
    unnamed = len(skipped) - MAX_SKIPPED
    if unnamed > 0:
        page.append(make_line(f"and {unnamed} more", lead="  "))
    return page


def _find_table_rows(part: object) -> dict[str, Mapping[str, object]]:
    """Return the rows of a part of the evaluation that is a table: a mapping of names to mappings."""
    if not isinstance(part, dict):
        return {}
    return {name: row for name, row in part.items() if isinstance(row, dict)}


def _make_table(rows: Mapping[str, Mapping[str, object]]) -> Page:
    """Return rows of measures with a heading; a column for each measure that any row has."""
    measures = list(dict.fromkeys(measure for row in rows.values() for measure in row))
    width = 2 + max(len(name) for name in rows)
    heading = " " * width + _align_cells(to_one_line(measure) for measure in measures)
    page = [Line((Segment(heading, "dim"),))]
    for name, row in rows.items():
        cells = _align_cells(_format_measure(row.get(measure)) for measure in measures)
        page.append(Line((Segment(f"{to_one_line(name):<{width}}{cells}"),)))
    return page


def _align_cells(cells: Iterable[str]) -> str:
    return "".join(f"{cell:>{CELL_WIDTH}}" for cell in cells)


def _format_measure(value: object) -> str:
    """Return a measure with three decimals, so that a column lines up."""
    return f"{value:.3f}" if isinstance(value, float) else _format_value(value)


def _format_value(value: object) -> str:
    """Return a value as a person writes it: at most three decimals, ``-`` for None, lists and mappings with commas."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_format_value(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_format_value(part) for part in value)
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return "-" if value is None else str(value)
