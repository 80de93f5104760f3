"""The automaton of an output type over a vocabulary -> which tokens may come next. numpy only: no llguidance.

The same as `pawc.runtime.constraint` gives, to the last token. A mask is made when a state is first reached, in about
a millisecond, and kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pawc.base.diagnostics import InternalError
from pawc.runtime.automaton import RESET, Automaton, Place
from pawc.runtime.token_classes import TokenClasses
from pawc.runtime.tokenizer import Tokenizer
from pawc.runtime.vocabulary import vocabulary

MOST_MASKS = 4096
"""So many masks are kept per type (a bit per token); further ones replace those that were used longest ago."""

_LOOK_BACK = 4
"""How many forced tokens may be taken back because a longer token might be what the model wants; as llguidance does."""


class Constraint:
    """The automaton of one type over the vocabulary of one tokenizer. Made once, used for many answers."""

    def __init__(self, automaton: Automaton, tokenizer: Tokenizer, stop: Iterable[int] = ()) -> None:
        """`stop` are the tokens that end an answer; they are allowed where the value is complete."""
        self.automaton, self.tokenizer = automaton, tokenizer
        self.vocabulary = vocabulary(tokenizer)
        self.stop = np.array(sorted(stop), dtype=np.int64)
        self._most_forced = 4 * len(automaton.moves)
        self._readings: dict[int, TokenClasses] = {}
        self._masks: OrderedDict[Place, NDArray[np.uint8]] = OrderedDict()
        self._forced: dict[Place, int] = {}
        self._forced_tokens: dict[tuple[Place, int], tuple[int, ...]] = {}

    def start(self) -> State:
        """A new answer, nothing written yet."""
        return State(self, self.automaton.start)

    def prefetch(self, states: Sequence[State]) -> None:
        """Nothing: masks are kept, and most are there when they are asked for."""

    def mask(self, place: Place) -> NDArray[np.bool_]:
        """One entry per token: whether all its bytes may come next."""
        key = self._key(place)
        if (packed := self._masks.get(key)) is None:
            packed = self._masks[key] = np.packbits(self._mask(key))
            if len(self._masks) > MOST_MASKS:
                self._masks.popitem(last=False)
        else:
            self._masks.move_to_end(key)
        return np.unpackbits(packed, count=self.vocabulary.size).view(np.bool_)

    def _mask(self, place: Place) -> NDArray[np.bool_]:
        state, node, counters = place
        reading = self._reading(node)
        if any(room <= reading.most_counts for room in self._rooms(counters)):
            states, kept = self._counted_states(reading, state, counters)
        else:
            states, kept = reading.states(self.automaton, state), {}
        mask = np.zeros(self.vocabulary.size, np.bool_)
        mask[reading.tokens] = states[reading.ends] != 0
        for token, end, left in zip(*reading.inside, strict=True):
            if mask[token]:
                after = int(states[end])
                alive = (
                    self.automaton.live(after, kept.get(end, counters)) if kept else self.automaton.moves[after] != 0
                )
                mask[token] = (alive & self.automaton.reaches[left]).any()
        return mask

    def _counted_states(
        self, reading: TokenClasses, state: int, counters: tuple[int, ...]
    ) -> tuple[NDArray[np.uint16], dict[int, tuple[int, ...]]]:
        """As `TokenClasses.states`, near the end of what a counter may count: each sequence by itself."""
        states = np.zeros(len(reading.parents), np.uint16)
        states[0] = state
        kept = {0: counters}
        marks = self.automaton.marks
        for index in range(1, len(states)):
            parent, kind = int(reading.parents[index]), int(reading.classes[index])
            if not (before := int(states[parent])) or not (after := int(self.automaton.moves[before, kind])):
                continue
            now = kept[parent]
            if mark := marks.get((before, kind)):
                counter, most = mark
                if most != RESET and now[counter] >= most:
                    continue
                now = (*now[:counter], 0 if most == RESET else now[counter] + 1, *now[counter + 1 :])
            states[index], kept[index] = after, now
        return states, kept

    def _key(self, place: Place) -> Place:
        """The same mask for all counts from which no token can reach the limit."""
        state, node, counters = place
        if not counters:
            return place
        most = self._reading(node).most_counts
        rooms = self._rooms(counters)
        return state, node, tuple(0 if room > most else c for room, c in zip(rooms, counters, strict=True))

    def _rooms(self, counters: tuple[int, ...]) -> list[int]:
        """How far each counter may still count."""
        return [limit - count for limit, count in zip(self._limits, counters, strict=True)]

    @cached_property
    def _limits(self) -> list[int]:
        counts = self.automaton.counts
        limited = [counts[counts[:, 2] == counter, 3].tolist() for counter in range(self.automaton.counters)]
        return [min((most for most in one if most != RESET), default=1 << 16) for one in limited]

    def _reading(self, node: int) -> TokenClasses:
        if (reading := self._readings.get(node)) is None:
            reading = self._readings[node] = TokenClasses(self.automaton, self.vocabulary, node)
        return reading

    def forced_bytes(self, place: Place) -> tuple[bytes, Place]:
        """The bytes that must come next, and where they lead; not all, if counters (of no type) force a circle."""
        forced = bytearray()
        # No state is passed twice on one way, or it would be a circle without an end; a character has up to four bytes.
        while len(forced) < self._most_forced and (byte := self._forced_byte(place)) >= 0:
            forced.append(byte)
            after = self.automaton.step(place, byte)
            assert after is not None
            place = after
        return bytes(forced), place

    def _forced_byte(self, place: Place) -> int:
        """The only byte that may come next, where one must; else -1."""
        key = self._key(place)
        if (known := self._forced.get(key)) is None:
            state, node, _ = key
            known = -1
            if node or not self.automaton.accepting[state]:
                allowed = self.automaton.next_bytes(key)
                known = int(allowed[0]) if len(allowed) == 1 else -1
            self._forced[key] = known
        return known

    def forced_tokens(self, place: Place, last: int) -> tuple[int, ...]:
        """The tokens of the forced bytes, as the tokenizer writes them after the token `last` (-1: nothing before).

        Tokens at the end that a longer one could stand for are left to the model. The rules are llguidance's, so
        that both ways to constrain write the same tokens.
        """
        if self._forced_byte(place) < 0:
            return ()
        key = (self._key(place), last)
        if not place[2] and (known := self._forced_tokens.get(key)) is not None:
            return known
        forced, after = self.forced_bytes(place)
        vocabulary = self.vocabulary
        before = vocabulary.bytes[last] if last >= 0 else b""
        tokens = vocabulary.tokenize(before + forced)
        fixed = 1 if last >= 0 else 0
        if last >= 0 and tokens[:1] != [last]:
            tokens, fixed = vocabulary.tokenize(forced), 0
        if b"".join(vocabulary.bytes[token] for token in tokens[fixed:]) != forced:
            return ()  # the tokenizer has no token for one of these bytes
        kept = tuple(tokens[fixed : len(tokens) - self._chopped(tokens[fixed:], after)])
        if not place[2]:
            self._forced_tokens[key] = kept
        return kept

    def _chopped(self, tokens: list[int], after: Place) -> int:
        """How many tokens at the end may be part of longer ones, given what may follow."""
        ends = b"".join(self.vocabulary.bytes[token] for token in tokens[-_LOOK_BACK:])
        ends = ends[-self.vocabulary.longest :]
        following = self.automaton.next_bytes(after).tolist()
        for start in range(len(ends)):
            if not self._goes_on(ends[start:], after, following):
                continue
            length, count = len(ends) - start, 0
            while length > 0:
                count += 1
                length -= len(self.vocabulary.bytes[tokens[-count]])
            return count
        return 0

    def _goes_on(self, begun: bytes, after: Place, following: list[int]) -> bool:
        """Whether a token is longer than `begun`, begins so, and its rest may be written."""
        for byte in following:
            for token in self.vocabulary.beginning(begun + bytes([byte])):
                place: Place | None = after
                for one in token[len(begun) :]:
                    place = self.automaton.step(place, one) if place else None
                if place:
                    return True
        return False


class State:
    """How far one answer has been written."""

    def __init__(self, constraint: Constraint, place: Place) -> None:
        self._constraint, self._place = constraint, place
        self._last = -1

    @property
    def complete(self) -> bool:
        """Whether what is written is a value of the type: the answer may stop here."""
        state, node, _ = self._place
        return node == 0 and bool(self._constraint.automaton.accepting[state])

    @property
    def must_stop(self) -> bool:
        """Whether nothing can be written any more.

        A state that must stop and is not complete is one that the tokenizer has no token for: there is no answer.
        """
        state, node, counters = self._place
        if node == 0 and not self._constraint.automaton.live(state, counters).any():
            return True
        return not (self.complete or self._constraint.vocabulary.has_every_byte or self.allowed().any())

    def allowed(self) -> NDArray[np.bool_]:
        """One entry per token of the tokenizer: whether it may come next. Never a control token but those that stop."""
        if forced := self.forced():
            mask = np.zeros(self._constraint.vocabulary.size, np.bool_)
            mask[forced[0]] = True
        else:
            mask = self._constraint.mask(self._place)
        mask[self._constraint.stop] = self.complete
        return mask

    def advance(self, token: int) -> None:
        """Write one token. It must be allowed here, and none of those that stop."""
        written = self._constraint.vocabulary.bytes[token]
        if not written:
            raise InternalError(f"token {token} is a control token")
        place = self._place
        for byte in written:
            if (after := self._constraint.automaton.step(place, byte)) is None:
                raise InternalError(f"token {token} is not allowed here")
            place = after
        self._place, self._last = place, token

    def forced(self) -> list[int]:
        """The tokens that must come next whatever the model thinks, so that it need not be asked; often none."""
        return list(self._constraint.forced_tokens(self._place, self._last))
