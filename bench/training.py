"""The step of bench/training.ts in PyTorch on one core: 100 ReLUs from 50 neurons, batch 8192, |error|^4, Adam. Prints
PyTorch's version, then, for every line that it reads, processor seconds per step (the best of a few)."""
import sys
import time

import torch

torch.set_num_threads(1)
F, N, batch, p, q = 100, 50, 8192, 0.02, 4
W_in = ((torch.rand(N, F) * 2 - 1) * 0.1).requires_grad_()
W_out = ((torch.rand(F, N) * 2 - 1) * 0.15).requires_grad_()
optimiser = torch.optim.Adam([W_in, W_out], lr=0.01)


def step():
    x = (torch.rand(batch, F) * 2 - 1) * (torch.rand(batch, F) < p)
    error = torch.relu(x @ W_in.T) @ W_out.T - torch.relu(x)
    # The same as error.abs() ** 4, but faster.
    square = error * error
    loss = (square * square).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


for _ in range(3):
    step()
print(f"PyTorch {torch.__version__}", flush=True)
for _ in sys.stdin:
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        step()
        best = min(best, time.process_time() - start)
    print(best, flush=True)
