"""Records on disk: named by what was measured, written whole, verified when read, claimed while computed.

The room knows files and nothing of networks. It imports the standard library and NumPy (and pyarrow inside
the function that writes Parquet), so whatever reads results does not wait for jax.
"""

from gru_vanish.store.arrays import Payload, payload_digest
from gru_vanish.store.claims import Claims
from gru_vanish.store.errors import (
    DamagedManifest,
    DamagedRecord,
    Defect,
    MissingManifest,
    MissingRecord,
    StoreError,
    StoreUnavailable,
)
from gru_vanish.store.failures import Failure, failures_path, read_failures, write_failures
from gru_vanish.store.files import make_folder, remove_leftovers, write_atomically
from gru_vanish.store.keys import canonical, key_of
from gru_vanish.store.manifest import list_studies, manifest_path, read_manifest, write_manifest
from gru_vanish.store.records import Record, make_record
from gru_vanish.store.store import State, Store
from gru_vanish.store.tables import write_tables

__all__ = [
    "Claims",
    "DamagedManifest",
    "DamagedRecord",
    "Defect",
    "Failure",
    "MissingManifest",
    "MissingRecord",
    "Payload",
    "Record",
    "State",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "canonical",
    "failures_path",
    "key_of",
    "list_studies",
    "make_folder",
    "make_record",
    "manifest_path",
    "payload_digest",
    "read_failures",
    "read_manifest",
    "remove_leftovers",
    "write_atomically",
    "write_failures",
    "write_manifest",
    "write_tables",
]
