import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * A matrix product by another package: C [m][n] = A [m][k] · B [k][n]. It uses single precision if the package supports
 * it. As in our layer, a bias and ReLU follow, but only if the package can do product, bias and ReLU in one call.
 */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Prepares a product of one size; each call of the returned function computes it once. */
  readonly prepare: (m: number, n: number, k: number, A: Float32Array, B: Float32Array) => Promise<() => unknown>;
}

const require = createRequire(new URL("../../../bench/peers/package.json", import.meta.url));

/** A package's version, read from package-lock.json, because some packages do not export their package.json. */
function versionOf(name: string): string {
  const lock = JSON.parse(readFileSync(new URL("../../../bench/peers/package-lock.json", import.meta.url), "utf8")) as {
    packages: Record<string, { version: string }>;
  };
  return lock.packages[`node_modules/${name}`]!.version;
}

async function load<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(require.resolve(name)).href)) as Module;
}

/** tfjs's Wasm backend: XNNPACK with SIMD; product, bias and ReLU in one call. */
async function tfjs(): Promise<Peer> {
  interface Tensor {
    dispose(): void;
  }
  interface Tf {
    tensor2d(values: Float32Array, shape: [number, number]): Tensor;
    tensor1d(values: Float32Array): Tensor;
    fused: { matMul(layer: { a: Tensor; b: Tensor; bias: Tensor; activation: "relu" }): Tensor };
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
  }
  const coreModule = await load<{ default?: Tf } & Tf>("@tensorflow/tfjs-core");
  const core = coreModule.default ?? coreModule;
  await load("@tensorflow/tfjs-backend-wasm");
  await core.setBackend("wasm");
  await core.ready();
  return {
    name: "tfjs-backend-wasm",
    version: versionOf("@tensorflow/tfjs-backend-wasm"),
    prepare: async (m, n, k, A, B) => {
      const a = core.tensor2d(A, [m, k]);
      const b = core.tensor2d(B, [k, n]);
      const bias = core.tensor1d(new Float32Array(n));
      // The result stays in the backend's memory, just as our results stay in the kernels' memory.
      return () => core.fused.matMul({ a, b, bias, activation: "relu" }).dispose();
    },
  };
}

/** A protobuf field of an ONNX model: a varint, or bytes with their length. */
function field(number: number, value: number | Uint8Array | string): number[] {
  const varint = (v: number): number[] => (v < 128 ? [v] : [(v & 127) | 128, ...varint(Math.floor(v / 128))]);
  if (typeof value === "number") return [...varint(number << 3), ...varint(value)];
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

/** An ONNX model with a single MatMul, opset 13. */
function matMulModel(m: number, n: number, k: number): Uint8Array {
  const bytes = (...fields: number[][]): Uint8Array => Uint8Array.from(fields.flat());
  const value = (name: string, rows: number, columns: number): Uint8Array => {
    const dimension = (size: number): number[] => field(1, bytes(field(1, size)));
    const shape = bytes(dimension(rows), dimension(columns));
    return bytes(field(1, name), field(2, bytes(field(1, bytes(field(1, 1), field(2, shape))))));
  };
  const node = bytes(field(1, "A"), field(1, "B"), field(2, "C"), field(4, "MatMul"));
  const graph = bytes(
    field(1, node),
    field(2, "product"),
    field(11, value("A", m, k)),
    field(11, value("B", k, n)),
    field(12, value("C", m, n)),
  );
  return bytes(field(1, 8), field(8, bytes(field(2, 13))), field(7, graph));
}

/** onnxruntime-web on its Wasm backend, one thread. */
async function onnx(): Promise<Peer> {
  interface Session {
    run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
  }
  interface Ort {
    env: { wasm: { numThreads: number }; logLevel: string };
    InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
    Tensor: new (type: "float32", data: Float32Array, dims: number[]) => unknown;
  }
  const module = await load<{ default?: Ort } & Ort>("onnxruntime-web");
  const ort = module.default ?? module;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return {
    name: "onnxruntime-web",
    version: versionOf("onnxruntime-web"),
    prepare: async (m, n, k, A, B) => {
      const session = await ort.InferenceSession.create(matMulModel(m, n, k), { executionProviders: ["wasm"] });
      const feeds = { A: new ort.Tensor("float32", A, [m, k]), B: new ort.Tensor("float32", B, [k, n]) };
      return () => session.run(feeds);
    },
  };
}

/** Plain JavaScript, double precision. */
async function mlMatrix(): Promise<Peer> {
  interface Matrix {
    mmul(other: Matrix): Matrix;
  }
  const { Matrix } = await load<{ Matrix: { from1DArray(rows: number, columns: number, data: Float32Array): Matrix } }>(
    "ml-matrix",
  );
  return {
    name: "ml-matrix",
    version: versionOf("ml-matrix"),
    prepare: async (m, n, k, A, B) => {
      const a = Matrix.from1DArray(m, k, A);
      const b = Matrix.from1DArray(k, n, B);
      return () => a.mmul(b);
    },
  };
}

/** Reference BLAS in JavaScript. */
async function stdlib(): Promise<Peer> {
  type Sgemm = (
    ...args: [
      string,
      string,
      string,
      number,
      number,
      number,
      number,
      ...[Float32Array, number],
      ...[Float32Array, number],
      number,
      Float32Array,
      number,
    ]
  ) => Float32Array;
  const { default: sgemm } = await load<{ default: Sgemm }>("@stdlib/blas-base-sgemm");
  return {
    name: "@stdlib sgemm",
    version: versionOf("@stdlib/blas-base-sgemm"),
    prepare: async (m, n, k, A, B) => {
      const C = new Float32Array(m * n);
      return () => sgemm("row-major", "no-transpose", "no-transpose", m, n, k, 1, A, k, B, n, 0, C, n);
    },
  };
}

/** The packages that can be loaded here, and for each of the others, its name and the reason. */
export async function loadPeers(): Promise<{ peers: Peer[]; missing: string[] }> {
  const peers: Peer[] = [];
  const missing: string[] = [];
  for (const [name, make] of Object.entries({ tfjs, onnx, mlMatrix, stdlib })) {
    try {
      peers.push(await make());
    } catch (error) {
      missing.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return { peers, missing };
}
