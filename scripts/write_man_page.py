#!/usr/bin/env python3
"""Write docs/rag.1, the manual page, from the commands and the table of settings.

scripts/write_man_page.py [--check]

``--check`` writes nothing and exits 1 when the page is older than the commands.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from rag import __version__
from rag.cli.app import app
from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "rag.1"


def main() -> int:
    """Write or check the page; return the exit code."""
    text = format_page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("older than the commands: docs/rag.1; scripts/write_man_page.py brings it up to date")
    return 1


def format_page() -> str:
    """Return the manual page in the macros of man(7)."""
    context = click.Context(app, info_name="rag")
    lines = [
        f'.TH RAG 1 "" "rag {__version__}" "User Commands"',
        ".SH NAME",
        r"rag \- questions to a folder of articles, answered with verified citations",
        ".SH SYNOPSIS",
        ".B rag",
        r"[\fICOMMAND\fR] [\fIOPTIONS\fR] \fIQUESTION\fR...",
        ".SH DESCRIPTION",
        escape(app.help or ""),
        ".SH COMMANDS",
    ]
    for name in app.list_commands(context):
        lines += format_command(app.commands[name], context, name)
    lines += [*format_epilog(app.epilog or "")]
    return "\n".join(lines) + "\n"


def format_command(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    """Yield the lines of a command, and of those below it."""
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f'.SS "{escape(usage)}"'
    for paragraph in (command.help or "").split("\n\n"):
        yield from (escape(" ".join(paragraph.split())), ".PP")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option) and parameter.name != "help":
            names, help_text = record
            yield from (".TP", f".B {escape(names)}", escape(help_text))
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from format_command(command.commands[below], context, below)


def format_epilog(epilog: str) -> Iterator[str]:
    """Yield examples, exit codes and completion, each as it is laid out there."""
    for block in epilog.split("\b\n")[1:]:
        title, *rest = block.strip().split("\n")
        heading, _, first = title.partition(":")
        yield f".SH {heading.upper()}"
        yield ".nf"
        yield from (escape(line.strip()) for line in [first, *rest] if line.strip())
        yield ".fi"


def escape(text: str) -> str:
    """Return a text in which roff finds no command."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.exit(main())
