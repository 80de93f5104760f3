"""Compiled functions for tests of backends, without a compiler: tokens and prefixes given by hand."""

from __future__ import annotations

from typing import Any

import torch
from pawc.backends import backend

from pawc.base.types import TEXT, Type
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import Module, NeuralFunction, Param, Prefix, Program
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Failure, Outcome

EXAMPLES = (("the server is down", "immediate"), ("see you at lunch", "wait"))


def function(
    interpreter: Interpreter, result: Type, blobs: BlobStore | None = None, prefix: int = 0, **options: Any
) -> NeuralFunction:
    """A function of one text, with two examples as its pseudo-program and a random prefix of `prefix` states."""
    return NeuralFunction(
        symbol="mail.urgency",
        params=(Param(name="message", type=TEXT),),
        result=result,
        spec="Say how urgent this is.",
        options=tuple(options.items()),
        program=Program(
            level=0,
            interpreter=interpreter.sha256,
            tokens=tuple(interpreter.layout.head("Say how urgent this is.", EXAMPLES)),
            prefix=random_prefix(interpreter, prefix, blobs) if blobs and prefix else None,
        ),
    )


def random_prefix(interpreter: Interpreter, length: int, blobs: BlobStore) -> Prefix:
    """A prefix as large as real states are, kept in `blobs`."""
    like = interpreter.states(interpreter.layout.head("like this", EXAMPLES))
    shape = (interpreter.layers, 2, interpreter.kv_heads, length, interpreter.head_dim)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * like.std()
    return Prefix(length=length, bits=16, group=0, data=blobs.put(noise.half().numpy()))


def executable(made: NeuralFunction, interpreter: Interpreter, blobs: BlobStore, target: str = "cpu") -> Executable:
    """A linked program of one function, with what its target needs beside it."""
    module = Module(name="mail", stage="linked", functions=(made,), entry=made.symbol)
    attachments = backend(target).attachments(module, blobs)
    return Executable.build(module, blobs, target=target, interpreter=interpreter.info.named, attachments=attachments)


def values(outcomes: list[Outcome]) -> list[Any]:
    """What was answered; failures as they are."""
    return [outcome if isinstance(outcome, Failure) else outcome.value for outcome in outcomes]
