"""How well the privacy gate does, measured: `python -m tests.privacy`; `test_floors.py` keeps it from getting worse."""
