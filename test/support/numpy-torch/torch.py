# The few functions of PyTorch that load.py uses, from NumPy, so that load.py itself runs where PyTorch is not installed.
from numpy import arange, asarray as as_tensor, einsum, float32, int64, zeros  # noqa: F401
