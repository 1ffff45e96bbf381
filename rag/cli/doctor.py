"""``rag doctor``: what is wrong, and the command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rag.cli.config import list_origins
from rag.cli.flags import BUILD_FLAGS, add_flags
from rag.errors import ANSWERED

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.pipeline import Finding


@click.command()
@add_flags(*BUILD_FLAGS)
@click.pass_obj
def doctor(invocation: Invocation, /, **options: object) -> int:
    """What is wrong, and the command that mends it.

    Reads every byte of the index and every article. Exit 0 when nothing is wrong, 5 when the index
    cannot be used, else 1.
    """
    from rag.pipeline import diagnose
    from rag.show import findings_page

    settings = invocation.load_settings(options)
    findings = list(diagnose(settings))
    exit_code = max((finding.exit_code for finding in findings), default=ANSWERED)
    invocation.print_result(
        lambda: {
            "schema": 1,
            "status": "done",
            "healthy": exit_code == ANSWERED,
            "findings": [_make_object(finding) for finding in findings],
            "settings": list_origins(settings),
            "error": None,
        },
        lambda: findings_page(findings, settings.describe()),
    )
    return exit_code


def _make_object(finding: Finding) -> dict[str, object]:
    """Return what ``--json`` prints of a finding; the exit code is that of the command."""
    value = finding._asdict()
    del value["exit_code"]
    return value
