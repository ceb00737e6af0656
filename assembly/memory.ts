// Memory belongs to the caller: everything above heapBase() is theirs, kernels allocate nothing and keep no pointers.

// First byte that the caller may use.
export function heapBase(): usize {
  return __heap_base;
}

// Clears `bytes` bytes at `pointer`.
export function zero(pointer: usize, bytes: usize): void {
  memory.fill(pointer, 0, bytes);
}
