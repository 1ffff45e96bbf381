"""The memory-mapped reader against the library that writes the format, and whatever else a file may
hold."""

from __future__ import annotations

import json
import mmap
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import save_file

from rag.errors import ModelError
from rag.models.tensors import Tensors

DTYPES = {"F16": np.float16, "U32": np.uint32, "U16": np.uint16, "U8": np.uint8}
SHAPES = st.lists(st.integers(0, 5), min_size=0, max_size=3).map(tuple)
SOME = {
    "a": np.arange(6, dtype=np.uint16).reshape(2, 3),
    "b": np.array([1.5, -2.0], np.float16),
    "c": np.array([7], np.uint8),
}


def packed(header: object, data: bytes = b"\0" * 64, *, length: int | None = None) -> bytes:
    """A file with this header, and, when told, with a wrong word about its length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(**changes: object) -> dict[str, object]:
    """A header that says one right thing, but for the changes."""
    return {"t": {"dtype": "U16", "shape": [2, 3], "data_offsets": [0, 12]} | changes}


def touched(path: Path) -> dict[str, np.ndarray]:
    """Every array of a file, copied: reading beyond the file would show."""
    tensors = Tensors(path)
    return {name: np.array(tensors[name]) for name in tensors.names()}


def mapped(array: np.ndarray) -> bool:
    """Is it a view, perhaps of a view, of a memory-mapped file?"""
    base: object = array
    while base is not None and not isinstance(base, np.memmap | mmap.mmap):
        base = getattr(base, "base", None)
    return base is not None


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@given(data=st.data())
def test_what_safetensors_writes_is_read(
    dtype: type, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Catches offsets counted from the file's start, rows and columns swapped, a dtype of another
    width or sign."""
    names = st.text(st.characters(exclude_categories=("Cs",)), max_size=5).filter(
        lambda name: name != "__metadata__"
    )
    written = {"last": np.ones(3, dtype)} | data.draw(
        st.dictionaries(names, SHAPES.flatmap(lambda s: arrays(dtype, s)), max_size=4)
    )
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    save_file(written, path, metadata={"about": "no tensor"})
    tensors = Tensors(path)
    assert sorted(tensors.names()) == sorted(written)
    assert "__metadata__" not in tensors
    for name, array in written.items():
        assert name in tensors
        assert (tensors[name].dtype, tensors[name].shape) == (array.dtype, array.shape)
        assert tensors[name].tobytes() == array.tobytes()


def test_dtypes_stand_side_by_side(tmp_path: Path) -> None:
    """Catches an array read with its neighbour's dtype, also where it starts at an odd byte."""
    odd = packed(
        {
            "a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
            "b": entry(data_offsets=[1, 13])["t"],
        },
        bytes(range(13)),
    )
    (tmp_path / "odd").write_bytes(odd)
    save_file(SOME, tmp_path / "even")
    assert touched(tmp_path / "odd")["b"].tolist() == [
        [0x0201, 0x0403, 0x0605],
        [0x0807, 0x0A09, 0x0C0B],
    ]
    for name, array in touched(tmp_path / "even").items():
        np.testing.assert_array_equal(array, SOME[name])


def test_arrays_are_views_of_the_file_that_nobody_can_change(tmp_path: Path) -> None:
    """Catches a file that is read whole at start, and a caller who writes into what everybody
    shares."""
    save_file(SOME, tmp_path / "x")
    array = Tensors(tmp_path / "x")["a"]
    assert mapped(array)
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


def test_a_name_that_is_not_there_is_a_model_error(tmp_path: Path) -> None:
    """Catches None, or another tensor, in the place of what is missing."""
    save_file(SOME, tmp_path / "x")
    with pytest.raises(ModelError):
        Tensors(tmp_path / "x")["z"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08",
        b"\0" * 8,
        b"\xff" * 64,
        packed(b"{}x"),
        packed(b"\xff\xfe{}"),
        packed(b"[" * 100_000),
        *(
            packed(value)
            for value in (None, 1, "text", [], [1, 2], {"t": None}, {"t": 3}, {"t": []}, {"t": {}})
        ),
        packed(entry(), b"\0" * 11),
        packed(entry(), b""),
        *(
            packed(entry(), length=length)
            for length in (0, 1, 10**4, 1 << 31, 1 << 40, 1 << 62, (1 << 63) - 1, 1 << 63)
        ),
        *(
            packed(entry(dtype=dtype))
            for dtype in ("F64", "I16", "u16", "<u2", "", None, 3, [], {})
        ),
        *(
            packed(entry(shape=shape))
            for shape in ([6, 2], [5], [], None, "23", [[2], [3]], ["2", "3"], [None], 6)
        ),
        *(
            packed(entry(data_offsets=some))
            for some in ([-12, 0], [12, 0], [60, 72], [0, 10**30], [0], [0, 6, 12], None, 12, "ab")
        ),
    ],
    ids=lambda content: ascii(content[8:60]),
)
def test_whatever_else_a_file_holds_is_told(content: bytes, tmp_path: Path) -> None:
    """Catches a traceback, memory asked for because a damaged file says so, and an array that is
    not in the file."""
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ModelError) as failed:
        Tensors(tmp_path / "x")
    assert str(tmp_path / "x") in failed.value.message
    assert failed.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [2.0, 3.0]},
        {"shape": [-2, -3]},
        {"shape": [-1, -6]},
        {"shape": {}, "data_offsets": [0, 2]},
        {"shape": "", "data_offsets": [0, 2]},
        {"shape": [0, 1 << 70], "data_offsets": [0, 0]},
        {"data_offsets": [0.0, 12.0]},
    ],
    ids=str,
)
def test_sizes_that_are_no_sizes_are_told_before_anything_is_used(
    changes: dict[str, object], tmp_path: Path
) -> None:
    """Catches a header whose product fits although no array has that shape: the traceback comes
    with the first question."""
    (tmp_path / "x").write_bytes(packed(entry(**changes)))
    with pytest.raises(ModelError):
        Tensors(tmp_path / "x")


@pytest.mark.parametrize("path", ["absent", "."])
def test_a_file_that_is_none_is_told(path: str, tmp_path: Path) -> None:
    """Catches an OSError as a traceback."""
    with pytest.raises(ModelError):
        Tensors(tmp_path / path)


def test_a_file_cut_anywhere_is_told(tmp_path: Path) -> None:
    """Catches a copy that was interrupted and answers with zeros, or kills the process with a bus
    error."""
    save_file(SOME, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for end in range(len(whole)):
        (tmp_path / "x").write_bytes(whole[:end])
        with pytest.raises(ModelError):
            Tensors(tmp_path / "x")


@given(data=st.data())
def test_flipped_bytes_of_the_header_never_lead_out_of_the_file(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Catches any damage of the header that ends in a traceback, or in an array of other bytes than
    the file's."""
    path = tmp_path_factory.mktemp("flipped") / "x"
    save_file(SOME, path)
    content = bytearray(path.read_bytes())
    end = 8 + int.from_bytes(content[:8], "little")
    for place in data.draw(st.lists(st.integers(0, end - 1), min_size=1, max_size=3)):
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        found = touched(path)
    except ModelError:
        return
    assert sum(array.nbytes for array in found.values()) <= len(content) * len(found)
    assert all(array.tobytes() in bytes(content) for array in found.values())


NUMBERS = st.integers(-2, 13) | st.floats(-2, 13)
SCALARS = st.none() | st.booleans() | NUMBERS | st.sampled_from([*DTYPES, "x"])


def containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Lists and objects of such values."""
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)


@given(
    st.dictionaries(
        st.sampled_from(["dtype", "shape", "data_offsets"]),
        st.recursive(SCALARS, containers, max_leaves=4),
    )
)
def test_any_json_in_the_header_is_an_array_of_the_file_or_told(changes: dict[str, object]) -> None:
    """Catches what no list of bad headers thinks of."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(packed(entry(**changes), bytes(range(16))))
        try:
            found = touched(path)
        except ModelError as failed:
            assert re.search(r"\S", failed.hint)
        else:
            assert found["t"].tobytes() in bytes(range(16))
