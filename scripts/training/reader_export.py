"""The trained reader as it ships: two ONNX graphs in 8 bits, the word embeddings in 4, the tokenizer, and what they are.

The graphs are written node by node, with the fused operators of ONNX Runtime (``com.microsoft``). One window is read at a time,
without padding. Weights are rounded to 7 bits, each column by its own scale: processors without VNNI add two products of 8 bits
in 16, which would overflow.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.reader_net import (
    COLUMNS,
    EXITS,
    HEADS,
    LAYERS,
    SHIPPED_EXITS,
    WEIGHT_STEPS,
    WIDTH,
)
from training.reader_training import read_weights

LOWER = SHIPPED_EXITS[0]  # layers of the graph that reads every window
Array = np.ndarray[Any, np.dtype[Any]]
FUSED = "com.microsoft"


class Graph:
    """Nodes and constants in the order they are made."""

    def __init__(self, *, quantised: bool = True) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.quantised = quantised

    def constant(self, values: Array) -> str:
        """Return the name of a new constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(
        self, kind: str, inputs: list[str], outputs: int = 1, domain: str = "", **options: Any
    ) -> list[str]:
        """Return the names of what a new node gives."""
        names = [f"n{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **options))
        return names

    def linear(self, x: str, weight: Array, bias: Array) -> str:
        """``x @ weight.T + bias``, weights in 7 bits, ``x`` in 8 by its own range."""
        columns = weight.T.astype(np.float32)
        if not self.quantised:
            product = self.add("MatMul", [x, self.constant(columns)])
            return self.add("Add", [*product, self.constant(bias.astype(np.float32))])[0]
        scale = np.maximum(np.abs(columns).max(axis=0), 1e-8) / WEIGHT_STEPS
        rounded = np.rint(columns / scale).astype(np.int8)
        quantised, step, zero = self.add("DynamicQuantizeLinear", [x], 3)
        inputs = [
            quantised, self.constant(rounded), step, self.constant(scale.astype(np.float32)), zero,
            self.constant(np.zeros(len(scale), np.int8)), self.constant(bias.astype(np.float32)),
        ]  # fmt: skip
        return self.add("MatMulIntegerToFloat", inputs, domain=FUSED)[0]

    def normalise(self, x: str, other: str, weights: dict[str, Array], name: str) -> str:
        """Layer normalisation of a sum."""
        parts = [
            self.constant(weights[f"{name}.{part}"].astype(np.float32))
            for part in ("weight", "bias")
        ]
        return self.add("SkipLayerNormalization", [x, other, *parts], domain=FUSED, epsilon=1e-12)[
            0
        ]

    def layer(self, x: str, weights: dict[str, Array], number: int) -> str:
        """One transformer layer."""

        def linear(x: str, part: str) -> str:
            return self.linear(x, weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"])

        name = f"layers.{number}"
        parts = self.add(
            "Split", [linear(x, "qkv"), self.constant(np.array([WIDTH] * 3))], 3, axis=-1
        )
        seen = self.add("MultiHeadAttention", parts, domain=FUSED, num_heads=HEADS)[0]
        x = self.normalise(linear(seen, "out"), x, weights, f"{name}.norm1")
        inner = self.add("FastGelu", [linear(x, "up")], domain=FUSED)[0]
        return self.normalise(linear(inner, "down"), x, weights, f"{name}.norm2")

    def write(self, path: Path, outputs: list[tuple[str, int]]) -> None:
        """Save the graph, whose input is ``x``."""
        given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "tokens", WIDTH])]
        made = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", size])
            for name, size in outputs
        ]
        graph = helper.make_graph(self.nodes, "reader", given, made, self.constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="rag")
        onnx.save(model, str(path))


def write_graphs(
    weights: dict[str, Array], out: Path, *, lower: int = LOWER, quantised: bool = True
) -> None:
    """Write ``lower.onnx``: embeddings into hidden states and scores; ``upper.onnx``: hidden states into scores."""
    graph = Graph(quantised=quantised)
    parts = [
        graph.constant(weights[f"norm.{part}"].astype(np.float32)) for part in ("weight", "bias")
    ]
    x = graph.add("LayerNormalization", ["x", *parts], axis=-1, epsilon=1e-12)[0]
    for begin, end, name in ((0, lower, "lower"), (lower, LAYERS, "upper")):
        if begin:
            graph, x = Graph(quantised=quantised), "x"
        for number in range(begin, end):
            x = graph.layer(x, weights, number)
        head = EXITS.index(end)
        weight, bias = (
            weights[f"heads.{head}.{part}"].astype(np.float32) for part in ("weight", "bias")
        )
        product = graph.add("MatMul", [x, graph.constant(weight.T)])
        scores = graph.add("Add", [*product, graph.constant(bias)])[0]
        outputs = [(scores, COLUMNS)] if begin else [(scores, COLUMNS), (x, WIDTH)]
        graph.write(out / f"{name}.onnx", outputs)


def export_reader(work: Path, out: Path) -> None:
    """Write all files but the card."""
    out.mkdir(parents=True, exist_ok=True)
    weights = read_weights(work)
    write_graphs(weights, out)
    with np.load(work / "start.npz") as start:
        np.save(out / "words.npy", start["words"])
    places = (weights["positions"] + weights["kind"]).astype(np.float16)
    np.save(out / "positions.npy", places)
    shutil.copy(work / "tokenizer.json", out / "tokenizer.json")
    about = {"format": 1, "layers": [LOWER, LAYERS], "width": WIDTH, "window": 320}
    (out / "reader.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in out.iterdir())
    print(f"{size / 1e6:.1f} MB in {out}")
