"""``rag completion``: the script that a shell needs, printed or put where that shell looks.

What rag did not write itself is never overwritten; to a file of the user's that a shell reads at
its start, one line is added at the end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from rag.errors import ANSWERED, UsageError, convert_os_error

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation

SHELLS = ("bash", "zsh", "fish")
MARK = "# written by rag completion --install"
# Where the package bash-completion lies that loads the scripts of the user's folder.
BASH_COMPLETION = (
    "/usr/share/bash-completion/bash_completion",
    "/usr/local/share/bash-completion/bash_completion",
    "/opt/homebrew/etc/profile.d/bash_completion.sh",
)


class Place(NamedTuple):
    """Where the script of a shell goes, and the line that a file of the user's needs for it."""

    script: Path
    start_file: Path | None = None
    start_line: str = ""


@click.command()
@click.argument("shell", required=False, type=click.Choice(SHELLS))
@click.option("--install", is_flag=True, help="write it where the shell looks, in your folders")
@click.pass_obj
def completion(invocation: Invocation, /, shell: str | None, install: bool) -> int:
    """The completion script of a shell: bash, zsh or fish; by default that of $SHELL."""
    from rag.cli.shells import make_script

    name = shell or _guess_shell()
    context = click.get_current_context()
    script = make_script(context.find_root().command, name)
    if not install:
        click.echo(script)
        return ANSWERED
    place = locate_script(name)
    try:
        written = [_write_script(place.script, script), *_add_start_line(place)]
    except OSError as error:
        raise convert_os_error(error) from error
    for line in written:
        click.echo(line)
    click.echo(f"open a new {name} to use it")
    return ANSWERED


def locate_script(shell: str) -> Place:
    """Return where a shell looks for the script: in the user's folders alone."""
    home = Path.home()
    data = _find_folder("XDG_DATA_HOME", home / ".local" / "share")
    if shell == "fish":
        config = _find_folder("XDG_CONFIG_HOME", home / ".config")
        return Place(config / "fish" / "completions" / "rag.fish")
    if shell == "zsh":
        script = data / "zsh" / "site-functions" / "_rag"
        start_file = _find_folder("ZDOTDIR", home) / ".zshrc"
        load = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }"
        return Place(script, start_file, f"{load}; source {_quote(script)}")
    script = data / "bash-completion" / "completions" / "rag"
    if any(Path(path).exists() for path in BASH_COMPLETION):
        return Place(script)
    return Place(script, home / ".bashrc", f"source {_quote(script)}")


def _guess_shell() -> str:
    """Return the shell that $SHELL names. Raises UsageError where it is none of the three."""
    name = Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise UsageError("which shell?", hint="rag completion bash, zsh or fish")
    return name


def _find_folder(variable: str, usual: Path) -> Path:
    value = os.environ.get(variable, "")
    return Path(value) if value else usual


def _quote(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def _write_script(path: Path, script: str) -> str:
    """Write the script, and return what was done. Raises UsageError for a file that is not ours."""
    from rag.files import write_atomically

    # The first line stays first: zsh reads there what the file completes.
    first, _, rest = script.partition("\n")
    text = f"{first}\n{MARK}\n{rest}\n"
    if path.is_symlink() or path.exists():
        old = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        if path.is_symlink() or MARK not in old:
            raise UsageError(
                f"{path} is there already, and rag did not write it",
                hint="move it out of the way, or print the script without --install",
            )
        if old == text:
            return f"up to date: {path}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode(), follow_links=False)
    return f"written: {path}"


def _add_start_line(place: Place) -> list[str]:
    """Add the line to the file that the shell reads at its start, unless it is there."""
    path = place.start_file
    if path is None:
        return []
    old = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if place.start_line in old.splitlines():
        return [f"up to date: {path}"]
    separator = "\n" if old and not old.endswith("\n") else ""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{separator}{MARK}\n{place.start_line}\n")
    return [f"a line added to {path}: {place.start_line}"]
