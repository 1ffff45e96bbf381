"""Whose a folder is: what another user put there is not followed by itself.

Anybody may make a folder called seeds/ or a rag.toml in a place that many write to, such as /tmp,
and everyone who works below it would follow them. git had that hole (CVE-2022-24765) and closes it
in the same way: what is met on the way upwards has to belong to who is asking.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":

    def find_foreign(*paths: Path) -> Path | None:
        """Return None: Windows keeps who may write where in lists that are not read here."""
        return None

    def name_owner(path: Path) -> str:
        """Return nothing: see ``find_foreign``."""
        return ""
else:

    def find_foreign(*paths: Path) -> Path | None:
        """Return the first of the paths that is not the caller's, or cannot be looked at, or None.

        Of a link, both it and what it leads to have to be the caller's. Root owns what is root's
        alone: a folder of somebody else is as strange to root as to anyone.
        """
        caller = os.geteuid()
        for path in paths:
            try:
                owners = {path.lstat().st_uid, path.stat().st_uid}
            except OSError:
                return path
            if owners != {caller}:
                return path
        return None

    def name_owner(path: Path) -> str:
        """Return the name of the user whom a path belongs to, or the number where it has none."""
        import pwd  # only when something is wrong

        try:
            owner = path.lstat().st_uid
        except OSError:
            return "unknown"
        # Of a link of the caller's own it is the other end that is somebody else's.
        if owner == os.geteuid():
            owner = path.stat().st_uid
        try:
            return pwd.getpwuid(owner).pw_name
        except KeyError:
            return f"user {owner}"
