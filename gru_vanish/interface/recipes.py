"""How a model becomes a file of arrays, in three lines of Python for each framework."""

from collections.abc import Mapping

RECIPES: Mapping[str, str] = {
    "torch": """\
from safetensors.torch import save_file
state = {name: array.contiguous() for name, array in model.state_dict().items()}
save_file(state, "model.safetensors")""",
    "keras": """\
import numpy
named = {variable.path: numpy.asarray(variable) for variable in model.weights}
numpy.savez("model.npz", **named)""",
    "flax_linen": """\
import flax, numpy
named = flax.traverse_util.flatten_dict(params, sep="/")
numpy.savez("model.npz", **{name: numpy.asarray(array) for name, array in named.items()})""",
    "flax_nnx": """\
import numpy; from flax import nnx
leaves = nnx.to_flat_state(nnx.state(model, nnx.Param))
numpy.savez("model.npz", **{"/".join(map(str, path)): numpy.asarray(leaf[...]) for path, leaf in leaves})""",
    "equinox": """\
import equinox, jax, numpy
leaves = jax.tree_util.tree_leaves_with_path(equinox.filter(model, equinox.is_array))
numpy.savez("model.npz", **{jax.tree_util.keystr(path): numpy.asarray(leaf) for path, leaf in leaves})""",
}
