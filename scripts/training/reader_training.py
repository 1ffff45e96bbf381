"""The training of the reader: until a given second, from where it stopped, with its measures at the end."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.e5_wheel import widen
from training.reader_batches import PADDING, Batch, Maker, collate, stream
from training.reader_net import EXITS, ReaderNet, Scores, compute_loss, join, score

SHIPPED = "shipped.npz"  # weights of a reader that is trained on
LOWER_WEIGHT = 0.35  # of the loss after each lower exit
TAUGHT = 0.5  # of a lower exit's divergence from the last one
WARM = 0.03  # of the time, in which the rate rises
ROUNDED = (
    0.7  # of the time, after which it computes with rounded weights and states, as what ships does
)
HEAD_RATE = 8.0  # times the rate of the layers
PARTS = 4  # of a batch, each of windows of about one length
MEASURED = (
    "press",
    "news",
    "piaf",
    "clapnq",
    "xquad-fr-",
    "xquad-en-",
    "xquad-es-en",
    "xquad-de-en",
    "xquad-ar-en",
)
CHOSEN = 4  # windows that go on to the upper layers, when measuring both heights


class Stream(torch.utils.data.IterableDataset):  # type: ignore[type-arg]
    """Batches, of another seed in each process."""

    def __init__(self, path: Path, questions: int, seed: int) -> None:
        self.path, self.questions, self.seed = path, questions, seed

    def __iter__(self) -> Iterator[Any]:
        worker = torch.utils.data.get_worker_info()
        seed = self.seed * 1000 + (worker.id if worker else 0)
        for batch in stream(self.path, self.questions, seed):
            yield to_tensors(batch)


def to_tensors(batch: Batch) -> tuple[Tensor, ...]:
    """The arrays of a batch."""
    return tuple(
        torch.from_numpy(array)
        for array in (batch.ids, batch.sentence, batch.right, batch.count, batch.group, batch.value)
    )


def train_reader(options: argparse.Namespace) -> None:
    """Train, keep what is learned, measure."""
    started = time.time()
    torch.manual_seed(5)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    save = options.save or options.work
    with np.load(options.work / "start.npz") as file:
        start = {name: file[name] for name in file.files}
    words = torch.tensor(widen(start.pop("words"))).to(device)
    net = ReaderNet()
    if (options.work / SHIPPED).is_file():
        with np.load(options.work / SHIPPED) as file:
            net.load_state_dict({name: torch.tensor(file[name]) for name in file.files})
    else:
        net.load_wheel(start)
    net.to(device)
    net.freeze(options.frozen)
    net.half_states = device.type == "cuda" or options.half
    heads = [each for each in net.heads.parameters() if each.requires_grad]
    body = [
        each
        for name, each in net.named_parameters()
        if not name.startswith("heads") and each.requires_grad
    ]
    optimiser = torch.optim.AdamW(
        [{"params": body, "times": 1.0}, {"params": heads, "times": HEAD_RATE}],
        lr=options.rate, weight_decay=0.01, fused=device.type == "cuda",
    )  # fmt: skip
    state = options.work / "state.pt"
    step, spent = 0, 0.0
    if options.resume and state.is_file():
        kept = torch.load(state, map_location=device, weights_only=True)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
    loader = iter(torch.utils.data.DataLoader(
        Stream(options.work / "reader.npz", options.questions, 1 + step), batch_size=None, num_workers=options.workers,
        pin_memory=device.type == "cuda", prefetch_factor=6 if options.workers else None,
    ))  # fmt: skip
    net.train()
    net.dropped = options.dropout
    clock, losses, windows, saved, waited = time.time(), [], 0, time.time(), 0.0
    while step < options.steps:
        now = spent + time.time() - clock
        done = max(now / options.seconds, step / options.steps)
        if done >= 1:
            break
        net.rounded = done > ROUNDED
        share = min(1.0, done / WARM) * max(0.02, 1 - done)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * group["times"] * share
        asked = time.time()
        given = next(loader)
        waited += time.time() - asked
        batch = [each.to(device, non_blocking=True) for each in given]
        loss = _step(net, words, batch, _part(given[0]))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step, windows = step + 1, windows + len(batch[0])
        losses.append(loss.detach())
        if step % (100 if device.type == "cuda" else 5) == 0:
            mean = float(torch.stack(losses).mean())
            memory = torch.cuda.max_memory_allocated() / 1e9 if device.type == "cuda" else 0
            speed = windows / (time.time() - clock)
            print(
                f"step {step} {now:.0f} s loss {mean:.3f} {speed:.0f} windows/s, waited {waited:.0f} s, {memory:.1f} GB",
                flush=True,
            )
            losses = []
        if time.time() - saved > options.checkpoint:
            saved = time.time()
            write_weights(net, save)
            torch.save(
                {
                    "net": net.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "spent": now,
                },
                state,
            )
    write_weights(net, save)
    torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "spent": spent + time.time() - clock}, state)  # fmt: skip
    del loader
    print(f"trained {step} steps, {windows} windows, {time.time() - started:.0f} s", flush=True)
    net.rounded = True
    measure(net, words, options, device)
    print(f"measured after {time.time() - started:.0f} s", flush=True)


def _part(ids: Tensor) -> list[tuple[int, int, int]]:
    """Return where each part of a batch begins and ends, and the length of its longest window."""
    lengths = (ids != PADDING).sum(1)
    bounds = [len(ids) * part // PARTS for part in range(PARTS + 1)]
    return [
        (begin, end, -(-int(lengths[begin:end].max()) // 16) * 16)
        for begin, end in pairwise(bounds)
        if end > begin
    ]


def _step(
    net: ReaderNet,
    words: Tensor,
    batch: list[Tensor],
    parts: list[tuple[int, int, int]],
) -> Tensor:
    """The loss of one batch, whose windows are in order of length and go through the layers in parts of about one length."""
    ids, sentence, right, count, group, value = batch
    exits = net.exits
    found: list[list[Scores]] = [[] for _ in exits]
    for begin, end, width in parts:
        own = sentence[begin:end, :width]
        outputs = net(words, ids[begin:end, :width].long(), exits)
        for scores, tokens in zip(found, outputs, strict=True):
            scores.append(score(tokens, own, count[begin:end]))
    loss, log = compute_loss(join(found[-1], value), right, group, value)
    taught = log.detach().exp()
    for scores in found[:-1]:
        lower, own = compute_loss(join(scores, value), right, group, value)
        apart = functional.kl_div(own.clamp(min=-30), taught, reduction="none").sum(1).mean()
        loss = loss + LOWER_WEIGHT * lower + TAUGHT * LOWER_WEIGHT * apart
    return loss


def write_weights(net: ReaderNet, folder: Path, parts: int = 4) -> None:
    """Write all weights in 16 bits, in some files."""
    named = list(net.state_dict().items())
    size = sum(value.numel() for _, value in named) // parts + 1
    groups: list[dict[str, Any]] = [{} for _ in range(parts)]
    seen = 0
    for name, value in named:
        groups[seen // size][name] = value.detach().half().cpu().numpy()
        seen += value.numel()
    for number, group in enumerate(groups):
        np.savez(folder / f"weights{number}.npz", **group)


def read_weights(folder: Path) -> dict[str, Any]:
    """Return what ``write_weights`` wrote, as float32."""
    weights = {}
    for path in sorted(folder.glob("weights*.npz")):
        with np.load(path) as file:
            weights |= {name: file[name].astype(np.float32) for name in file.files}
    return weights


@torch.no_grad()
def predict(
    net: ReaderNet, words: Tensor, windows: list[Any], device: torch.device
) -> list[list[Any]]:
    """Return for each exit the margins (sentence less none) of each window."""
    found: list[list[Any]] = [[None] * len(windows) for _ in EXITS]
    order = sorted(range(len(windows)), key=lambda at: sum(map(len, windows[at].sentences)))
    net.eval()
    for begin in range(0, len(order), 256):
        places = order[begin : begin + 256]
        batch = to_tensors(collate([windows[at] for at in places], 16))
        ids, sentence, _, count, _, _ = (each.to(device) for each in batch)
        outputs = net(words, ids.long())
        for at, tokens in enumerate(outputs):
            scores: Scores = score(tokens, sentence, count)
            margins = (scores.sentences - scores.none[:, None]).float().cpu().numpy()
            for row, place in enumerate(places):
                found[at][place] = margins[row, : int(count[row])]
    return found


def measure(
    net: ReaderNet, words: Tensor, options: argparse.Namespace, device: torch.device
) -> None:
    """Print what the held-out questions show, after each exit, and for the lowest ones followed by the last."""
    maker = Maker(options.work / "reader.npz")
    lines: list[dict[str, Any]] = []
    for source in maker.sources:
        rows = maker.held(source) if source.startswith(MEASURED) else []
        rows = rows[:: max(1, len(rows) // options.measure)][: options.measure]
        if not rows:
            continue
        asked = [maker.candidates(row) for row in rows]
        gone = [maker.candidates(row, without=True) for row in rows]
        flat = [window for windows in (*asked, *gone) for window in windows]
        found = predict(net, words, flat, device)
        names = [str(number) for number in EXITS] + [f"{low}+12" for low in EXITS[:-1]]
        for name in names:
            cut = iter(_combine(found, name, [len(w) for w in (*asked, *gone)]))
            whole = [next(cut) for _ in asked]
            less = [next(cut) for _ in gone]
            line = {"source": source, "exit": name, **summarise(asked, whole, less)}
            lines.append(line)
            print(
                " ".join(
                    f"{key} {value:.3f}" if isinstance(value, float) else f"{value}"
                    for key, value in line.items()
                ),
                flush=True,
            )
    (options.save or options.work).joinpath("measures.json").write_text(json.dumps(lines))


def _combine(found: list[list[Any]], name: str, sizes: list[int]) -> Iterator[list[Any]]:
    """The margins of each question's windows: of one exit, or of the last one for those that a lower one finds best."""
    at = 0
    low = EXITS.index(int(name.split("+")[0]))
    for size in sizes:
        own = found[low][at : at + size]
        if "+" in name:
            best = sorted(range(size), key=lambda k: -max(own[k], default=-99))[:CHOSEN]
            own = [
                found[-1][at + k] if k in best else found[-1][at + k] * 0 - 99 for k in range(size)
            ]
        yield own
        at += size


def summarise(
    asked: list[list[Any]], whole: list[list[Any]], less: list[list[Any]]
) -> dict[str, Any]:
    """Best sentence right, one of three right; what is refused of unanswerable and of answerable ones where both errors weigh alike."""
    first, three, best, wrong, gone, reach = [], [], [], [], [], []
    for windows, margins, without in zip(asked, whole, less, strict=True):
        flat = [
            (score, k in window.right)
            for window, own in zip(windows, margins, strict=True)
            for k, score in enumerate(own)
        ]
        flat.sort(key=lambda pair: -pair[0])
        top = flat[0][0] if flat else -99.0
        if any(window.right for window in windows):
            first.append(flat[0][1])
            three.append(any(right for _, right in flat[:3]))
            best.append(top)
            gone.append(max((score for own in without for score in own), default=-99.0))
            reach.append(True)
        else:
            wrong.append(top)
    summary: dict[str, Any] = {"n": len(first), "none": len(wrong)}
    if first:
        summary |= {"first": float(np.mean(first)), "three": float(np.mean(three))}
        summary |= {f"gone_{key}": value for key, value in divide(best, gone).items()}
    if wrong and best:
        summary |= {f"near_{key}": value for key, value in divide(best, wrong).items()}
    return summary


def divide(yes: list[float], no: list[float]) -> dict[str, float]:
    """AUC, refused share of ``no`` where at most 8 % of ``yes`` are refused, and balanced accuracy at a threshold of 0."""
    good, bad = np.array(yes), np.array(no)
    auc = float((good[:, None] > bad[None]).mean())
    threshold = np.quantile(good, 0.08)
    return {
        "auc": auc, "refused_at_8": float((bad < threshold).mean()),
        "balanced_at_0": float(((good > 0).mean() + (bad <= 0).mean()) / 2),
    }  # fmt: skip
