"""What the programs of a process share: interpreters in memory, by what decides them, as long as one is in use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Loaded = TypeVar("Loaded")


class Shared(Generic[Loaded]):
    """The interpreters in use. Of several threads that ask for one, the first loads it."""

    def __init__(self) -> None:
        self._loaded: WeakValueDictionary[Hashable, Loaded] = WeakValueDictionary()
        self._loading = threading.Lock()

    def get(self, key: Hashable, load: Callable[[], Loaded]) -> Loaded:
        """What was loaded for this key and is in use, else what `load` gives."""
        with self._loading:
            if (found := self._loaded.get(key)) is None:
                found = self._loaded[key] = load()
            return found
