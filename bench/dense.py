"""A well-written dense version of one run in numpy on one core: float32, batched products written to preallocated
buffers, and all readouts and statistics of the inactive circuits computed in place (the active ones cost next to
nothing). Prints the versions of numpy and BLAS, then processor seconds per sample and layer, one line per batch.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 bench/dense.py [batches] [samples in a batch]
"""
import os
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
import numpy as np

D, T, S, L, z = 1000, 557, 6, 5, 3
P = D // 4
batches = int(sys.argv[1]) if len(sys.argv) > 1 else 8
batch = int(sys.argv[2]) if len(sys.argv) > 2 else 256


def blas():
    try:
        found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{found['name']} {found['version']}"
    except (TypeError, KeyError):
        # numpy before 1.26 cannot report its BLAS to a program; Debian's numpy uses the BLAS set by update-alternatives.
        try:
            return ", ".join(sorted({line.split()[-1].split("/")[-1] for line in open("/proc/self/maps") if "blas" in line}))
        except OSError:
            return "unknown BLAS"


rng = np.random.default_rng(0)
W = [rng.standard_normal((D, D), np.float32) * np.float32(0.01) for _ in range(L - 1)]
bias = np.repeat(np.array([-0.5, -1.5, -1, -1], np.float32), P)
readout = np.zeros((P, T), np.float32)
for t in range(T):
    readout[rng.choice(P, S, replace=False), t] = 1 / S

buffers = np.empty((2, batch, D), np.float32)
R = np.empty((4, batch, T), np.float32)
isOn = np.empty((batch, D), bool)
print(f"numpy {np.__version__}, {blas()}", flush=True)

for _ in range(batches):
    active = np.argsort(rng.random((batch, T)), 1)[:, :z]
    A, B = buffers
    A[:] = 0
    for k in range(z):
        A.reshape(batch, 4, P)[:] += readout.T[active[:, k], None]
    inactive = np.ones((batch, T), np.float32)
    np.put_along_axis(inactive, active, 0, 1)
    start = time.process_time()
    for l in range(L):
        # The first layer's weight matrix is the identity.
        if l:
            np.matmul(A, W[l - 1], out=B)
            A, B = B, A
        A += bias
        np.maximum(A, 0, out=A)
        np.matmul(A.reshape(batch, 4, P).transpose(1, 0, 2), readout, out=R)
        alpha, second, x, y = R
        alpha -= second
        x -= alpha
        y -= alpha
        alpha *= alpha
        x *= x
        y *= y
        x += y
        alpha *= inactive
        x *= inactive
        np.greater(A, 1e-4, out=isOn)
        statistics = (alpha.sum(), x.sum(), alpha.max(), x.max(), isOn.reshape(batch, 4, P).sum((0, 2)))
    print((time.process_time() - start) / batch / L, flush=True)
