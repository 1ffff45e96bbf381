"""One run of the command. What goes wrong ends here: message, way out, exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from rag.cli.app import app
from rag.cli.invocation import Invocation
from rag.cli.repl import is_on_terminal
from rag.cli.route import route
from rag.errors import RagError, UsageError, convert_unforeseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

UNFORESEEN_HINT = "rag doctor says what is wrong with the index, -v where this happened"
BROKEN_PIPE = 141  # what a shell reports of a program that SIGPIPE ended: 128 + 13


class Interrupted(RagError):
    """The user pressed Ctrl-C."""

    exit_code = 130  # 128 + SIGINT, as shells report it


class Terminated(RagError):
    """The system asked the program to end."""

    exit_code = 143  # 128 + SIGTERM, as shells report it


class _Sigterm(KeyboardInterrupt):
    """SIGTERM, on its way up through everything that cleans up behind itself."""


def run_command(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    ``argv``: the arguments without the program's name; by default those of the process.
    """
    # numpy's threads wait for one another longer than a question takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = [_repair_argument(word) for word in (sys.argv[1:] if argv is None else argv)]
    invocation = Invocation.from_arguments(arguments)
    with _raise_on_sigterm(), _open_closed_streams():
        try:
            return _run(arguments, invocation)
        except BrokenPipeError:
            _discard_stdout()
            return BROKEN_PIPE
        except RagError as error:
            return _report(invocation, invocation.complete_hint(error))


def _run(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run a command and return its exit code; whatever goes wrong is raised as a RagError.

    The last handler is here: nobody sees a traceback, and under ``--json`` there is always an
    object. BrokenPipeError alone is passed on as it is: nobody is left to read a message.
    """
    try:
        exit_code = _dispatch(arguments, invocation)
        sys.stdout.flush()
        return exit_code
    except click.UsageError as error:
        raise UsageError(error.format_message(), hint=_suggest_way_out(error)) from error
    except _Sigterm as signalled:
        raise Terminated("terminated") from signalled
    except (KeyboardInterrupt, click.Abort) as signalled:
        raise Interrupted("interrupted") from signalled
    except (BrokenPipeError, RagError):
        raise
    except Exception as error:
        raise convert_unforeseen(error, hint=UNFORESEEN_HINT) from error


def _dispatch(arguments: Sequence[str], invocation: Invocation) -> int:
    """Call what the command line asks for: completion for a shell, help, or a command."""
    instruction = os.environ.get("_RAG_COMPLETE")
    if instruction:
        from rag.cli.shells import answer_shell

        return answer_shell(app, instruction)
    if not arguments and not is_on_terminal():
        context = click.Context(app, info_name="rag", **app.context_settings)
        click.echo(app.get_help(context), err=True)
        return UsageError.exit_code
    try:
        words = route(arguments, app, on_terminal=is_on_terminal())
        with app.make_context("rag", words, obj=invocation) as context:
            return int(app.invoke(context) or 0)
    except click.exceptions.Exit as exit_request:  # of --help and --version
        return exit_request.exit_code


def _suggest_way_out(error: click.UsageError) -> str:
    """Return what someone may have meant whose command line is wrong."""
    command = error.ctx.command_path if error.ctx else "rag"
    if isinstance(error, click.NoSuchOption) and command in ("rag ask", "rag search"):
        return f"{command} --help lists the options; put -- before a question that begins with -"
    return (
        f"{command} --help says how; to ask a question, put it in quotes or write rag ask before it"
    )


def _report(invocation: Invocation, error: RagError) -> int:
    """Write an error on stderr, and as an object under ``--json``; return its exit code."""
    with contextlib.suppress(OSError):
        invocation.write_error(error)
    try:
        invocation.print_error_object(error)
        sys.stdout.flush()
    except OSError:
        _discard_stdout()
    return error.exit_code


def _repair_argument(argument: str) -> str:
    """Return an argument without the half characters that stand for bytes which are not UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _discard_stdout() -> None:
    """Send what is left in stdout's buffer nowhere: the interpreter would complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def _open_closed_streams() -> Iterator[None]:
    """Put an open stream in the place of stdout or stderr where the shell closed it (``>&-``)."""
    with contextlib.ExitStack() as stack:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
                setattr(sys, name, stack.enter_context(nowhere))
        yield


@contextlib.contextmanager
def _raise_on_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that temporary files go and the message is seen.

    Afterwards the handler is what it was before.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        raise _Sigterm

    try:
        previous_handler = signal.signal(signal.SIGTERM, handle)
    except ValueError:  # only the main thread may set handlers
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous_handler)
