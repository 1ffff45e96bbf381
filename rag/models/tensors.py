"""The arrays of a safetensors file, memory-mapped: only what is touched is read."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_AGAIN = "Install the package again, or train the model again with scripts/train_model.py."
_TYPES = {"F32": "<f4", "F16": "<f2", "U32": "<u4", "U16": "<u2", "U8": "u1"}


class Tensors:
    """The tensors of a file, by name: 8 bytes header length, a JSON header that gives their places, then their bytes.

    Raises ModelError when the file cannot be read, or does not hold what is asked for.
    """

    def __init__(self, path: Path) -> None:
        import numpy as np

        self._path = path
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(8), "little")
                if size > path.stat().st_size:
                    raise ValueError("it is cut short")
                self.header = file.read(size)
            self._tensors: dict[str, Any] = json.loads(self.header)
            self._tensors.pop("__metadata__", None)
            self._bytes = np.memmap(path, np.uint8, mode="r").view(np.ndarray)[
                8 + size :
            ]  # a plain array is quicker to slice
            _check(self._tensors, len(self._bytes))
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            OverflowError,
            RecursionError,
        ) as error:
            raise ModelError(
                f"The model file {path} cannot be read: {error}", hint=_AGAIN
            ) from error

    def __contains__(self, name: object) -> bool:
        return name in self._tensors

    def names(self) -> list[str]:
        """What the file holds."""
        return list(self._tensors)

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._tensors:
            raise ModelError(f"The model file {self._path} holds no {name}", hint=_AGAIN)
        about = self._tensors[name]
        start, end = about["data_offsets"]
        return self._bytes[start:end].view(_TYPES[about["dtype"]]).reshape(about["shape"])


def _check(tensors: dict[str, Any], size: int) -> None:
    """ValueError for a tensor that does not lie in the file as its shape says."""
    import numpy as np

    for name, about in tensors.items():
        (start, end), shape = about["data_offsets"], about["shape"]
        if not isinstance(shape, list) or not all(
            type(number) is int and 0 <= number < 1 << 40 for number in (start, end, *shape)
        ):
            raise ValueError(f"{name} has no place")
        wanted = math.prod(shape) * np.dtype(_TYPES[about["dtype"]]).itemsize
        if start > end or end > size or end - start != wanted:
            raise ValueError(f"{name} is cut short")
