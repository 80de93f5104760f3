"""Drawing: a random generator that also draws words, sentences and noise for the inputs of one function."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from pawc.data.synthetic import vocabulary as words

Noise: TypeAlias = Literal["none", "typos", "lower", "spaces", "chatter"]
NOISES: tuple[Noise, ...] = ("none", "none", "none", "typos", "lower", "spaces", "chatter")
_SLOT = re.compile(r"(\{\w+\})")


class Draw(random.Random):
    """A source of random choices. The same key gives the same choices, on every machine.

    `noise` is what inputs suffer in a function: it only ever touches the words around the values in them.
    """

    def __init__(self, key: str, noise: Noise = "none") -> None:
        super().__init__(key)
        self.noise = noise

    def chance(self, share: float) -> bool:
        """True for about `share` of the calls."""
        return self.random() < share

    def some(self, items: Sequence[str], low: int, high: int) -> list[str]:
        """Between `low` and `high` different items."""
        return self.sample(items, min(self.randint(low, high), len(items)))

    def name(self) -> str:
        """A first and a last name."""
        return f"{self.choice(words.FIRST_NAMES)} {self.choice(words.LAST_NAMES)}"

    def digits(self, count: int) -> str:
        """A number of exactly `count` digits."""
        return str(self.randint(10 ** (count - 1), 10**count - 1))

    def filler(self) -> str:
        """A sentence with nothing in it."""
        clause = self.choice(words.FILLERS)
        if self.chance(0.6):
            clause = f"{self.choice(words.SUBJECTS)} {self.choice(words.PREDICATES)}"
        return f"{clause[0].upper()}{clause[1:]}."

    def phrase(self) -> str:
        """A few words that mean little: `quiet blue lamp`."""
        return f"{self.choice(words.ADJECTIVES)} {self.choice(words.ADJECTIVES)} {self.choice(words.THINGS)}"

    def fill(self, template: str, **values: str) -> str:
        """A template with its `{slots}` filled, and the noise of this function on the words between them."""
        parts = _SLOT.split(template)
        text = "".join(values[part[1:-1]] if _SLOT.fullmatch(part) else self._disturb(part) for part in parts)
        if self.noise == "chatter":
            text = self.choice(("", *words.GREETINGS)) + text + self.choice(("", *words.CLOSINGS))
        return text

    def _disturb(self, text: str) -> str:
        match self.noise:
            case "typos":
                return re.sub(r"[a-z]{5,}", lambda word: self._typo(word[0]), text)
            case "lower":
                return text.lower()
            case "spaces":
                return re.sub(r"(?<=[a-z]) (?=[a-z])", lambda _: "  " if self.chance(0.2) else " ", text)
            case _:
                return text

    def _typo(self, word: str) -> str:
        if not self.chance(0.2):
            return word
        at = self.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
