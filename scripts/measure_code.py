#!/usr/bin/env python
"""Measure how dense and how well named the code of a folder is: the figures of CONTRIBUTING.

    .venv/bin/python scripts/measure_code.py [FOLDER]      (default: rag)

- *expressions per line*: ``ast.expr`` nodes of all functions over their lines that are neither blank nor docstring
- *long lines*: share of lines over 100 characters
- *verbs*: share of functions whose name begins with a verb of the list below (``is_``, ``has_`` … included)
- *comments*: comments per 100 lines that are neither blank nor docstring
- *vague names*: how often ``found`` is bound as a name
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from pathlib import Path
from typing import NamedTuple

LONGEST_LINE = 100
VAGUE = frozenset({"found", "Found"})
_VERB_LIST = """
accept adapt add adjust advance allow answer append apply are ask assert assign attach back
begin bind break bring build call can capture carry change check choose classify clean clear
close collect combine commit compare complete compute condense connect contain contradict
convert copy correct count cover create cross cut damp decide declare decode deduplicate defer
delete describe detect differ discount display distribute divide do does download draw drop dump
edit embed encode end enter escape estimate evaluate exchange exclude exit expand explain export
extend extract fetch fill filter find finish fit flush fold follow forget format fuse gather
generate get give go greet group grow guess handle has have hide highlight hold hook ignore
import include index infer insert inspect install interpret is iterate join keep label launch
lay leave lie limit link list listen load locate lock log look lower make mark match may measure
merge mix move must name narrow need normalise note notice number observe offer open order pack
page parse pass paste pick place plan point prefer prepare print process propose prune put quote
raise rank read rebuild receive recognise record reduce refer refresh register reject release
reload remember remove rename render reorder repeat replace report require reset resolve respond
restore return reveal reverse reword rewrite round run salvage sample save say scale scan score
search see select send separate set share shift shorten should show shut sign skip slice snap
solve sort split spread standardise start stay stem step stop store strip style substitute
subtract suggest sum summarise switch sync take talk tell tidy to toggle tokenize trace track
translate traverse trim trust try turn undo unfold unify unpack update use validate verify view
visit wait walk warn was weigh weight will wrap write yield
"""
VERBS = frozenset(_VERB_LIST.split())


class Figures(NamedTuple):
    """What is measured of a folder."""

    expressions_per_line: float
    long_lines: float  # share
    verbs: float  # share of functions
    comments: float  # per 100 lines
    vague_names: int
    functions: int


class _Counts:
    """What is counted over all modules of a folder."""

    def __init__(self) -> None:
        self.expressions = 0
        self.function_lines = 0
        self.lines = 0
        self.code_lines = 0
        self.long_lines = 0
        self.comments = 0
        self.functions = 0
        self.verbs = 0
        self.vague_names = 0


def measure_folder(folder: Path) -> Figures:
    """Return the figures of all Python modules below a folder."""
    counts = _Counts()
    for path in sorted(folder.rglob("*.py")):
        _count_module(counts, path.read_text(encoding="utf-8"))
    return Figures(
        counts.expressions / max(counts.function_lines, 1),
        counts.long_lines / max(counts.lines, 1),
        counts.verbs / max(counts.functions, 1),
        100 * counts.comments / max(counts.code_lines, 1),
        counts.vague_names,
        counts.functions,
    )


def begins_with_verb(name: str) -> bool:
    """Return whether a function's name begins with a verb, leading underscores aside."""
    return name.strip("_").partition("_")[0] in VERBS


def _count_module(counts: _Counts, source: str) -> None:
    tree = ast.parse(source)
    lines = source.splitlines()
    docstrings = _find_docstring_lines(tree)
    counts.lines += len(lines)
    counts.long_lines += sum(len(line) > LONGEST_LINE for line in lines)
    counts.code_lines += sum(
        bool(line.strip()) and number not in docstrings for number, line in enumerate(lines, 1)
    )
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    counts.comments += sum(token.type == tokenize.COMMENT for token in tokens)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _count_function(counts, node, lines, docstrings)
        counts.vague_names += _count_vague_bindings(node)


def _count_function(
    counts: _Counts,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    lines: list[str],
    docstrings: set[int],
) -> None:
    numbers = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    counts.expressions += sum(isinstance(node, ast.expr) for node in ast.walk(function))
    counts.function_lines += sum(
        bool(lines[number - 1].strip()) and number not in docstrings for number in numbers
    )
    if function.name.startswith("__") and function.name.endswith("__"):
        return
    counts.functions += 1
    counts.verbs += begins_with_verb(function.name)


def _count_vague_bindings(node: ast.AST) -> int:
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Store) and node.id in VAGUE
    if isinstance(node, ast.arg):
        return node.arg in VAGUE
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name in VAGUE
    return 0


def _find_docstring_lines(tree: ast.Module) -> set[int]:
    numbers: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            numbers.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return numbers


def main() -> None:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = Path(__file__).resolve().parent.parent / "rag"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    figures = measure_folder(parser.parse_args().folder)
    print(f"expressions per line      {figures.expressions_per_line:.2f}")
    print(f"lines over 100 characters {100 * figures.long_lines:.1f} %")
    print(f"functions named by a verb {100 * figures.verbs:.0f} % of {figures.functions}")
    print(f"comments per 100 lines    {figures.comments:.1f}")
    print(f"`found` bound as a name   {figures.vague_names}")


if __name__ == "__main__":
    main()
