"""Training on a task, compiled in long stretches, and what is measured on the way.

A new optimizer or schedule is one class and one line in the table of its file.
"""

from gru_vanish.training.optimizers import OPTIMIZERS
from gru_vanish.training.plan import Training
from gru_vanish.training.run import TrainingRun
from gru_vanish.training.schedules import SCHEDULES

__all__ = ["OPTIMIZERS", "SCHEDULES", "Training", "TrainingRun"]
