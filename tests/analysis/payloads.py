"""A believable record of every measure, so that its tables and figures are tried on every shape of study.

One function per measure: (setting, seed) → the arrays that a record holds, with the names that the measure gives them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tests.analysis.gate_payload import gate_statistics
from tests.analysis.grid_payloads import flow_map, input_gradient, recurrent_spectrum
from tests.analysis.path_payloads import leak_visits, path_products, path_shares
from tests.analysis.plain_payload import plain_reading
from tests.analysis.spectral_payloads import jacobian, lag_shares, lyapunov
from tests.analysis.synthetic import StoredRecord, Study
from tests.analysis.training_payload import FACTS, training

Payload = Callable[[Mapping[str, Any], int], dict[str, np.ndarray]]

PAYLOADS: dict[str, Payload] = {
    "flow_map": flow_map,
    "input_gradient": input_gradient,
    "recurrent_spectrum": recurrent_spectrum,
    "gate_statistics": gate_statistics,
    "path_shares": path_shares,
    "path_products": path_products,
    "leak_visits": leak_visits,
    "jacobian": jacobian,
    "lyapunov": lyapunov,
    "lag_shares": lag_shares,
    "plain_reading": plain_reading,
    "training": training,
}


def with_measures(study: Study, measures: Sequence[str], payloads: Mapping[str, Payload] = PAYLOADS) -> Study:
    """The study with these measures beside the h0 gradient; a seed that lacks its record lacks them all."""
    manifest, records = study
    found, series = dict(records), []
    for entry in manifest["series"]:
        keys = {"h0_gradient": entry["keys"]["h0_gradient"]}
        for measure in measures:
            keys[measure] = {}
            for seed, first in entry["keys"]["h0_gradient"].items():
                keys[measure][seed] = f"{measure}:{first}"
                if first in records:
                    found[f"{measure}:{first}"] = StoredRecord(payloads[measure](entry["setting"], int(seed)))
        task = {"task": FACTS} if "training" in measures else {}
        series.append({**entry, **task, "keys": keys})
    return {**manifest, "measures": ["h0_gradient", *measures], "series": series}, found
