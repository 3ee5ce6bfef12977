"""A file of weights, opened in the words of its framework: which layers there are, and what stands under each."""

from collections.abc import Sequence
from dataclasses import dataclass

from gru_vanish.models.arrays import read_arrays
from gru_vanish.models.errors import ModelError, listed, meant
from gru_vanish.models.frameworks import FRAMEWORKS, Framework
from gru_vanish.models.layer import UNSAID, Group, Layer, Said


@dataclass(frozen=True)
class Model:
    """The recurrent layers of a file."""

    framework: Framework
    groups: tuple[Group, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every layer and direction, in the order of the framework."""
        return tuple(group.name for group in self.groups)

    @property
    def levels(self) -> tuple[str, ...]:
        """Every layer; directions of one layer once."""
        return tuple(dict.fromkeys(group.level for group in self.groups))

    def layer(self, name: str | None, said: Said = UNSAID) -> Layer:
        """Return a layer by name, the only one where none is named; raise `ModelError` with what there is."""
        if name is None:
            if len(self.groups) > 1:
                raise ModelError(
                    f"holds {len(self.groups)} recurrent layers and directions; choose one: {listed(self.names)}"
                )
            return self.framework.layer(self.groups[0], said)
        for group in self.groups:
            if group.name == name:
                return self.framework.layer(group, said)
        raise ModelError(f"no recurrent layer '{name}'; {meant(name, self.names)}")

    def beneath(self, layer: Layer, below: Sequence[str] | None, said: Said = UNSAID) -> tuple[tuple[Layer, ...], ...]:
        """Return what stands between the model's inputs and a layer, level by level: the directions of each.

        ``below`` names the levels, the lowest first; None leaves it to the framework. Raises `ModelError` where a level
        is not there, or does not read what the one under it gives.
        """
        wanted = layer.group.below if below is None else tuple(below)
        levels = tuple(self._level(name, said) for name in wanted)
        for index, upper in enumerate((*levels, (layer,))):
            for one in upper if index else ():
                given = sum(part.hidden for part in levels[index - 1])
                if one.input_size != given:
                    names = " and ".join(part.name for part in levels[index - 1])
                    raise ModelError(
                        f"{one.name} reads {one.input_size} numbers a step, and {names} below it give {given}"
                    )
        return levels

    def _level(self, name: str, said: Said) -> tuple[Layer, ...]:
        found = [group for group in self.groups if group.level == name] or [
            group for group in self.groups if group.name == name
        ]
        if not found:
            raise ModelError(f"no layer '{name}' to stand below; {meant(name, self.levels)}")
        # Forward first, as every framework puts the two side by side.
        return tuple(self.framework.layer(group, said) for group in sorted(found, key=lambda group: group.reverse))


def open_model(path: str, framework: str) -> Model:
    """Return the layers of a file; raises OSError, or `ModelError` where nothing in it is named as a layer is there."""
    arrays = read_arrays(path)
    if framework not in FRAMEWORKS:
        raise ModelError(f"no framework '{framework}'; {meant(framework, tuple(FRAMEWORKS))}")
    known = FRAMEWORKS[framework]
    groups = tuple(known.groups(arrays))
    if groups:
        return Model(known, groups)
    others = [name for name, other in FRAMEWORKS.items() if other.groups(arrays)]
    hint = f"; it looks like {' or '.join(others)}" if others else ""
    raise ModelError(f"holds no recurrent layer of {framework}{hint}. Its arrays: {listed(arrays) or 'none'}")
