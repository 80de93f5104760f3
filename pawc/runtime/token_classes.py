"""A vocabulary read with the eyes of an automaton: tokens -> sequences of classes, as one tree.

Over classes most of a vocabulary is alike: the automaton of a number sees all letters as one class. So a state's mask
takes a few hundred steps, instead of one per byte of 49,152 tokens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pawc.runtime.automaton import RESET, Automaton
from pawc.runtime.vocabulary import Vocabulary


class TokenClasses:
    """All tokens as sequences of classes, for an answer that is at `node` of the decoder: a tree, parents first.

    `parents` and `classes` are of its nodes, `tokens` and `ends` say which token ends where. `inside` are the tokens
    that end within a character: token, node of the tree, node of the decoder. A token that no state allows is not
    there.
    """

    def __init__(self, automaton: Automaton, vocabulary: Vocabulary, node: int) -> None:
        width = automaton.moves.shape[1]
        tokens = np.flatnonzero(vocabulary.lengths > 0)
        at = np.zeros(len(tokens), np.int64)
        within = np.full(len(tokens), node, np.int16)
        parents, classes = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
        size, self._levels = 1, [0, 1]
        ended: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int16]]] = []
        for length in range(int(vocabulary.lengths.max(initial=0))):
            going = vocabulary.lengths[tokens] > length
            ended.append((tokens[~going], at[~going], within[~going]))
            tokens, at, within = tokens[going], at[going], within[going]
            byte = vocabulary.flat[vocabulary.offsets[tokens] + length]
            within = automaton.decoder[within, automaton.byte_classes[byte]]
            there = within != 0
            tokens, at, within = tokens[there], at[there], within[there]
            read = np.flatnonzero(within < 0)
            found, numbers = np.unique(at[read] * width - within[read], return_inverse=True)
            at[read] = size + numbers
            within[read] = 0
            parents.append(found // width)
            classes.append(found % width)
            size += len(found)
            self._levels.append(size)
        ended.append((tokens, at, within))
        self.parents, self.classes = np.concatenate(parents), np.concatenate(classes)
        self.tokens, self.ends = (np.concatenate([part[i] for part in ended]) for i in (0, 1))
        left = np.concatenate([part[2] for part in ended])
        some = np.flatnonzero(left)
        self.inside = self.tokens[some].tolist(), self.ends[some].tolist(), left[some].tolist()
        self.most_counts = self._most_counts(automaton)

    def states(self, automaton: Automaton, state: int) -> NDArray[np.uint16]:
        """The state at each node of the tree, from `state` at its root; counters do not matter."""
        states = np.zeros(len(self.parents), np.uint16)
        states[0] = state
        for begin, end in zip(self._levels[1:], self._levels[2:], strict=False):
            states[begin:end] = automaton.moves[states[self.parents[begin:end]], self.classes[begin:end]]
        return states

    def _most_counts(self, automaton: Automaton) -> int:
        """How often a token can count, at most."""
        counting = np.unique(automaton.counts[automaton.counts[:, 3] != RESET, 1])
        counts = np.isin(self.classes, counting).astype(np.int64)
        counts[0] = 0
        for begin, end in zip(self._levels[1:], self._levels[2:], strict=False):
            counts[begin:end] += counts[self.parents[begin:end]]
        return int(counts.max(initial=0))
