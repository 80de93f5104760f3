"""Mutated `.pawo` and `.pawx` files: every one loads equal to the original, or is refused with a coded error.

`python tests/property/file_fuzzing.py --count 10000` runs it at length; the test suite runs a part.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pawc.passes.quantize_prefix import QuantizePrefix

from pawc.base import canonical
from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.codes import all_codes
from pawc.files import manifest
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.objfile import ObjectFile
from pawc.ir import codec
from pawc.ir.nodes import Module
from pawc.ir.parser import parse_module
from pawc.pass_base import Context

SLOWEST = 2.0
"""Seconds that reading one small file may take: far more than it does, far less than a hang."""

_TEXT = """
module "mail" linked
source "mail.paw" sha256 "{hash}"
entry @mail.main
export @mail.main
export @mail.urgency
neural @mail.urgency(message: text) -> "now" | "later" {{
  spec "Classify."
       "Urgent or not?"
  option max_tokens = 3
  program level 2 interpreter "{hash}" {{
    tokens 1 2 3 40000
    prefix length 5 bits 16 group 0 {{ data "{blob}" F32[2, 2, 1, 5, 8] }}
    report score = 0.25
  }}
}}
composed @mail.main(mails: list<text>, level: int?) -> text {{
  %0: list<"now" | "later"> = map[0] @mail.urgency(%mails)
  %1: text = const " / "
  %2: text = call @std.text.join(%0, %1)
  %3: {{a: text, b: float}} = const {{a: "x", b: 1.5}}
  %4: text = field %3 . a
  %5: bool = const true
  %6: text = match %5 {{ case true {{ yield %2 }} default {{ yield %4 }} }}
  yield %6
}}
"""

_ODD: list[Any] = [
    *(None, True, 0, -1, 2**40, 10**400, 0.5, "", "x", "\ud800", [], {}, [[1]]),
    *({"is": name} for name in ("Text", "Float", "Module", "Matching")),
    *({"is": "Matching", "pattern": pattern} for pattern in ("(", "a(?=b)", "a{99999}", "(" * 500)),
    {"is": "Labels", "names": []},
    {"is": "Optional", "item": {"is": "Float"}},
]
"""What is put where something else should be."""

Mutation = Callable[[bytes, random.Random], bytes]


def seeds(folder: Path) -> list[Path]:
    """One object and one executable, with a quantised prefix each, and an object with floats."""
    blobs = BlobStore()
    floats = np.random.default_rng(0).normal(size=(2, 2, 1, 5, 8)).astype(np.float32)
    linked = parse_module(Source("seed", _TEXT.format(hash="ab" * 32, blob=blobs.put(floats).sha256)))
    small = QuantizePrefix(bits=4, group=2).run(linked, Context(blobs=blobs))
    interpreter = {"name": "tiny", "sha256": "ab" * 32, "tokenizer_sha256": "cd" * 32, "layout_sha256": "ef" * 32}
    paths = [folder / "float.pawo", folder / "small.pawo", folder / "small.pawx"]
    for path, module in zip(paths[:2], (linked, small), strict=True):
        compiled = Module(**{**_fields(module), "stage": "compiled", "entry": None, "exports": ()})
        ObjectFile(module=compiled, interpreter=interpreter, flags={"level": 2}).save(path, blobs)
    attached = {"interpreter/config.json": blobs.put_bytes(b"{}", (2,), "U8")}
    built = Executable.build(small, blobs, target="cpu", interpreter=interpreter, attachments=attached)
    built.save(paths[2])
    return paths


def load(path: Path) -> str:
    """Everything that a file says, as text; whatever is wrong with it is raised."""
    if path.suffix == ".pawo":
        blobs = BlobStore()
        stored = ObjectFile.load(path, blobs)
        said = [stored.interpreter, stored.flags, codec.encode(stored.module)]
        refs = manifest.module_blobs(stored.module)
    else:
        executable = Executable.load(path)
        blobs, said = executable.blobs, [executable.manifest]
        refs = [*manifest.module_blobs(executable.module), *executable.attachments.values()]
    return json.dumps(said, sort_keys=True) + "".join(bytes(blobs.get_bytes(ref)).hex() for ref in refs)


def flip(data: bytes, rng: random.Random) -> bytes:
    """A few bits turned, anywhere."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    """Bytes missing: at the end, or from the middle."""
    start = rng.randrange(len(data))
    return data[:start] if rng.random() < 0.5 else data[:start] + data[start + rng.randint(1, 64) :]


def insert(data: bytes, rng: random.Random) -> bytes:
    """Bytes too many: at the end, or in the middle."""
    start = len(data) if rng.random() < 0.3 else rng.randrange(len(data))
    return data[:start] + rng.randbytes(rng.randint(1, 64)) + data[start:]


def shuffle(data: bytes, rng: random.Random) -> bytes:
    """A stretch of the file copied over another."""
    length = rng.randint(1, 200)
    start, target = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:target] + data[start : start + length] + data[target + length :]


def header_length(data: bytes, rng: random.Random) -> bytes:
    """A header that claims another length."""
    lengths = [0, 1, len(data) - 8, len(data), 1 << 31, (1 << 63) - 1, (1 << 64) - 1, rng.randrange(len(data))]
    return rng.choice(lengths).to_bytes(8, "little") + data[8:]


def header_number(data: bytes, rng: random.Random) -> bytes:
    """A number of the header that is another."""
    numbers = list(re.finditer(rb"-?\d+(?:\.\d+)?", data[: 8 + int.from_bytes(data[:8], "little")]))
    found = rng.choice(numbers)
    other = rng.choice([b"-1", b"0", b"1e9", b"1.0", b"9" * 30, b"9" * 5000, b"NaN", b"null", b'"x"', b"[]", b"true"])
    return _with_header(data, data[8 : found.start()] + other + data[found.end() : _end(data)])


def sealed(data: bytes, rng: random.Random) -> bytes:
    """A manifest that is changed and sealed again, as somebody with this source code could."""
    header = json.loads(data[8 : _end(data)])
    inner = json.loads(header["__metadata__"]["paw"])
    del inner["digest"]
    holder, key = rng.choice(list(_places(inner)))
    holder[key] = rng.choice([*_ODD, *rng.choices(_leaves(inner), k=6)])
    bare = {k: v for k, v in inner.items() if k != "digest"}
    try:
        inner["digest"] = manifest.digest(bare)
        header["__metadata__"]["paw"] = canonical.dumps(inner)
        return _with_header(data, json.dumps(header, ensure_ascii=False).encode())
    except UnicodeEncodeError:  # half a character cannot even be written
        return _with_header(data, json.dumps(header).encode())


MUTATIONS: tuple[Mutation, ...] = (flip, cut, insert, shuffle, header_length, header_number, sealed, sealed)


def fuzz(folder: Path, count: int, seed: int = 0) -> Counter[str]:
    """Load `count` mutants; the codes they were refused with, and `equal`. Anything else is raised.

    A manifest that was sealed again may say something else than the original: it counts as `other`.
    """
    known = all_codes()
    rng = random.Random(seed)
    originals = [(path, path.read_bytes(), load(path)) for path in seeds(folder)]
    outcomes: Counter[str] = Counter()
    for number in range(count):
        path, data, said = originals[number % len(originals)]
        mutation = MUTATIONS[number % len(MUTATIONS)]
        mutant = folder / f"mutant{path.suffix}"
        mutant.write_bytes(mutation(data, rng))
        start = time.perf_counter()
        try:
            equal = load(mutant) == said
            outcome = "equal" if equal else "other"
            assert equal or mutation is sealed, f"mutant {number} ({mutation.__name__}) loads as something else"
        except PawError as error:
            outcome = error.diagnostics[0].code
            assert outcome in known, f"mutant {number}: {outcome} is not registered"
        assert time.perf_counter() - start < SLOWEST, f"mutant {number} ({mutation.__name__}) took too long"
        outcomes[outcome] += 1
    return outcomes


def _fields(module: Module) -> dict[str, Any]:
    return {name: getattr(module, name) for name in module.__dataclass_fields__}


def _end(data: bytes) -> int:
    return 8 + int.from_bytes(data[:8], "little")


def _with_header(data: bytes, header: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header + data[_end(data) :]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as the container and the key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def _leaves(value: Any) -> list[Any]:
    return [json.loads(json.dumps(holder[key])) for holder, key in _places(value)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = fuzz(Path(folder), arguments.count, arguments.seed)
    for outcome, times in outcomes.most_common():
        print(f"{times:6} {outcome}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
