import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { KernelPair } from "../support/kernel-pair.js";
import { randomRows } from "../support/random-networks.js";

describe("single kernels equal their twins bit for bit", () => {
  const pair = new KernelPair();
  const shapes = fc.record({
    P: fc.integer({ min: 1, max: 20 }),
    T: fc.integer({ min: 1, max: 12 }),
    S: fc.integer({ min: 1, max: 7 }),
    d: fc.integer({ min: 1, max: 5 }),
    z: fc.integer({ min: 1, max: 3 }),
    lanes: fc.constantFrom(4, 8, 16),
    count: fc.integer({ min: 1, max: 16 }),
    seed: fc.nat(),
  });
  interface Shape {
    readonly P: number;
    readonly T: number;
    readonly S: number;
    readonly d: number;
    readonly z: number;
    readonly lanes: number;
    /** Number of samples in use, at most the number of lanes. */
    readonly count: number;
    readonly W: number;
    readonly normals: (length: number) => Float64Array;
    readonly random: RandomSequence;
  }

  function check(title: string, body: (shape: Shape) => void): void {
    test(title, () => {
      fc.assert(
        fc.property(shapes, ({ seed, ...shape }) => {
          pair.reset();
          const random = new RandomSequence(seed, "user");
          const S = Math.min(shape.S, shape.P);
          const z = Math.min(shape.z, shape.T);
          const count = Math.min(shape.count, shape.lanes);
          const normals = (length: number): Float64Array => Float64Array.from({ length }, () => normalPair(random)[0]);
          body({ ...shape, S, z, count, W: 4 * shape.lanes, normals, random });
        }),
        { numRuns: 100, seed: 4 },
      );
    });
  }

  /** The active circuits of every sample, which are distinct, u32 [count][z]. */
  function activeIds({ T, z, count, random }: Shape): number[] {
    return Array.from({ length: count }, () => [...random.permutation(T).subarray(0, z)]).flat();
  }

  const neuronsOf = ({ T, S, P, random }: Shape): Uint32Array => randomRows(T, S, P, random).neurons;

  check("zero clears exactly the bytes named", ({ P, d }) => {
    const at = pair.u32(new Uint32Array(P + d + 2).fill(0xffffffff));
    pair.run((kernels) => kernels.zero(at + 4, 4 * P));
    const wanted = Array.from({ length: P + d + 2 }, (_, k) => (k >= 1 && k <= P ? 0 : 0xffffffff));
    expect([...pair.sameU32(at, P + d + 2)]).toEqual(wanted);
  });

  check("truthLayer, also against [E1] written out (exact)", ({ T, d, count, normals, random }) => {
    const [before, mean, delta, bias] = [normals(count * d), normals(d * d), normals(T * d * d), normals(d)];
    const ids = Array.from({ length: count }, () => random.below(T));
    const at = [before, mean, delta, bias].map((values) => pair.f64(values));
    const idsAt = pair.u32(ids);
    const after = pair.bytes(8 * count * d);
    for (const linear of [true, false]) {
      const weights = { mean: at[1]!, delta: at[2]!, bias: linear ? 0 : at[3]! };
      const layer = pair.descriptor("truthLayer", { d, ...weights, linear: linear ? 1 : 0 });
      pair.run((kernels) => kernels.truthLayer(layer, at[0]!, after, idsAt, count));
      pair.sameF64(after, count * d).forEach((value, index) => {
        const [k, i] = [Math.floor(index / d), index % d];
        let sum = linear ? 0 : bias[i]!;
        for (let j = 0; j < d; j++) {
          sum += (mean[i * d + j]! + delta[(ids[k]! * d + i) * d + j]!) * before[k * d + j]!;
        }
        expect(value).toBe(linear || sum > 0 ? sum : 0);
      });
    }
  });

  check("embedInput", (shape) => {
    const { P, S, d, z, count, W, normals, lanes } = shape;
    const Y = pair.f32(normals(P * d * lanes));
    const values = pair.f64(normals(count * z * d));
    const ids = pair.u32(activeIds(shape));
    const neurons = pair.u32(neuronsOf(shape));
    const descriptor = pair.descriptor("embedInput", { Y, W, values, ids, neurons, S, d });
    pair.run((kernels) => kernels.embedInput(descriptor, count, z));
    pair.same(Y, P * d * W);
  });

  check("linkActive lists every occurrence of a circuit, unlinkActive clears", (shape) => {
    const { T, z, count } = shape;
    const given = activeIds(shape);
    const ids = pair.u32(given);
    const heads = pair.u32(new Uint32Array(T).fill(0xffffffff));
    const next = pair.bytes(4 * count * z);
    pair.run((kernels) => kernels.linkActive(ids, count * z, heads, next));
    const [first, follow] = [pair.sameU32(heads, T), pair.sameU32(next, count * z)];
    for (let t = 0; t < T; t++) {
      const listed: number[] = [];
      for (let p = first[t]!; p !== 0xffffffff; p = follow[p]!) listed.push(p);
      const wanted = given.map((id, p) => (id === t ? p : -1)).filter((p) => p >= 0);
      expect(listed.sort((a, b) => a - b)).toEqual(wanted);
    }
    pair.run((kernels) => kernels.unlinkActive(ids, count * z, heads));
    expect(pair.sameU32(heads, T).every((head) => head === 0xffffffff)).toBe(true);
  });

  check("markUsed marks exactly the neurons of active circuits", (shape) => {
    const { P, S, z, count, W, lanes } = shape;
    const [given, rows] = [activeIds(shape), neuronsOf(shape)];
    const mask = pair.bytes(P * W);
    const ids = pair.u32(given);
    const neurons = pair.u32(rows);
    pair.run((kernels) => kernels.markUsed(mask, W, ids, neurons, S, count, z));
    const used = new Set(
      given.flatMap((t, p) => [...rows.subarray(t * S, (t + 1) * S)].map((n) => n * lanes + Math.floor(p / z))),
    );
    const wanted = Array.from({ length: P * lanes }, (_, at) => (used.has(at) ? 0xffffffff : 0));
    expect([...pair.sameU32(mask, P * lanes)]).toEqual(wanted);
  });

  /** Lists of random rows for `count` targets, as [starts, addresses]; some lists are empty. */
  function rowLists({ P, random }: Shape, count: number, address: (row: number) => number): [number, number] {
    const starts = [0];
    const rows: number[] = [];
    for (let n = 0; n < count; n++) {
      rows.push(...random.permutation(P).subarray(0, random.below(Math.min(P, 4))));
      starts.push(rows.length);
    }
    return [pair.u32(starts), pair.u32(rows.map(address))];
  }

  check("correct, with a matrix and with leading coordinates alone", (shape) => {
    const { P, d: r, W, lanes, normals, random } = shape;
    const k = 1 + random.below(5);
    const pass = random.below(Math.min(k, r) + 1);
    const X = pair.f32(normals(P * k * lanes));
    const Y = pair.f32(normals(P * r * lanes));
    const matrix = pair.f32(normals(r * k));
    const scratch = pair.bytes(k * W);
    const neurons = [...random.permutation(P)].slice(0, 1 + random.below(P));
    const targets = pair.u32(neurons.map((n) => Y + n * r * W));
    const [starts, rows] = rowLists(shape, neurons.length, (m) => X + m * k * W);
    for (const by of [0, matrix]) {
      const lists = { count: neurons.length, targets, starts, rows };
      const descriptor = pair.descriptor("correct", { ...lists, W, k, r, pass, matrix: by, scratch });
      pair.run((kernels) => kernels.correct(descriptor));
      pair.same(Y, P * r * W);
    }
  });

  check("collect overwrites its targets with the sums of their rows", (shape) => {
    const { P, d: r, W, lanes, normals, random } = shape;
    const V = pair.f32(normals(P * r * lanes));
    const Y = pair.f32(normals(P * r * lanes));
    const targets = pair.u32([...random.permutation(P)].map((n) => Y + n * r * W));
    const [starts, rows] = rowLists(shape, P, (t) => V + t * r * W);
    pair.run((kernels) => kernels.collect(P, targets, starts, rows, r * W));
    pair.same(Y, P * r * W);
  });

  check("listActive lists active circuits in order, with masks of the lanes where they are not", (shape) => {
    const { T, z, count, W, lanes, random } = shape;
    const given = activeIds(shape);
    const order = [...random.permutation(T)];
    const [ids, table, positions] = [pair.u32(given), pair.u32(order), pair.bytes(4 * count * z)];
    const heads = pair.u32(new Uint32Array(T).fill(0xffffffff));
    const [next, activeAt, masks] = [
      pair.bytes(4 * count * z),
      pair.bytes(4 * count * z + 4),
      pair.bytes(count * z * W),
    ];
    pair.run((kernels) => kernels.positionsOf(ids, count * z, table, positions));
    const at = [...pair.sameU32(positions, count * z)];
    expect(at).toEqual(given.map((t) => order[t]));
    pair.run((kernels) => kernels.linkActive(positions, count * z, heads, next));
    pair.run((kernels) => kernels.listActive(heads, next, T, z, W, activeAt, masks));
    const wanted = [...new Set(at)].sort((a, b) => a - b);
    expect([...pair.sameU32(activeAt, wanted.length + 1)]).toEqual([...wanted, 0xffffffff]);
    expect([...pair.sameU32(masks, wanted.length * lanes)]).toEqual(
      wanted.flatMap((position) =>
        Array.from({ length: lanes }, (_, b) => (at.slice(b * z, (b + 1) * z).includes(position) ? 0 : 0xffffffff)),
      ),
    );
  });

  check("markReached flags exactly the circuits that share a neuron with an active one", (shape) => {
    const { P, T, S, z, count } = shape;
    const [given, rows] = [activeIds(shape), neuronsOf(shape)];
    const order = shape.random.permutation(T);
    const members = Array.from({ length: P }, (_, n) =>
      Array.from({ length: T }, (__, t) => t).filter((t) => rows.subarray(t * S, (t + 1) * S).includes(n)),
    );
    const starts = members.reduce((sums, list) => [...sums, sums.at(-1)! + list.length], [0]);
    const [ids, neurons, startsAt] = [pair.u32(given), pair.u32(rows), pair.u32(starts)];
    const positions = pair.u32(members.flat().map((t) => order[t]!));
    const reached = pair.u32(new Uint32Array(T).fill(0x05050505));
    pair.run((kernels) => kernels.markReached(reached, T, ids, count * z, neurons, S, startsAt, positions));
    const used = new Set(given.flatMap((t) => [...rows.subarray(t * S, (t + 1) * S)]));
    const wanted = new Array<number>(T + 1).fill(5);
    for (let t = 0; t < T; t++) wanted[order[t]!] = rows.subarray(t * S, (t + 1) * S).some((n) => used.has(n)) ? 1 : 0;
    expect([...pair.same(reached, T + 1)]).toEqual(wanted);
  });

  check("readActive gathers the coordinates of active circuits in their lanes", (shape) => {
    const { P, T, S, d: k, z, count, W, lanes, normals, random } = shape;
    const X = pair.f32(normals(P * k * lanes));
    const gather = pair.u32(neuronsOf(shape).map((n) => X + n * k * W));
    const positions = pair.u32(Array.from({ length: count * z }, () => random.below(T)));
    const active = pair.bytes(4 * count * z * k);
    pair.run((kernels) => kernels.readActive(positions, count * z, z, gather, S, W, k, active));
    pair.same(active, 4 * count * z * k);
  });

  check("columnSums, weighted and plain", ({ P, d, W, lanes, normals }) => {
    const rows = pair.f32(normals(P * d * lanes));
    const weights = pair.f32(normals(P));
    const sums = pair.f32(normals(d * lanes));
    for (const by of [0, weights]) {
      pair.run((kernels) => kernels.columnSums(rows, d * W, P, by, sums));
      pair.same(sums, d * W);
    }
  });

  check("constants: bias, then shared maps", ({ d, W, lanes, normals, random }) => {
    const n = 1 + random.below(5);
    const base = pair.f32(normals(d * lanes));
    const bias = pair.f32(normals(d));
    const C = pair.f32(normals(d * n));
    const sums = pair.f32(normals(n * lanes));
    for (const by of [0, C]) {
      pair.run((kernels) => kernels.constants(base, bias, d, W, by, n, sums));
      pair.same(base, d * W);
    }
  });

  check("countAbove counts A > 1e-4, the float32 next to it included", ({ P, d, W, lanes, random }) => {
    const edge = Math.fround(1e-4);
    const choices = [0, -1, 1, edge, edge * (1 + 2 ** -23), edge * (1 - 2 ** -23), 9e-5];
    const values = Float32Array.from({ length: P * d * lanes }, () => choices[random.below(choices.length)]!);
    const A = pair.f32(values);
    const counts = pair.u32(new Uint32Array(d * lanes).fill(3));
    pair.run((kernels) => kernels.countAbove(A, P, d, W, counts));
    const wanted = Array.from({ length: d * lanes }, (_, v) => {
      let above = 3;
      for (let n = 0; n < P; n++) if (values[n * d * lanes + v]! > edge) above++;
      return above;
    });
    expect([...pair.sameU32(counts, d * lanes)]).toEqual(wanted);
  });

  check("sumInactive adds the lanes in use and clears all", ({ d: groups, lanes, count, normals }) => {
    const positive = (length: number): Float64Array => normals(length).map(Math.abs);
    const chunk = pair.f64(positive(5 * groups));
    const laneSum = pair.f64(positive(groups * lanes));
    const laneMax = pair.f32(positive(groups * lanes));
    pair.run((kernels) => kernels.sumInactive(chunk, laneSum, laneMax, groups, lanes, count, 0.37));
    pair.same(chunk, 40 * groups);
    expect(pair.sameF64(laneSum, groups * lanes).every((value) => value === 0)).toBe(true);
    expect(pair.sameF32(laneMax, groups * lanes).every((value) => value === 0)).toBe(true);
  });

  check("sumActive, with and without shift and readout", ({ P: k, d, z, lanes, count, W, normals, random }) => {
    const groups = 1 + random.below(3);
    const rows = Array.from({ length: groups }, () => 1 + random.below(3));
    const all = rows.reduce((sum, n) => sum + n, 0);
    const active = pair.f32(normals(count * z * k));
    const truth = pair.f64(normals(count * z * d));
    const shift = pair.f32(normals(k * lanes));
    const rowsAt = pair.u32(rows);
    const Q = pair.f64(normals(all * k));
    const R = pair.f64(normals(all * d));
    const chunk = pair.bytes(40 * groups);
    const readout = pair.bytes(8 * count * z * all);
    for (const [by, to] of [
      [0, 0],
      [0, readout],
      [shift, readout],
    ] as const) {
      const compared = { active, k, truth, d, shift: by, W, groups, rows: rowsAt, Q, R };
      const descriptor = pair.descriptor("sumActive", { scale: 0.29, chunk, ...compared, readout: to });
      pair.run((kernels) => kernels.sumActive(descriptor, count, z));
      pair.same(chunk, 40 * groups);
      pair.same(readout, 8 * count * z * all);
    }
  });

  check("sumCounts adds the lanes in use and clears all", ({ d, lanes, count, random }) => {
    const counts = pair.u32(Uint32Array.from({ length: d * lanes }, () => random.below(1000)));
    const chunk = pair.f64(Float64Array.from({ length: d }, () => random.below(1000)));
    pair.run((kernels) => kernels.sumCounts(chunk, counts, d, lanes, count));
    pair.same(chunk, 8 * d);
    expect(pair.sameU32(counts, d * lanes).every((value) => value === 0)).toBe(true);
  });
});
