// Memory belongs to the caller, from heapBase() upwards; kernels allocate nothing and keep no pointers.

// The first byte available to the caller.
export function heapBase(): usize {
  return __heap_base;
}

// Clears `bytes` bytes at `pointer`.
export function zero(pointer: usize, bytes: usize): void {
  memory.fill(pointer, 0, bytes);
}
