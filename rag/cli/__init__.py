"""The command ``rag``: parse, call, show. Whatever goes wrong ends here, as a message, a way out and an exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from rag.cli.app import app
from rag.cli.invocation import Invocation
from rag.cli.repl import terminal
from rag.cli.route import route
from rag.errors import RagError, UsageError, convert_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

BROKEN_PIPE = 141  # what a shell reports of a program that SIGPIPE ended


class Interrupted(RagError):
    """The user pressed Ctrl-C."""

    exit_code = 130


class Terminated(RagError):
    """The system asked the program to end."""

    exit_code = 143


class _Sigterm(KeyboardInterrupt):
    """SIGTERM, on its way up through everything that cleans up behind itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``argv`` without the program's name, the process's own by default."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # numpy's threads wait for one another longer than a question takes
    words = [_text(word) for word in (sys.argv[1:] if argv is None else argv)]
    call = Invocation.of(words)
    with _sigterm(), contextlib.ExitStack() as stack:
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # the shell closed it
                setattr(sys, name, stack.enter_context(open(os.devnull, "w", encoding="utf-8")))  # noqa: PTH123
        try:
            return _run(words, call)
        except BrokenPipeError:
            _forget_stdout()
            return BROKEN_PIPE
        except RagError as error:
            return _fail(call, call.completed(error))


def _run(words: Sequence[str], call: Invocation) -> int:
    """Run a command; of what may go wrong, give everything that can be named its name."""
    try:
        if instruction := os.environ.get("_RAG_COMPLETE"):
            from click.shell_completion import shell_complete

            return shell_complete(app, {}, "rag", "_RAG_COMPLETE", instruction)
        if not words and not terminal():
            click.echo(
                app.get_help(click.Context(app, info_name="rag", **app.context_settings)), err=True
            )
            return UsageError.exit_code
        with app.make_context("rag", route(words, app, terminal=terminal()), obj=call) as context:
            code = app.invoke(context)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.Exit as done:
        sys.stdout.flush()
        return done.exit_code
    except click.UsageError as error:
        raise UsageError(error.format_message(), hint=_way_out(error)) from error
    except _Sigterm as signalled:
        raise Terminated("terminated") from signalled
    except (KeyboardInterrupt, click.Abort) as signalled:
        raise Interrupted("interrupted") from signalled
    except BrokenPipeError:
        raise
    except OSError as error:
        raise convert_os_error(error) from error


def _way_out(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "rag"
    if isinstance(error, click.NoSuchOption) and command in ("rag ask", "rag search"):
        return f"{command} --help lists the options; put -- before a question that begins with -"
    return (
        f"{command} --help says how; to ask a question, put it in quotes or write rag ask before it"
    )


def _fail(call: Invocation, error: RagError) -> int:
    """Say what went wrong on stderr, and as an object on stdout when ``--json`` asked for one."""
    with contextlib.suppress(OSError):
        call.complain(error)
    try:
        call.object_of(error)
        sys.stdout.flush()
    except OSError:
        _forget_stdout()
    return error.exit_code


def _text(word: str) -> str:
    """An argument without the half characters that stand for bytes which are not UTF-8."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _forget_stdout() -> None:
    """Send what is left in stdout's buffer nowhere, so that the interpreter does not complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def _sigterm() -> Iterator[None]:
    """SIGTERM as an exception, so that temporary files go and the message is seen; as before afterwards."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _Sigterm

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
