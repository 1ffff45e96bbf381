"""The weights of a reader that ships, to train it on: what ``reader_export`` wrote, read back from its graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from training.reader_export import LOWER
from training.reader_net import EXITS, LAYERS, WIDTH

Array = np.ndarray[Any, np.dtype[Any]]


def read_shipped(folder: Path) -> dict[str, Array]:
    """Return the state of a ``ReaderNet``; weights are as rounded as they ship.

    Heads that do not ship begin as the one above them that does.
    """
    positions = np.load(folder / "positions.npy").astype(np.float32)
    state = {"positions": positions, "kind": np.zeros(WIDTH, np.float32)}  # shipped as their sum
    for name, begin, end in (("lower", 0, LOWER), ("upper", LOWER, LAYERS)):
        graph = onnx.load(str(folder / f"{name}.onnx")).graph
        values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        inputs: dict[str, list[list[Array]]] = {}
        for node in graph.node:
            given = [values[name] for name in node.input if name in values]
            inputs.setdefault(node.op_type, []).append(given)
        products, norms = (
            iter(inputs["MatMulIntegerToFloat"]),
            iter(inputs["SkipLayerNormalization"]),
        )
        for number in range(begin, end):
            for part in ("qkv", "out", "up", "down"):
                rounded, scale, _, bias = next(products)
                state[f"layers.{number}.{part}.weight"] = (rounded * scale).T.astype(np.float32)
                state[f"layers.{number}.{part}.bias"] = bias
            for part in ("norm1", "norm2"):
                _name_pair(state, f"layers.{number}.{part}", next(norms))
        for norm in inputs.get("LayerNormalization", []):
            _name_pair(state, "norm", norm)
        head = [inputs["MatMul"][0][0].T, inputs["Add"][0][0]]
        for at, exit_layer in enumerate(EXITS):
            if begin < exit_layer <= end:
                _name_pair(state, f"heads.{at}", head)
    return {name: np.ascontiguousarray(value) for name, value in state.items()}


def _name_pair(state: dict[str, Array], name: str, pair: list[Array]) -> None:
    state[f"{name}.weight"], state[f"{name}.bias"] = pair
