"""Closed forms of the literature, by what they are about; `CLOSED_FORMS` in `closed_forms` is their table."""
