from gru_vanish import draw, report, run

cells = {"RNN": {"kind": "rnn", "hidden": 16}, "GRU": {"kind": "gru", "hidden": 16}}
inputs = {"kind": "gaussian", "size": 8, "scale": 1.0, "batch": 4}
study = {"schema": 1, "name": "notebook", "seeds": 3, "lengths": [1, 10, 100], "inputs": inputs, "cells": cells}
ran = run(study, set={"cells.GRU.init.update_bias": -2.0}, progress=True)
for name, rate in zip(ran.summary()["short_name"], ran.summary()["decay_rate"], strict=True):
    print(f"{name}: {rate:.3f} nats per step")
figures = draw(ran, figure="gradient_vs_length").figures()
report(ran, output="notebook.html")
