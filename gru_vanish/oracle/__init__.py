"""A gradient oracle for others: small networks with exact gradients, written for the tests of another framework.

Every number is computed in four ways that share the equations of one step alone; where two of them differ, nothing is
given.
"""

from gru_vanish.oracle.agreement import DisagreementError
from gru_vanish.oracle.files import network_files
from gru_vanish.oracle.networks import Named, networks
from gru_vanish.oracle.readme import readme

__all__ = ["DisagreementError", "Named", "network_files", "networks", "readme"]
