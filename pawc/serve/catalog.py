"""Programs -> the functions a server offers, each under the name that stands in its address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pawc.base.diagnostics import nearest
from pawc.driver.program import Function, Program
from pawc.ir.nodes import NeuralFunction
from pawc.serve.messages import Refusal


@dataclass(frozen=True, eq=False)
class Service:
    """One function: its name in addresses, the program it is of, the function itself."""

    name: str
    program: str
    function: Function

    @property
    def spec(self) -> str:
        """What its source says it does; nothing for a composed function."""
        definition = self.function.definition
        return definition.spec if isinstance(definition, NeuralFunction) else ""


class Catalog:
    """The functions of all programs: each is PROGRAM:NAME, and NAME too where no other program has one."""

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self.programs = programs
        names = Counter(name for program in programs.values() for name in program.functions)
        self._by_name: dict[str, Service] = {}
        for title, program in programs.items():
            for name, function in program.functions.items():
                full = f"{title}:{name}"
                service = Service(name if names[name] == 1 else full, title, function)
                self._by_name |= {full: service, service.name: service}
        self.services = tuple(dict.fromkeys(self._by_name.values()))
        self.entry = self._entry()

    def find(self, name: str) -> Service:
        """The function called `name`."""
        if (service := self._by_name.get(name)) is None:
            raise Refusal(404, "P0908", f"there is no function `{name}`", nearest(name, self._by_name))
        return service

    def find_entry(self) -> Service:
        """What `/v1/run` runs."""
        if self.entry is None:
            names = ", ".join(service.name for service in self.services)
            raise Refusal(404, "P0908", "there is no entry to run", f"/v1/functions/ has {names}")
        return self.entry

    def _entry(self) -> Service | None:
        """The entry of the only program."""
        if len(self.programs) != 1:
            return None
        (program,) = self.programs.values()
        symbol = program.executable.module.entry
        return next((one for one in self.services if one.function.definition.symbol == symbol), None)
