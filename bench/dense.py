"""A well-written dense version of one run: numpy with OpenBLAS, float32, all readouts and statistics. Prints seconds per
sample and layer, one line per batch. Needs numpy; OMP_NUM_THREADS=1 keeps it on one core."""
import sys, time
import numpy as np

D, T, S, L, z, batch, repeats = 1000, 557, 6, 5, 3, 512, int(sys.argv[1]) if len(sys.argv) > 1 else 8
P = D // 4
rng = np.random.default_rng(0)
W = [rng.standard_normal((D, D)).astype(np.float32) * 0.01 for _ in range(L - 1)]
bias = np.repeat(np.array([-0.5, -1.5, -1, -1], np.float32), P)
readout = np.zeros((P, T), np.float32)
for t in range(T):
    readout[rng.choice(P, S, replace=False), t] = 1 / S
for _ in range(repeats):
    active = np.argsort(rng.random((batch, T)), 1)[:, :z]
    A = np.zeros((batch, D), np.float32)
    for k in range(z):
        for i in range(4):
            A[:, i * P : (i + 1) * P] += readout.T[active[:, k]]
    mask = np.ones((batch, T), bool)
    np.put_along_axis(mask, active, False, 1)
    start = time.perf_counter()
    for l in range(L):
        if l:
            A = A @ W[l - 1]
        A += bias
        np.maximum(A, 0, out=A)
        r = (A.reshape(batch * 4, P) @ readout).reshape(batch, 4, T)
        alpha = r[:, 0] - r[:, 1]
        x = r[:, 2:] - alpha[:, None]
        a2 = alpha * alpha
        x2 = x[:, 0] * x[:, 0] + x[:, 1] * x[:, 1]
        a2 *= mask
        x2 *= mask
        stats = (a2.sum(), x2.sum(), a2.max(), x2.max(), (A > 1e-4).reshape(batch, 4, P).mean((0, 2)))
    print((time.perf_counter() - start) / batch / L, flush=True)
