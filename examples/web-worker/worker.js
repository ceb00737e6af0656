// The core in a Web Worker, without packages. docs/abi.md describes the arguments of unitVector and dotProducts.

async function loadCore() {
  const response = await fetch(new URL("../../build/core.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  if (instance.exports.abiVersion() !== 1) throw new Error(`The core has ABI ${instance.exports.abiVersion()}, not 1.`);
  return instance.exports;
}
const loading = loadCore();

// Listens from the start, because a request that arrives while the core is loading would otherwise be lost.
self.addEventListener("message", ({ data }) => {
  loading.then((core) => answer(core, data)).catch(reportError);
});

function answer(core, { n, m, seed }) {
  if (n > 256) throw new RangeError(`n = ${n}: this example takes at most 256 dimensions.`);
  // All memory from heapBase() upwards is ours; each request reuses it from there.
  let next = core.heapBase();
  const allocate = (bytes) => {
    const start = Math.ceil(next / 64) * 64;
    next = start + bytes;
    const missing = next - core.memory.buffer.byteLength;
    if (missing > 0) core.memory.grow(Math.ceil(missing / 65536));
    return start;
  };
  const panels = Math.ceil(m / 8);
  const normals = allocate(8 * (n + 15));
  const scratch = allocate(4 * 32 * 64);
  const result = allocate(16);
  const vectors = allocate(4 * panels * n * 8);
  const descriptor = allocate(4 * 5);
  // Views are made after the last allocation, because growing the memory invalidates earlier ones.
  const found = new Float64Array(core.memory.buffer, result, 2).fill(0);
  new Float32Array(core.memory.buffer, vectors, panels * n * 8).fill(0);
  new Uint32Array(core.memory.buffer, descriptor, 5).set([vectors, n, panels, scratch, result]);

  // Eight vectors side by side, [⌈m/8⌉][n][8]: the next component of a vector is 32 bytes further on. This is one block
  // of components, for n ≤ 256; docs/abi.md describes the layout for larger n.
  for (let v = 0; v < m; v++) {
    core.unitVector(vectors + (v >> 3) * n * 32 + (v & 7) * 4, 32, n, normals, seed, 0, v, 0);
  }

  // Each call multiplies one panel of eight by 32 panels, because a long call would run entirely in the engine's slower
  // baseline code.
  for (let panel = 0; panel < panels; panel++) {
    for (let other = panel; other < panels; other += 32) {
      core.dotProducts(descriptor, panel, 1, other, Math.min(32, panels - other));
    }
    if (panel % 32 === 31) self.postMessage({ done: panel / panels });
  }
  self.postMessage({ done: 1, n, m, largest: found[0], meanSquare: found[1] / ((m * (m - 1)) / 2) });
}
