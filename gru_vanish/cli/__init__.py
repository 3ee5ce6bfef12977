"""The command line: the only room that prints, and the only one that knows exit codes.

What is imported at the top of ``app``, ``exits``, ``signals`` and ``output`` is paid by every ``--help``:
nothing but the standard library and Typer. All else is imported inside the commands.
"""

import signal


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until a command watches its signals, Ctrl-C ends the process without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gru_vanish.cli.app import main as run

    run()


__all__ = ["main"]
