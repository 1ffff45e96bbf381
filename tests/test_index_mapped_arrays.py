"""Arrays in files: written as NumPy writes them, and never cut short without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.index.mapped_arrays import save_array

ARRAYS = [
    np.arange(7, dtype=np.int32),
    np.empty((0, 2), np.int64),
    np.arange(12, dtype=np.uint16).reshape(3, 4)[:, ::2],
    np.array([], np.uint8),
]
# Bytes of an array that is written into a file system where so many bytes less find room.
WRITE = """
import io, resource, signal, sys
from pathlib import Path
import numpy as np
from rag.errors import WriteError
from rag.index.mapped_arrays import save_array
from rag.index.vector_writing import VectorFile, build_vectors
path, missing = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
array = np.ones((50, 256), np.float16)
size = array.nbytes - missing
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    if path.suffix == ".npy":
        save_array(path, array.reshape(-1))
    else:
        waiting = VectorFile(io.BytesIO(), 256)
        waiting.add(array)
        build_vectors(path, waiting)
except (OSError, WriteError):
    sys.exit(7)
"""


@pytest.mark.parametrize("array", ARRAYS)
def test_a_file_is_that_of_numpy(tmp_path: Path, array: np.ndarray) -> None:
    """Catches another header, another order of numbers, an empty array that cannot be written."""
    save_array(tmp_path / "own.npy", array)
    np.save(tmp_path / "numpy.npy", np.ascontiguousarray(array))
    assert (tmp_path / "own.npy").read_bytes() == (tmp_path / "numpy.npy").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.parametrize("missing", [0, 100, 3000, 9000])
@pytest.mark.parametrize("name", ["a.npy", "vectors.faiss"])
def test_a_full_disk_is_told_to_the_last_byte(tmp_path: Path, name: str, missing: int) -> None:
    """Catches what NumPy and FAISS do: the end of a file waits in a buffer of C, and is lost
    without a word when the file is closed."""
    command = [sys.executable, "-c", WRITE, str(tmp_path / name), str(missing)]
    assert subprocess.run(command, check=False).returncode == 7
