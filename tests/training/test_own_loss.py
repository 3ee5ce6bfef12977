"""The adjoint of the task's own loss and ∂ŷ/∂x_t, against autodiff, finite differences and closed forms."""

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Setting, Task
from gru_vanish.training import own_loss
from gru_vanish.training.checkpoint import by_chunks, shown
from gru_vanish.training.gradient import Batch, Weights
from gru_vanish.training.readout import error, losses
from tests.training import settings

SAMPLES = 6


def walked(cell: Cell, weights: Weights, x: Any, h0: Any, pushed: Any) -> Any:
    """The answers at all steps of one sample; ``pushed`` (T + 1, n) is added to h_0 … h_T."""

    def step(state: Any, at: Any) -> Any:
        x, push = at
        state = cell.step(weights.cell, cell.same_state(state), x, SAFE)[0] + push
        return state, weights.readout.weight @ cell.read(state) + weights.readout.bias

    return jax.lax.scan(step, h0 + pushed[0], (x, pushed[1:]))[1]


def loss_of(cell: Cell, task: Task, weights: Weights, x: Any, target: Any, h0: Any, pushed: Any) -> Any:
    """One sample's own loss."""
    answers = walked(cell, weights, x, h0, pushed)[np.asarray(task.output_steps) - 1]
    if task.loss_kind == "mean_squared_error":
        return jnp.mean(jnp.sum((answers - target.astype(answers.dtype)) ** 2, axis=1))
    ln_shares = answers - jnp.log(jnp.sum(jnp.exp(answers), axis=1, keepdims=True))
    return -jnp.mean(jnp.take_along_axis(ln_shares, target[:, None], axis=1))


class Case:
    """A draw, what is seen of it, and the same by autodiff, each sample by itself."""

    def __init__(self, given: Setting) -> None:
        cell, task = given.cell, given.task
        assert task is not None
        self.given, self.cell, self.task, self.unit = given, cell, task, settings.data(given)
        self.weights = settings.weights_of(self.unit)
        self.batch, self.group = settings.drawn_test(given, samples=SAMPLES)
        program = settings.program(given)
        self.seen = settings.jit(lambda unit, batch: own_loss.seen(program, unit, self.weights, batch))(
            self.unit, self.batch
        )
        pushed = jnp.zeros((task.steps + 1, cell.state_size))

        def expected(x: Any, target: Any, h0: Any) -> Any:
            by_input, by_state = jax.grad(loss_of, (3, 6))(cell, task, self.weights, x, target, h0, pushed)
            last = np.asarray(task.output_steps[-own_loss.followed(task) :]) - 1
            answers = jax.jacobian(lambda x: walked(cell, self.weights, x, h0, pushed)[last])(x)
            return by_input, by_state, answers[..., task.content]

        self.by_input, self.by_state, self.answers = jax.tree.map(
            np.asarray, settings.jit(jax.vmap(expected, (1, 1, 0)))(*self.batch)
        )


TASKS = {"one answer": settings.adding(6), "answers in between": settings.early()}


@lru_cache
def case_of(name: str) -> Case:
    return Case(settings.setting(TASKS[name], cell=GRU(hidden=4)))


@pytest.fixture(params=TASKS)
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


def test_total_derivatives_of_the_own_loss(case: Case) -> None:
    """dL/dh_t is what a push of h_t does to the sample's loss, dL/dx_t likewise; also where nothing comes any more."""
    states, inputs = (np.linalg.norm(each, axis=2).T for each in (case.by_state, case.by_input))
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(case.seen.ln_first, np.log(states[0]), rtol=0, atol=1e-10)
        np.testing.assert_allclose(case.seen.steps.ln_state, np.log(states[1:]), rtol=0, atol=1e-10)
        np.testing.assert_allclose(case.seen.steps.ln_input, np.log(inputs), rtol=0, atol=1e-10)
    assert np.isneginf(case.seen.steps.ln_state[case.task.output_steps[-1] :]).all()


def test_what_the_answers_owe_to_each_step(case: Case) -> None:
    """(samples, answers, k, t, content): Frobenius over answers and content."""
    norms = np.sqrt((case.answers**2).sum(axis=(1, 2, 4))).T
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(case.seen.steps.ln_answer, np.log(norms), rtol=0, atol=1e-10)
    if own_loss.is_scalar(case.task):
        np.testing.assert_allclose(case.seen.steps.answer, case.answers[:, 0, 0, :, 0].T, rtol=1e-10, atol=1e-14)
    else:
        assert np.isnan(case.seen.steps.answer).all()


def test_one_answer_is_checked_by_finite_differences() -> None:
    """So that autodiff is not the only witness."""
    one = case_of("one answer")
    pushed, width = jnp.zeros((7, 4)), 1e-6
    x, h0, target = one.batch.x[:, 2], one.batch.h0[2], one.batch.target[:, 2]
    answer = settings.jit(lambda x: walked(one.cell, one.weights, x, h0, pushed)[-1, 0])
    loss = settings.jit(lambda push: loss_of(one.cell, one.task, one.weights, x, target, h0, push))
    for t in (0, 3, 5):
        apart = answer(x.at[t, 0].add(width)) - answer(x.at[t, 0].add(-width))
        np.testing.assert_allclose(one.seen.steps.answer[t, 2], apart / (2 * width), rtol=1e-7)
        by_state = [
            (loss(pushed.at[t + 1, i].add(width)) - loss(pushed.at[t + 1, i].add(-width))) / (2 * width)
            for i in range(4)
        ]
        np.testing.assert_allclose(one.seen.steps.ln_state[t, 2], np.log(np.linalg.norm(by_state)), atol=1e-7)


def test_gates_are_their_means_over_units(case: Case) -> None:
    """By the equations of the GRU: r and z of every step, from the states of a plain walk."""
    w = case.weights.cell
    state = np.asarray(case.batch.h0)
    for t, x in enumerate(np.asarray(case.batch.x)):
        drive = [x @ np.asarray(w.input[k]).T + np.asarray(w.bias[k]) for k in range(3)]
        r = 1 / (1 + np.exp(-(state @ np.asarray(w.reset).T + drive[0])))
        z = 1 / (1 + np.exp(-(state @ np.asarray(w.update).T + drive[1])))
        new = np.tanh((r * state) @ np.asarray(w.candidate).T + drive[2])
        for name, value in (("reset", r), ("update", z), ("candidate", new)):
            np.testing.assert_allclose(case.seen.steps.gates[name][t], value.mean(axis=1), rtol=1e-12, atol=1e-15)
        state = (1 - z) * state + z * new


def test_shares_of_the_paths(case: Case) -> None:
    """s_p(t) = ⟨δ_t, J_t^p w⟩ / ⟨δ_t, J_t w⟩, with the Jacobians of every use by autodiff and w a plain product."""
    cell, weights, batch = case.cell, case.weights, case.batch
    by_use = settings.jit(
        jax.vmap(
            lambda state, x: jax.jacobian(lambda uses: cell.step(weights.cell, uses, x, SAFE)[0])(
                cell.same_state(state)
            )
        )
    )
    states = batch.h0
    w = case.by_state[:, 0]
    for t, x in enumerate(batch.x):
        if t >= case.task.output_steps[-1]:
            assert all(np.isnan(share[t]).all() for share in case.seen.steps.shares.values())
            continue
        delta = case.by_state[:, t + 1]
        parts = {name: np.einsum("bi,bij,bj->b", delta, j, w) for name, j in by_use(states, x)._asdict().items()}
        whole = sum(parts.values())
        for name, part in parts.items():
            np.testing.assert_allclose(case.seen.steps.shares[name][t], part / whole, rtol=1e-8, atol=1e-10)
        w = sum(np.einsum("bij,bj->bi", j, w) for j in by_use(states, x))
        states = jax.vmap(lambda state, x: cell.step(weights.cell, cell.same_state(state), x, SAFE)[0])(states, x)


def test_steps_by_their_group(case: Case) -> None:
    program = settings.program(case.given)
    found = settings.jit(lambda seen, group: shown(program, seen, group))(case.seen, jnp.asarray(case.group))
    steps = jax.tree.map(np.asarray, case.seen.steps)
    by_state = np.concatenate([np.asarray(case.seen.ln_first)[None], steps.ln_state])
    for ln, name in ((by_state, "state_gradient"), (steps.ln_input, "input_gradient")):
        check_typical(ln, found, f"ln_{name}", f"ln_{name}_rms", f"{name}_zero", axis=1)
    for index, group in enumerate(case.task.groups):
        here = case.group == index
        names = (f"ln_answer_gradient/{group}", f"ln_answer_gradient_rms/{group}", f"answer_gradient_zero/{group}")
        check_typical(steps.ln_answer[here], found, *names, axis=0)
        for gate, values in steps.gates.items():
            np.testing.assert_allclose(found[f"gate/{gate}/{group}"], values[here].mean())
        for use, values in steps.shares.items():
            np.testing.assert_allclose(found[f"path_share/{use}/{group}"], np.nanmean(values[here]))
            np.testing.assert_allclose(found[f"path_share_counted/{group}"], np.isfinite(values[here]).mean())
        if own_loss.is_scalar(case.task):
            np.testing.assert_allclose(found[f"answer_gradient/{group}"], steps.answer[here].mean())
        else:
            assert f"answer_gradient/{group}" not in found


def check_typical(ln: np.ndarray, found: Any, mean: str, rms: str, zero: str, axis: int) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        finite = np.isfinite(ln)
        expected = np.where(finite, ln, 0).sum(axis=axis) / finite.sum(axis=axis)
        np.testing.assert_allclose(found[mean], expected, rtol=1e-12)
        np.testing.assert_allclose(found[rms], 0.5 * np.log(np.mean(np.exp(2 * ln), axis=axis)), rtol=1e-12)
    np.testing.assert_allclose(found[zero], np.mean(~finite, axis=axis))


def test_far_below_the_range_of_a_float32() -> None:
    """A linear RNN with W = g·orthogonal in float32: ln‖δ_t‖ = (T − t) ln g + ln‖δ_T‖, down to 10⁻¹⁵⁰."""
    init = RNN.Init.model_validate({"recurrent": {"kind": "orthogonal", "gain": 1e-3}})
    cell = RNN(hidden=4, activation="identity")
    given = settings.setting(settings.adding(50), cell=cell, init=init, precision="float32")
    program, unit = settings.program(given), settings.data(given)
    weights, (batch, _) = settings.weights_of(unit), settings.drawn_test(given)
    seen = settings.jit(lambda unit, batch: own_loss.seen(program, unit, weights, batch))(unit, batch)
    ln = np.concatenate([np.asarray(seen.ln_first)[None], seen.steps.ln_state])
    expected = np.log(1e-3) * np.arange(50, -1, -1)[:, None] + ln[-1]
    np.testing.assert_allclose(ln, expected, rtol=0, atol=50 * 2e-7)
    # ŷ is linear in x, and one number: ∂ŷ/∂x_t is the same for all samples, and its size is that of its logarithm.
    np.testing.assert_allclose(np.exp(seen.steps.ln_answer[40:]), np.abs(seen.steps.answer[40:]), rtol=1e-12)
    assert np.max(seen.steps.ln_answer[0]) < -140 * np.log(10)
    assert np.ptp(seen.steps.ln_answer, axis=1).max() < 1e-12


def test_a_chunk_more_or_less_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven samples by threes: the last chunk is filled up, and what filled it is left out again."""

    def see(part: Batch) -> Any:
        return {"by step": part.x[..., 0] + part.h0[None, :, 0], "once": part.target[0, :, 0]}

    rng = np.random.default_rng(0)
    batch = Batch(*(jnp.asarray(rng.normal(size=shape)) for shape in ((4, 7, 2), (1, 7, 1), (7, 3))))
    monkeypatch.setattr("gru_vanish.training.checkpoint.CHUNK", 3)
    parts: Any = by_chunks(see, batch)
    for name, whole in see(batch).items():
        np.testing.assert_array_equal(parts[name], whole)


def test_error_is_the_derivative_of_the_losses() -> None:
    rng = np.random.default_rng(1)
    answered = jnp.asarray(rng.normal(size=(3, 4, 5)))
    for kind, target in (
        ("cross_entropy", jnp.asarray(rng.integers(0, 5, (3, 4)), jnp.int32)),
        ("mean_squared_error", jnp.asarray(rng.normal(size=(3, 4, 5)), jnp.float32)),
    ):
        mantissa, exponent = error(kind, answered, target)  # type: ignore[arg-type]
        ours = mantissa * 2.0 ** np.asarray(exponent)[..., None]
        theirs = jax.grad(lambda own, kind=kind, target=target: jnp.sum(losses(kind, own, target)))(answered)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("apart", [40.0, 2000.0])
def test_a_sure_answer_still_has_a_gradient(apart: float) -> None:
    """Two classes, e^−d apart: the error is (e^−d, −e^−d) up to e^−2d, where plain code shows 0 for the right one."""
    answered = jnp.asarray([[[apart, 0.0]]], jnp.float32)
    mantissa, exponent = error("cross_entropy", answered, jnp.zeros((1, 1), jnp.int32))
    ln_sizes = np.log(np.abs(mantissa[0, 0])) + float(exponent[0, 0]) * np.log(2.0)
    np.testing.assert_allclose(ln_sizes, [-apart, -apart], rtol=1e-12)
    assert mantissa[0, 0, 0] < 0 < mantissa[0, 0, 1]
