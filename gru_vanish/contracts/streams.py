"""Random numbers by purpose: one independent stream for every name."""

from hashlib import sha256

import numpy as np


class Streams:
    """Independent NumPy PCG64 streams of one seed, one for each named purpose.

    A stream depends on the seed and on its name alone, so a further weight or a further cell never shifts the
    numbers of another. Draws are float64 whatever the precision of the run, and cast afterwards: a float32 and a
    float64 study compare the same networks.
    """

    def __init__(self, seed: int) -> None:
        if not 0 <= seed < 2**32:
            raise ValueError(f"a seed is an integer with 0 <= seed < 2**32, not {seed}")
        self.seed = seed

    def __call__(self, purpose: str) -> np.random.Generator:
        """Return a fresh generator at the start of the stream ``purpose``."""
        words = np.frombuffer(sha256(purpose.encode()).digest()[:16], dtype="<u4")
        sequence = np.random.SeedSequence(self.seed, spawn_key=tuple(int(word) for word in words))
        return np.random.Generator(np.random.PCG64(sequence))
