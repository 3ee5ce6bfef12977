"""Whether gates are drawn one by one or as one: the blocks differ in size."""

from typing import Literal

import numpy as np
import pytest

from gru_vanish.contracts import Streams
from gru_vanish.initializers import MATRICES, stack

GATES = ("reset", "update", "candidate")
N = 60

every_random = pytest.mark.parametrize("kind", sorted(set(MATRICES) - {"zeros", "identity"}))


def draw(
    kind: str, scope: Literal["per_gate", "joint"], gates: tuple[str, ...] = GATES, columns: int = N
) -> np.ndarray:
    return stack(MATRICES[kind](), Streams(5), "weights.recurrent", gates, columns, N, scope)


def test_joint_orthogonal_makes_every_block_a_contraction() -> None:
    blocks = draw("orthogonal", "joint")
    np.testing.assert_allclose(np.einsum("gij,gik->jk", blocks, blocks), np.eye(N), atol=1e-13)
    singular = np.linalg.svd(blocks, compute_uv=False)
    assert np.sqrt(np.mean(singular**2)) == pytest.approx(3**-0.5, rel=1e-13)
    np.testing.assert_allclose(np.sqrt(np.mean(singular**2, axis=1)), 3**-0.5, rtol=0.05)
    assert singular.max() <= 1 + 1e-13


def test_per_gate_orthogonal_keeps_every_block_orthogonal() -> None:
    for block in draw("orthogonal", "per_gate"):
        np.testing.assert_allclose(block.T @ block, np.eye(N), atol=1e-13)


@pytest.mark.parametrize("columns", [N, 20])
def test_joint_glorot_counts_the_outputs_of_all_gates(columns: int) -> None:
    for scope, fan_out in (("per_gate", N), ("joint", 3 * N)):
        bound = (6 / (columns + fan_out)) ** 0.5
        largest = np.abs(draw("glorot", scope, columns=columns)).max()  # type: ignore[arg-type]
        assert 0.99 * bound < largest <= bound


@pytest.mark.parametrize("kind", ["uniform", "gaussian", "lecun"])
def test_distributions_that_do_not_count_outputs_have_one_size_in_both_scopes(kind: str) -> None:
    sizes = [draw(kind, scope).std() for scope in ("per_gate", "joint")]  # type: ignore[arg-type]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.03)


@every_random
def test_blocks_differ_and_scopes_differ(kind: str) -> None:
    blocks, joint = draw(kind, "per_gate"), draw(kind, "joint")
    assert blocks.shape == joint.shape == (3, N, N)
    for drawn in (blocks, joint):
        assert not np.array_equal(drawn[0], drawn[1])
        assert not np.array_equal(drawn[1], drawn[2])
    assert not np.array_equal(blocks, joint)


@every_random
def test_a_gate_has_its_own_stream_whatever_others_there_are(kind: str) -> None:
    all_of_them, alone, turned = (draw(kind, "per_gate", gates) for gates in (GATES, GATES[1:2], GATES[::-1]))
    np.testing.assert_array_equal(all_of_them[1], alone[0])
    np.testing.assert_array_equal(all_of_them[::-1], turned)
