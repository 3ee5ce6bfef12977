"""The measurements on one unrolled network, one per file.

A new measure is one new file and one line in `MEASURES`.
"""

from gru_vanish.contracts import Measure
from gru_vanish.flow.flow_map import FlowMap
from gru_vanish.flow.gate_statistics import GateStatistics
from gru_vanish.flow.h0_gradient import H0Gradient
from gru_vanish.flow.input_gradient import InputGradient
from gru_vanish.flow.jacobian import Jacobian
from gru_vanish.flow.lag_shares import LagShares
from gru_vanish.flow.leak_visits import LeakVisits
from gru_vanish.flow.lyapunov import Lyapunov
from gru_vanish.flow.path_products import PathProducts
from gru_vanish.flow.path_shares import PathShares
from gru_vanish.flow.plain_reading import PlainReading
from gru_vanish.flow.recurrent_spectrum import RecurrentSpectrum

MEASURES: dict[str, Measure] = {
    "h0_gradient": H0Gradient(),
    "flow_map": FlowMap(),
    "input_gradient": InputGradient(),
    "gate_statistics": GateStatistics(),
    "recurrent_spectrum": RecurrentSpectrum(),
    "path_shares": PathShares(),
    "path_products": PathProducts(),
    "leak_visits": LeakVisits(),
    "jacobian": Jacobian(),
    "lyapunov": Lyapunov(),
    "lag_shares": LagShares(),
    "plain_reading": PlainReading(),
}

__all__ = ["MEASURES"]
