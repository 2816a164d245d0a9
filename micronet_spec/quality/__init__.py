"""Quality recomputed from predictions and the test set's labels, exactly (E5, T1)."""

from micronet_spec.quality.proof import Proof, Verdict, prove

__all__ = ["Proof", "Verdict", "prove"]
