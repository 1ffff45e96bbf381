"""Print the bytes of packages and of all that they require, as installed in this environment.

python count_packages.py NAME …

What a package asks for only with an extra is not counted, nor what is not installed.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable


def read_required(names: Iterable[str]) -> dict[str, importlib.metadata.Distribution]:
    """Return the packages, and those that they require, by their names."""
    seen: dict[str, importlib.metadata.Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        try:
            seen[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for line in seen[name].requires or ():
            wanted = re.match(r"[\w.-]+", line)
            if wanted and "extra ==" not in line:
                waiting.append(wanted[0])
    return seen


def count_bytes(package: importlib.metadata.Distribution) -> int:
    """Return the bytes of the files of a package, without what Python compiled."""
    paths = (file.locate() for file in package.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())


if __name__ == "__main__":
    print(sum(count_bytes(package) for package in read_required(sys.argv[1:]).values()))
