"""The page beside the files: what they are, and how to read them with NumPy and from PyTorch."""

from collections.abc import Sequence

from gru_vanish.oracle.agreement import TOLERANCE
from gru_vanish.oracle.networks import Named

HEAD = """\
# Exact gradients of small recurrent networks

For testing another implementation. Every network is a pair of files: `NAME.safetensors` holds numbers in float64,
`NAME.json` says what each of them is: equations, conventions, axes, seed, versions, checks. `index.json` names all
files with their SHA-256.

Weights are called as in the equations (`weight.W_r`), their gradients likewise (`gradient.W_r`). The loss is
L = sum over b of c · h_T[b] with c = `projection`. `gradient.states[t]` is dL/ds_t, the total derivative (everything
that L depends on through s_t), and `gradient.states[0]` the gradient by the initial state. The state is h alone, or
several parts one behind the other; `state` in the JSON gives their places.

Before a file was written, four ways that share only the equations of one step were compared number by number: an
adjoint that was derived by hand, reverse mode, forward mode, and complex steps. They agree to {tolerance:.0e} of the
largest number of each tensor; the differences that were found are in the JSON under `checks`. The same command gives
the same bytes on the same machine and versions; elsewhere the last digits may differ.

## Networks

| name | cell | preset | equations |
|---|---|---|---|
{rows}
"""
NUMPY = """
## NumPy

The chain rule, with the Jacobians of {name}:

```python
import json
from pathlib import Path
import numpy as np
from safetensors.numpy import load_file

about = json.loads(Path("{name}.json").read_text(encoding="utf-8"))
t = load_file("{name}.safetensors")
delta = t["gradient.states"][-1]
for jacobian in t["jacobian.step"][::-1]:
    delta = np.einsum("bij,bi->bj", jacobian, delta)  # J_t transposed, times dL/ds_t
np.testing.assert_allclose(delta, t["gradient.states"][0], rtol=1e-10)
print(about["equations"], np.linalg.norm(delta, axis=-1))
```
"""
PYTORCH = """
## PyTorch

`torch.nn.GRU` has two bias vectors, of which those of r and z only matter as a sum:

```python
import torch
from safetensors.torch import load_file

t = load_file("gru_torch.safetensors")
stacked = lambda kind, names: torch.cat([t[f"{kind}.{name}"] for name in names.split()])
gru = torch.nn.GRU(t["x"].shape[-1], t["h"].shape[-1]).double()
bias = stacked("weight", "b_r b_z b_h"), torch.cat([0 * t["weight.b_r"], 0 * t["weight.b_z"], t["weight.b_hn"]])
gru.load_state_dict(dict(weight_ih_l0=stacked("weight", "U_r U_z U_h"), weight_hh_l0=stacked("weight", "W_r W_z W_h"),
                         bias_ih_l0=bias[0], bias_hh_l0=bias[1]))
start = t["states"][0].requires_grad_()
hs, _ = gru(t["x"], start[None])
(hs[-1] @ t["projection"]).sum().backward()
torch.testing.assert_close(hs.detach(), t["h"][1:], rtol=0, atol=1e-12)
torch.testing.assert_close(start.grad, t["gradient.states"][0], rtol=1e-12, atol=1e-14)
torch.testing.assert_close(gru.weight_hh_l0.grad, stacked("gradient", "W_r W_z W_h"), rtol=1e-12, atol=1e-14)
print("torch.nn.GRU agrees")
```
"""


def readme(networks: Sequence[Named]) -> str:
    """Return the page about these networks."""
    rows = "\n".join(
        f"| {one.name} | {one.kind} | {one.preset or '–'} | {_in_cell(one.cell.equations())} |" for one in networks
    )
    names = [one.name for one in networks]
    page = HEAD.format(tolerance=TOLERANCE, rows=rows) + NUMPY.format(name=names[0])
    return page + (PYTORCH if "gru_torch" in names else "")


def _in_cell(equations: str) -> str:
    """Return lines of code for one cell of a table."""
    return "<br>".join(f"`{line}`" for line in equations.splitlines())
