"""The cuda backend against `transformers.generate` behind the same program: calls and tokens a second, share of bandwidth.

    python -m bench.cuda -o docs/cuda.md              # on a machine with a GPU: about three minutes
    python -m bench.cuda --tiny --device cpu          # anywhere: shows that it runs; its figures mean nothing

Both write `--new` tokens of free text after each input, in bfloat16, behind the same states: pawc holds them once for
the batch, `generate` in every row's cache. Runs alternate and the median counts. Weights are random, in the shape of
the embedded interpreter (speed does not depend on what they are), so that nothing has to be fetched.

The bandwidth limit of a step is the time to read once all weights, the program's states, and the rows' own states, at
the rate that a large copy within the device's memory reaches (read and written bytes both counted).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import tokenizers
import torch
import transformers
from pawc.backends.cuda import check_gpu
from pawc.backends.cuda_graphs import GraphRecorder
from pawc.backends.static_machine import StaticReading
from pawc.backends.static_steps import StaticSteps
from pawc.backends.torch_machine import TorchLogits
from torch import Tensor
from transformers.cache_utils import DynamicCache

from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.transformers_ways import CACHE
from pawc.runtime.attention import NAME
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.tokenizer import Tokenizer

BEGIN, END = "<!-- measured by bench/cuda.py -->", "<!-- end -->"


@dataclass(frozen=True)
class Sizes:
    """A model's, and those of the task."""

    layers: int = 30
    width: int = 576
    inner: int = 1536
    heads: int = 9
    kv_heads: int = 3
    vocabulary: int = 49152
    states: int = 512
    input: int = 32
    new: int = 32


class Bench:
    """One model on one device, run in two ways."""

    def __init__(self, sizes: Sizes, device: str) -> None:
        self.sizes, self.device = sizes, torch.device(device)
        torch.manual_seed(0)
        dtype = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        make = transformers.AutoModelForCausalLM.from_config
        self.models: list[Any] = [make(_config(sizes)).to(self.device, dtype).eval() for _ in range(2)]
        self.models[1].load_state_dict(self.models[0].state_dict())
        shape = (sizes.layers, 2, sizes.kv_heads, sizes.states, sizes.width // sizes.heads)
        self.states = torch.randn(shape, device=self.device).to(dtype)
        self.models[0].set_attn_implementation(NAME)
        recorder = GraphRecorder() if self.device.type == "cuda" else None
        self.steps = StaticSteps(_interpreter(self.models[0], sizes), recorder, 8 << 30)

    def inputs(self, rows: int) -> list[list[int]]:
        """Token ids, different in each row."""
        ids = torch.randint(
            5, self.sizes.vocabulary, (rows, self.sizes.input), generator=torch.Generator().manual_seed(1)
        )
        found: list[list[int]] = ids.tolist()
        return found

    def ours(self, rows: list[list[int]]) -> list[list[int]]:
        """What the static reading writes, greedily: the loop of `backends.batch`, without a type."""
        reading = StaticReading(self.steps, self.states, len(rows))
        written: list[list[int]] = [[] for _ in rows]
        new = dict(enumerate(rows))
        for _ in range(self.sizes.new):
            best = reading.read(new).best(None)
            new = {row: [token] for row, token in enumerate(best.tokens.tolist())}
            for row, (token,) in new.items():
                written[row].append(token)
        return written

    @torch.inference_mode()
    def theirs(self, rows: list[list[int]]) -> list[list[int]]:
        """What `generate` writes, behind a copy of the states for each row."""
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(self.states):
            cache.update(keys.expand(len(rows), -1, -1, -1), values.expand(len(rows), -1, -1, -1), layer)
        ids = torch.tensor(rows, device=self.device)
        before = torch.zeros(len(rows), self.sizes.states, dtype=ids.dtype, device=self.device)
        output = self.models[1].generate(
            input_ids=torch.cat((before, ids), 1),  # what the cache holds stands in front, and is not read
            attention_mask=torch.ones(len(rows), self.sizes.states + ids.shape[1], device=self.device),
            **{CACHE: cache},
            max_new_tokens=self.sizes.new,
            min_new_tokens=self.sizes.new,
            do_sample=False,
        )
        written: list[list[int]] = output[:, -self.sizes.new :].tolist()
        return written

    def first_logits(self, rows: list[list[int]]) -> tuple[Tensor, Tensor]:
        """Both ways' logits after the inputs: that they do the same work is checked, not believed."""
        ours = StaticReading(self.steps, self.states, len(rows)).read(dict(enumerate(rows)))
        assert isinstance(ours, TorchLogits)
        cache = DynamicCache()
        for layer, (keys, values) in enumerate(self.states):
            cache.update(keys.expand(len(rows), -1, -1, -1), values.expand(len(rows), -1, -1, -1), layer)
        with torch.inference_mode():
            places = torch.arange(self.sizes.states, self.sizes.states + self.sizes.input, device=self.device)
            output = self.models[1](
                torch.tensor(rows, device=self.device),
                position_ids=places[None].expand(len(rows), -1),
                **{CACHE: cache},
            )
        return ours.values[:, 0], output.logits[:, -1].float()

    def seconds(self, call: Callable[[], object]) -> float:
        """How long a call takes, its work on the device included."""
        self._wait()
        start = time.perf_counter()
        call()
        self._wait()
        return time.perf_counter() - start

    def bandwidth(self) -> float:
        """Bytes a second that a copy within the device's memory reads and writes."""
        count = (1 << 30) if self.device.type == "cuda" else (1 << 26)
        source = torch.zeros(count, dtype=torch.uint8, device=self.device)
        target = torch.empty_like(source)
        times = [self.seconds(lambda: target.copy_(source)) for _ in range(10)]
        return 2 * count / median(times[2:])

    def limit(self, rows: int, bandwidth: float) -> float:
        """The least seconds that a step of one token can take."""
        weights = sum(each.numel() * each.element_size() for each in self.models[0].parameters())
        own = self.states.nbytes / self.sizes.states * (self.sizes.input + self.sizes.new / 2) * rows
        return (weights + self.states.nbytes + own) / bandwidth

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def _config(sizes: Sizes) -> Any:
    return transformers.LlamaConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.width,
        intermediate_size=sizes.inner,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.kv_heads,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=0,
    )


def _interpreter(model: Any, sizes: Sizes) -> Interpreter:
    """The model as pawc holds one, with a tokenizer of as many words as it has tokens."""
    words = {f"w{number}": number for number in range(sizes.vocabulary)}
    tokenizer = Tokenizer(tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="w0")).to_str())
    pieces = dict.fromkeys(("start", "after_spec", "before_input", "after_input", "after_output"), "w1")
    info = InterpreterInfo(
        name="random",
        folder=Path(),
        sha256="",
        tokenizer_sha256="",
        size=0,
        licence="",
        source="",
        architecture="llama",
        parameters=sum(each.numel() for each in model.parameters()),
        layers=sizes.layers,
        kv_heads=sizes.kv_heads,
        head_dim=sizes.width // sizes.heads,
        vocab=sizes.vocabulary,
        max_positions=2048,
        pieces=pieces,
    )
    return Interpreter(info, model, tokenizer)


@dataclass(frozen=True)
class Row:
    """What one batch size gave: seconds for the whole batch, and those that bandwidth alone would take."""

    rows: int
    ours: float
    theirs: float
    limit: float


def measure(bench: Bench, batches: Sequence[int], rounds: int) -> list[Row]:
    """Both ways in turn; the first run of each, which records or allocates, does not count."""
    bandwidth = bench.bandwidth()
    print(f"bandwidth {bandwidth / 1e9:.0f} GB/s", flush=True)
    found = []
    for count in batches:
        rows = bench.inputs(count)
        ours, theirs = bench.first_logits(rows)
        apart = float((ours - theirs).abs().max() / theirs.abs().max())
        if apart > 0.1:
            sys.exit(
                f"batch {count}: the two ways do not compute the same: logits differ by {apart:.2f} of the largest"
            )
        for _ in range(3):
            bench.ours(rows)
        bench.theirs(rows)
        times = [
            (bench.seconds(lambda: bench.ours(rows)), bench.seconds(lambda: bench.theirs(rows))) for _ in range(rounds)
        ]
        limit = bench.limit(count, bandwidth) * bench.sizes.new
        found.append(Row(count, median(one for one, _ in times), median(other for _, other in times), limit))
        row = found[-1]
        print(f"batch {count}: {row.ours:.4f} s, generate {row.theirs:.4f} s, logits apart {apart:.4f}", flush=True)
    return found


def table(bench: Bench, rows: Sequence[Row], device: str) -> Iterator[str]:
    """The section of docs/cuda.md."""
    sizes = bench.sizes
    yield from (
        f"{device}, PyTorch {torch.__version__}, transformers {transformers.__version__}; {sizes.states} states, inputs of",
        f"{sizes.input} tokens, {sizes.new} tokens written. Medians of alternating runs.",
        "",
        "| batch | calls/s | tokens/s | of the bandwidth limit | `generate`: calls/s | times as fast |",
        "|---|---|---|---|---|---|",
    )
    for row in rows:
        calls = row.rows / row.ours
        yield (
            f"| {row.rows} | {calls:.1f} | {calls * sizes.new:.0f} | {100 * row.limit / row.ours:.0f} % "
            f"| {row.rows / row.theirs:.1f} | {row.theirs / row.ours:.1f} |"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, help="the document whose measured part is replaced")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--batches", default="1,32,256")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tiny", action="store_true", help="a model of a few thousand weights, to see that it runs")
    args = parser.parse_args(argv)
    if args.device == "cuda":
        check_gpu()
    sizes = Sizes(2, 32, 48, 4, 2, 512, 48, 8, 8) if args.tiny else Sizes()
    bench = Bench(sizes, args.device)
    rows = measure(bench, [int(part) for part in args.batches.split(",")], args.rounds)
    device = torch.cuda.get_device_name() if args.device == "cuda" else "CPU"
    text = "\n".join(table(bench, rows, device))
    print(text)
    if args.output:
        before, _, rest = args.output.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        args.output.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
