"""The project's own import-linter contract."""

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """A room is entered by its doors: `rooms.x` may import `rooms.y.api`, not `rooms.y.store`."""

    type_name = "doors"
    rooms = fields.StringField()
    doors = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 (its base says so)
        breaches = sorted(self._breaches(graph))
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["breaches"]:
            output.print_error(f"{importer} enters {imported} through the wall", bold=True)

    def _breaches(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        prefix = f"{self.rooms}."
        # A field of a contract is declared by its kind and holds, in an instance, its value.
        doors = cast("set[str]", self.doors)
        inside = [module for module in graph.modules if module.startswith(prefix)]
        for imported in inside:
            room, *rest = imported.removeprefix(prefix).split(".")
            if rest[:1] and rest[0] in doors:
                continue
            for importer in graph.find_modules_that_directly_import(imported) & set(inside):
                if importer.removeprefix(prefix).split(".")[0] != room:
                    yield importer, imported
