"""What ends a command before it is done: what the user or the machine has to put right, or a wish to stop."""

from enum import IntEnum


class Exit(IntEnum):
    """Why a command has ended; the shell is told the number. A signal gives 128 + its own (130, 143)."""

    done = 0
    bug = 1
    usage = 2
    failed = 3
    environment = 4
    damaged = 5


class RefusalError(Exception):
    """What the user or the machine has to put right: a code and a sentence, never a traceback."""

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        """The sentence."""
        return self.sentence


class StoppedError(Exception):
    """A run was asked to stop; what is done is kept, and the same call goes on from there."""
