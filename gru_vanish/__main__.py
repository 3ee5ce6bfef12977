"""``python -m gru_vanish`` is the command ``gru-vanish``."""

from gru_vanish.cli import main

if __name__ == "__main__":
    main()
