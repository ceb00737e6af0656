// The core in a Web Worker, without packages. docs/abi.md says what philox and dotPairs take.

const response = await fetch(new URL("../../build/core.wasm", import.meta.url));
const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
const core = instance.exports;

self.addEventListener("message", ({ data: { n, m, seed } }) => {
  // Everything from heapBase() on is ours; each question starts over.
  let next = core.heapBase();
  const allocate = (bytes) => {
    const start = Math.ceil(next / 64) * 64;
    next = start + bytes;
    const missing = next - core.memory.buffer.byteLength;
    if (missing > 0) core.memory.grow(Math.ceil(missing / 65536));
    return start;
  };
  const panels = Math.ceil(m / 8);
  const words = allocate(16);
  const scratch = allocate(4 * 64);
  const result = allocate(16);
  const vectors = allocate(4 * panels * n * 8);

  // Views are made after the last allocation: growing the memory ends those made before.
  const word = new Uint32Array(core.memory.buffer, words, 4);
  const found = new Float64Array(core.memory.buffer, result, 2).fill(0);
  const all = new Float32Array(core.memory.buffer, vectors, panels * n * 8).fill(0);
  for (let vector = 0; vector < m; vector++) {
    const values = Float64Array.from({ length: n }, (_, i) => {
      if (i % 2 === 0) core.philox(words, i >> 1, vector, 0, 6, seed, 0);
      // Two normal numbers from four words (Box–Muller).
      const [u, v] = i % 2 === 0 ? [word[0], word[1]] : [word[2], word[3]];
      return Math.sqrt(-2 * Math.log(1 - u / 2 ** 32)) * Math.cos(2 * Math.PI * (v / 2 ** 32));
    });
    const length = Math.hypot(...values);
    // Eight vectors side by side: [⌈m/8⌉][n][8].
    const first = (vector >> 3) * n * 8 + (vector & 7);
    values.forEach((value, i) => (all[first + 8 * i] = value / length));
  }

  // One panel of eight per call: a call that runs long stays in the engine's slower first compiler.
  for (let panel = 0; panel < panels; panel++) {
    core.dotPairs(vectors, n, m, panel, scratch, result);
    if (panel % 32 === 31) self.postMessage({ done: panel / panels });
  }
  self.postMessage({ done: 1, n, m, largest: found[0], meanSquare: found[1] / ((m * (m - 1)) / 2) });
});
