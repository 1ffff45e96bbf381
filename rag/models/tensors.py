"""The arrays of a safetensors file, memory-mapped: only what is touched is read.

The format is documented at https://huggingface.co/docs/safetensors. Whatever a damaged file says is
checked here, before the first array is used: no caller has to.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_AGAIN = "Install the package again, or train the model again with scripts/train_model.py."
# What the format calls a type, and what numpy does.
_TYPES = {"F32": "<f4", "F16": "<f2", "U32": "<u4", "U16": "<u2", "U8": "u1"}
_LENGTH_BYTES = 8  # of the number that says how long the header is
_MAX_NUMBER = 1 << 40  # no offset or side of an array is larger; keeps products from being huge


class Tensors:
    """The tensors of a file, by name.

    The file is 8 bytes that tell the length of the header, the header, JSON with the place of each
    tensor, and their bytes.

    Raises ModelError when the file cannot be read, or does not hold the tensor that is looked up.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._open(path)
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

    def _open(self, path: Path) -> None:
        """Read the header, map the rest, and check that each tensor lies in it."""
        import numpy as np

        with path.open("rb") as file:
            length_bytes = file.read(_LENGTH_BYTES)
            header_length = int.from_bytes(length_bytes, "little")
            # A damaged file must not make us ask for all memory.
            file_size = path.stat().st_size
            if header_length > file_size:
                raise ValueError("it is cut short")
            self.header = file.read(header_length)
        self._tensors: dict[str, Any] = json.loads(self.header)
        # Free text that the format allows, and no tensor.
        self._tensors.pop("__metadata__", None)
        mapped_file = np.memmap(path, np.uint8, mode="r")
        # A view of it as a plain array is quicker to slice.
        mapped_bytes = mapped_file.view(np.ndarray)
        header_end = _LENGTH_BYTES + header_length
        self._bytes = mapped_bytes[header_end:]
        # Now, not at the first question: an entry that leads out of the file ends the process.
        for name, entry in self._tensors.items():
            _check_entry(name, entry, len(self._bytes))

    def __contains__(self, name: object) -> bool:
        return name in self._tensors

    def names(self) -> list[str]:
        """Return the names of the tensors."""
        return list(self._tensors)

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._tensors:
            raise ModelError(f"The model file {self._path} holds no {name}", hint=_AGAIN)
        entry = self._tensors[name]
        start, end = entry["data_offsets"]
        shape = entry["shape"]
        type_name = _TYPES[entry["dtype"]]
        # A view of the file, not a copy: nothing is read yet.
        tensor_bytes = self._bytes[start:end]
        values = tensor_bytes.view(type_name)
        return values.reshape(shape)


def _check_entry(name: str, entry: Any, file_size: int) -> None:  # noqa: ANN401 - any JSON
    """Raise ValueError for a tensor that does not lie in the file as its shape says.

    An entry of quite another form raises KeyError, TypeError or AttributeError.
    """
    import numpy as np

    start, end = entry["data_offsets"]
    shape = entry["shape"]
    if not isinstance(shape, list):
        raise ValueError(f"{name} has no place")
    sizes = [start, end, *shape]
    if not all(map(_is_size, sizes)):
        raise ValueError(f"{name} has no place")
    type_name = _TYPES[entry["dtype"]]
    item_size = np.dtype(type_name).itemsize
    expected_size = math.prod(shape) * item_size
    # The one place where a wrong file could make us read beyond its end.
    if start > end or end > file_size:
        raise ValueError(f"{name} is cut short")
    if end - start != expected_size:
        raise ValueError(f"{name} is cut short")


def _is_size(number: object) -> bool:
    """Return whether a value of the header can be an offset or a side; True and 1.0 cannot."""
    if type(number) is not int:
        return False
    return 0 <= number < _MAX_NUMBER
