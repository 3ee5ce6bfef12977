"""Networks in the words of each framework: named arrays, and the equations of its documentation in NumPy, float64.

Nothing here knows of gru_vanish: every equation is written out from the documentation, with the arrays as they are
named and stacked there.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Named = dict[str, np.ndarray]
N, M = 4, 3


class Written(NamedTuple):
    """A layer as its framework writes it: arrays, and a step (arrays, state, x) → (state, output)."""

    framework: str
    layer: str
    arrays: Named
    step: Callable[[Named, np.ndarray, np.ndarray], np.ndarray]
    """the state is h, or (h, c) stacked along the first axis"""
    parts: int = 1
    said: tuple[str | None, str | None] = (None, None)


def sigma(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def drawn(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> Named:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape) * 0.6 for name, shape in shapes.items()}


def torch_shapes(gates: int, size: int = M, end: str = "_l0", path: str = "") -> dict[str, tuple[int, ...]]:
    rows = gates * N
    shapes = {"weight_ih": (rows, size), "weight_hh": (rows, N), "bias_ih": (rows,), "bias_hh": (rows,)}
    return {f"{path}{name}{end}": shape for name, shape in shapes.items()}


def torch_rnn(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or ReLU."""
    return np.tanh(p["weight_ih_l0"] @ x + p["bias_ih_l0"] + p["weight_hh_l0"] @ h + p["bias_hh_l0"])


def torch_relu(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.maximum(p["weight_ih_l0"] @ x + p["bias_ih_l0"] + p["weight_hh_l0"] @ h + p["bias_hh_l0"], 0)


def torch_gru(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """W_ih = (W_ir|W_iz|W_in); n = tanh(W_in x + b_in + r ∗ (W_hn h + b_hn)); h' = (1 − z) ∗ n + z ∗ h."""
    i_r, i_z, i_n = np.split(p["weight_ih_l0"] @ x + p["bias_ih_l0"], 3)
    h_r, h_z, h_n = np.split(p["weight_hh_l0"] @ h + p["bias_hh_l0"], 3)
    r, z = sigma(i_r + h_r), sigma(i_z + h_z)
    return (1 - z) * np.tanh(i_n + r * h_n) + z * h


def torch_lstm(p: Named, state: np.ndarray, x: np.ndarray) -> np.ndarray:
    """W_ih = (W_ii|W_if|W_ig|W_io); c' = f ∗ c + i ∗ g; h' = o ∗ tanh c'."""
    h, c = state
    a = p["weight_ih_l0"] @ x + p["bias_ih_l0"] + p["weight_hh_l0"] @ h + p["bias_hh_l0"]
    i, f, g, o = np.split(a, 4)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return np.stack([sigma(o) * np.tanh(c), c])


def equinox_gru(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """r, z, n of W_ih x + b; n = tanh(n_x + r ∗ (W_hn h + b_n)); h' = n + z ∗ (h − n)."""
    r_x, z_x, n_x = np.split(p[".enc[1].weight_ih"] @ x + p[".enc[1].bias"], 3)
    r_h, z_h, n_h = np.split(p[".enc[1].weight_hh"] @ h, 3)
    n = np.tanh(n_x + sigma(r_x + r_h) * (n_h + p[".enc[1].bias_n"]))
    return n + sigma(z_x + z_h) * (h - n)


def equinox_lstm(p: Named, state: np.ndarray, x: np.ndarray) -> np.ndarray:
    h, c = state
    i, f, g, o = np.split(p[".weight_ih"] @ x + p[".weight_hh"] @ h + p[".bias"], 4)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return np.stack([sigma(o) * np.tanh(c), c])


def keras_rnn(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    at = "model/simple_rnn/simple_rnn_cell/"
    return np.tanh(x @ p[f"{at}kernel"] + p[f"{at}bias"] + h @ p[f"{at}recurrent_kernel"])


def keras_gru_after(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Columns z, r, h; two rows of biases; h̃ = tanh(x_h + r ∗ (h U_h + b')); h' = z ∗ h + (1 − z) ∗ h̃."""
    at = "model/gru/gru_cell/"
    bias = p.get(f"{at}bias", np.zeros((2, 3 * N)))
    x_z, x_r, x_h = np.split(x @ p[f"{at}kernel"] + bias[0], 3)
    r_z, r_r, r_h = np.split(h @ p[f"{at}recurrent_kernel"] + bias[1], 3)
    z, r = sigma(x_z + r_z), sigma(x_r + r_r)
    return z * h + (1 - z) * np.tanh(x_h + r * r_h)


def keras_gru_before(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """reset_after=False: one row of biases; h̃ = tanh(x_h + (r ∗ h) U_h)."""
    at = "model/gru/gru_cell/"
    bias = p.get(f"{at}bias", np.zeros(3 * N))
    x_z, x_r, x_h = np.split(x @ p[f"{at}kernel"] + bias, 3)
    u_z, u_r, u_h = np.split(p[f"{at}recurrent_kernel"], 3, axis=1)
    z, r = sigma(x_z + h @ u_z), sigma(x_r + h @ u_r)
    return z * h + (1 - z) * np.tanh(x_h + (r * h) @ u_h)


def keras_lstm(p: Named, state: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Columns i, f, c, o."""
    (h, c), at = state, "lstm/lstm_cell/"
    i, f, g, o = np.split(x @ p[f"{at}kernel:0"] + h @ p[f"{at}recurrent_kernel:0"] + p[f"{at}bias:0"], 4)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return np.stack([sigma(o) * np.tanh(c), c])


def linen_rnn(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.tanh(x @ p["params/cell/i/kernel"] + p["params/cell/i/bias"] + h @ p["params/cell/h/kernel"])


def linen_gru(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """r = σ(W_ir x + b_ir + W_hr h), z too; n = tanh(W_in x + b_in + r ∗ (W_hn h + b_hn)); h = (1 − z) n + z h."""

    def of_x(gate: str) -> np.ndarray:
        return x @ p[f"params/cell/i{gate}/kernel"] + p[f"params/cell/i{gate}/bias"]

    r = sigma(of_x("r") + h @ p["params/cell/hr/kernel"])
    z = sigma(of_x("z") + h @ p["params/cell/hz/kernel"])
    n = np.tanh(of_x("n") + r * (h @ p["params/cell/hn/kernel"] + p["params/cell/hn/bias"]))
    return (1 - z) * n + z * h


def gate_lstm(p: Named, state: np.ndarray, x: np.ndarray, forget: str = "f") -> np.ndarray:
    """i = σ(W_ii x + W_hi h + b_hi), f, o likewise, g with tanh."""
    h, c = state

    def a(gate: str) -> np.ndarray:
        return x @ p[f"i{gate}/kernel"] + h @ p[f"h{gate.rstrip('_')}/kernel"] + p[f"h{gate.rstrip('_')}/bias"]

    c = sigma(a(forget)) * c + sigma(a("i")) * np.tanh(a("g"))
    return np.stack([sigma(a("o")) * np.tanh(c), c])


def nnx_lstm(p: Named, state: np.ndarray, x: np.ndarray) -> np.ndarray:
    return gate_lstm(p, state, x, "f_")


def nnx_gru(p: Named, h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """dense_i and dense_h: r, z, n; n = tanh(x_n + r ∗ h_n), no bias on h_n; h' = (1 − z) ∗ n + z ∗ h."""
    x_r, x_z, x_n = np.split(x @ p["cell/dense_i/kernel"] + p["cell/dense_i/bias"], 3)
    h_r, h_z, h_n = np.split(h @ p["cell/dense_h/kernel"], 3)
    r, z = sigma(x_r + h_r), sigma(x_z + h_z)
    return (1 - z) * np.tanh(x_n + r * h_n) + z * h


def nnx_fast_lstm(p: Named, state: np.ndarray, x: np.ndarray) -> np.ndarray:
    """i, f, g, o along the last axis; the bias is that of dense_h."""
    h, c = state
    i, f, g, o = np.split(x @ p["dense_i/kernel"] + h @ p["dense_h/kernel"] + p["dense_h/bias"], 4)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return np.stack([sigma(o) * np.tanh(c), c])


def kernels(at: str, gates: int, bias: tuple[int, ...] | None, end: str = "") -> dict[str, tuple[int, ...]]:
    shapes = {f"{at}kernel{end}": (M, gates * N), f"{at}recurrent_kernel{end}": (N, gates * N)}
    return shapes | ({} if bias is None else {f"{at}bias{end}": bias})


def dense(
    at: str, x_bias: str, h_bias: str, gates: str, spelt: dict[str, str] | None = None
) -> dict[str, tuple[int, ...]]:
    """The layers of x and h of each gate; which of them have a bias."""
    shapes: dict[str, tuple[int, ...]] = {}
    for gate in gates:
        shapes[f"{at}i{(spelt or {}).get(gate, gate)}/kernel"] = (M, N)
        shapes[f"{at}h{gate}/kernel"] = (N, N)
    shapes |= {f"{at}i{gate}/bias": (N,) for gate in x_bias}
    return shapes | {f"{at}h{gate}/bias": (N,) for gate in h_bias}


def members() -> dict[str, Written]:
    gru, cell = "model/gru/gru_cell/", "params/cell/"
    eqx = {".enc[1].weight_ih": (3 * N, M), ".enc[1].weight_hh": (3 * N, N), ".enc[1].bias": (3 * N,)}
    simple = {f"{cell}i/kernel": (M, N), f"{cell}i/bias": (N,), f"{cell}h/kernel": (N, N)}
    packed = {"cell/dense_i/kernel": (M, 3 * N), "cell/dense_i/bias": (3 * N,), "cell/dense_h/kernel": (N, 3 * N)}
    fast = {"dense_i/kernel": (M, 4 * N), "dense_h/kernel": (N, 4 * N), "dense_h/bias": (4 * N,)}
    eqx_lstm = {".weight_ih": (4 * N, M), ".weight_hh": (4 * N, N), ".bias": (4 * N,)}
    plain = "model/simple_rnn/simple_rnn_cell/"
    return {
        "torch rnn": Written("torch", "l0", drawn(torch_shapes(1)), torch_rnn),
        "torch relu": Written("torch", "l0", drawn(torch_shapes(1)), torch_relu, said=("relu", None)),
        "torch gru": Written("torch", "l0", drawn(torch_shapes(3)), torch_gru),
        "torch lstm": Written("torch", "l0", drawn(torch_shapes(4)), torch_lstm, 2),
        "equinox gru": Written("equinox", "enc[1]", drawn({**eqx, ".enc[1].bias_n": (N,)}), equinox_gru),
        "equinox lstm": Written("equinox", "cell", drawn(eqx_lstm), equinox_lstm, 2),
        "keras rnn": Written("keras", "model/simple_rnn", drawn(kernels(plain, 1, (N,))), keras_rnn),
        "keras gru after": Written("keras", "model/gru", drawn(kernels(gru, 3, (2, 3 * N))), keras_gru_after),
        "keras gru before": Written("keras", "model/gru", drawn(kernels(gru, 3, (3 * N,))), keras_gru_before),
        "keras gru no bias, after": Written(
            "keras", "model/gru", drawn(kernels(gru, 3, None)), keras_gru_after, said=(None, "after")
        ),
        "keras gru no bias, before": Written(
            "keras", "model/gru", drawn(kernels(gru, 3, None)), keras_gru_before, said=(None, "before")
        ),
        "keras lstm": Written("keras", "lstm", drawn(kernels("lstm/lstm_cell/", 4, (4 * N,), ":0")), keras_lstm, 2),
        "linen rnn": Written("flax_linen", "params/cell", drawn(simple), linen_rnn),
        "linen gru": Written("flax_linen", "params/cell", drawn(dense(cell, "rzn", "n", "rzn")), linen_gru),
        "linen lstm": Written("flax_linen", "cell", drawn(dense("", "", "ifgo", "ifgo")), gate_lstm, 2),
        "nnx gru": Written("flax_nnx", "cell", drawn(packed), nnx_gru),
        "nnx lstm": Written("flax_nnx", "cell", drawn(dense("", "", "ifgo", "ifgo", {"f": "f_"})), nnx_lstm, 2),
        "nnx fast lstm": Written("flax_nnx", "cell", drawn(fast), nnx_fast_lstm, 2),
    }


def run(one: Written, xs: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """h_1 … h_T of one sequence (T, M), from the state 0 or from ``start``."""
    state = np.zeros((one.parts, N)).squeeze() if start is None else start
    hs = []
    for x in xs:
        state = one.step(one.arrays, state, x)
        hs.append(state if one.parts == 1 else state[0])
    return np.stack(hs)
