"""Packed groups behind states of their own: the same numbers as one text at a time, read the plain way."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from pawc.neural.packing import Group, Packing, pack, read
from pawc.neural.rows import Row, log_likelihoods
from pawc.runtime.interpreter import Interpreter
from tests.tiny import tiny_interpreter

DEVICE = torch.device("cpu")
TEXTS = (("the cat", "yes"), ("a much longer input than the other", "no, never"), ("x", "maybe"))


def rows_of(interpreter: Interpreter) -> list[Row]:
    layout = interpreter.layout
    rows = []
    for given, wanted in TEXTS:
        query = layout.query(given)
        rows.append(Row([*query, *layout.answer(wanted)], len(query)))
    return rows


def plain(interpreter: Interpreter, tokens: list[int], asked: int, states: torch.Tensor | None) -> float:
    """The log-likelihood of the tokens from `asked` on, by transformers' own attention."""
    start = 0 if states is None else states.shape[3]
    keys = torch.arange(start + len(tokens))[None]
    with torch.no_grad():
        cache = interpreter.cache(states)
        logits = interpreter.forward(torch.tensor([tokens]), keys[:, start:], keys, cache, keep=len(tokens))
    likely = logits[0].float().log_softmax(-1)
    return sum(likely[at - 1, tokens[at]].item() for at in range(asked, len(tokens)))


@pytest.mark.parametrize("architecture", ["llama", "qwen3", "gpt2", "gemma3"])
def test_branches_that_share_a_trunk_read_as_each_would_alone(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    rows, layout = rows_of(interpreter), interpreter.layout
    trunks = [layout.head("Say something long enough to differ."), [], layout.head("Say b.")]
    programs = [layout.head("Do a."), layout.head("Do b."), layout.head("Do c.")]
    past = [interpreter.states(tokens) for tokens in programs]
    assert len({states.shape for states in past}) == 1
    states = tuple(
        (torch.stack([p[i, 0] for p in past]), torch.stack([p[i, 1] for p in past])) for i in range(interpreter.layers)
    )
    packed = pack([Group(trunk, rows) for trunk in trunks], DEVICE)
    found = packed.sums(log_likelihoods(read(interpreter, packed, states), packed)).view(len(trunks), len(rows))
    for number, (trunk, own) in enumerate(zip(trunks, past, strict=True)):
        for at, row in enumerate(rows):
            alone = plain(interpreter, [*trunk, *row.tokens], len(trunk) + row.asked, own)
            assert found[number, at].item() == pytest.approx(alone, rel=1e-4)


def test_what_is_packed_beside_a_text_changes_nothing() -> None:
    interpreter = tiny_interpreter()
    rows = rows_of(interpreter)
    together = pack([Group((), [row]) for row in rows], DEVICE)
    likely = together.means(log_likelihoods(read(interpreter, together), together))
    for number, row in enumerate(rows):
        alone = pack([Group((), [row])], DEVICE)
        assert_close(likely[number], log_likelihoods(read(interpreter, alone), alone).mean(), atol=1e-5, rtol=1e-5)


def test_the_first_token_of_a_branch_is_predicted_by_its_trunk() -> None:
    interpreter = tiny_interpreter()
    trunk, rows = interpreter.layout.head("Say a."), [Row([7, 8], 0), Row([9, 7, 5], 0)]
    packed = pack([Group(trunk, rows)], DEVICE)
    found = packed.sums(log_likelihoods(read(interpreter, packed), packed))
    for value, row in zip(found, rows, strict=True):
        assert value.item() == pytest.approx(plain(interpreter, [*trunk, *row.tokens], len(trunk), None), rel=1e-4)


def test_gradients_reach_the_states_of_their_own_group_alone() -> None:
    interpreter = tiny_interpreter()
    rows = rows_of(interpreter)
    shape = (2, interpreter.kv_heads, 3, interpreter.head_dim)
    states = tuple(
        (torch.randn(shape, requires_grad=True), torch.randn(shape, requires_grad=True))
        for _ in range(interpreter.layers)
    )
    packed = pack([Group((), rows[:1]), Group((), rows[1:])], DEVICE)
    packed.sums(log_likelihoods(read(interpreter, packed, states), packed))[0].backward()
    for keys, values in states:
        for tensor in (keys, values):
            assert tensor.grad is not None
            assert tensor.grad[0].abs().sum() > 0
            assert tensor.grad[1].abs().sum() == 0


def test_the_fused_attention_of_a_gpu_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = tiny_interpreter()
    packed = pack([Group(interpreter.layout.head("Say a."), rows_of(interpreter))], DEVICE)
    ours = read(interpreter, packed)
    monkeypatch.setattr("pawc.neural.packing.FUSED", ("cpu",))
    assert_close(read(interpreter, packed), ours, atol=1e-5, rtol=1e-5)


def test_no_token_is_packed_twice_and_padding_is_not_packed() -> None:
    packing = Packing.of([(0, (4,)), (2, (3, 1)), (1, (20,))])
    assert packing.positions.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 2, *range(21)]
    assert packing.gather[packing.scatter].tolist() == list(range(31))
    assert packing.order.tolist() == [2, 1, 0]
    long, short = packing.blocks
    assert long.known.shape == (1, 24)
    assert short.known.tolist() == [[0, 1, 2, 3, 4, 2, -1, -1], [0, 1, 2, 3, -1, -1, -1, -1]]
    assert short.segment.tolist() == [[0, 0, 1, 1, 1, 2, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]]


def test_tokens_come_back_from_rows_as_they_went_and_so_do_their_gradients() -> None:
    packing = Packing.of([(0, (4,)), (2, (3, 1)), (1, (20,))])
    x = torch.randn(31, 2, 5, dtype=torch.double, requires_grad=True)

    def there_and_back(x: torch.Tensor) -> torch.Tensor:
        return packing.tokens([rows.transpose(1, 2) for rows in packing.rows(x)])

    assert torch.equal(there_and_back(x), x)
    assert torch.autograd.gradcheck(lambda x: there_and_back(x.sin() * x), x)
    # What attention makes of padding reaches nothing, and changes no gradient.
    [gradient] = torch.autograd.grad(there_and_back(x.exp()).sum(), x)
    assert_close(gradient, x.exp())
