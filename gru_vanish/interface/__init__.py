"""What the commands do, as functions: they take values, give values, and print nothing.

The command line calls them and tells what they return; ``from gru_vanish import run`` is the same for Python. One file
holds what one command does.
"""
