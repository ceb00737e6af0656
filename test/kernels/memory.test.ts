import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { Arena } from "../../src/kernels/memory.js";

const onePage = (maximum = 65536): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1, maximum });

describe("an arena", () => {
  test("hands out cleared pieces at multiples of 64 that do not overlap", () => {
    const memory = onePage();
    new Uint8Array(memory.buffer).fill(0xff);
    const arena = new Arena(memory, 100);
    const pieces = [1, 0, 63, 64, 65, 70_000].map((bytes) => ({ start: arena.bytes(bytes), bytes }));
    pieces.forEach(({ start, bytes }, k) => {
      expect(start % 64).toBe(0);
      const before = pieces[k - 1];
      expect(start).toBeGreaterThanOrEqual(before ? before.start + before.bytes : 100);
      expect(new Uint8Array(memory.buffer, start, bytes).every((value) => value === 0)).toBe(true);
    });
    const last = pieces.at(-1)!;
    expect(arena.used).toBe(last.start + last.bytes - 100);
  });

  test("keeps its contents when the memory grows, and a new arena clears what it hands out", () => {
    const arena = new Arena(onePage(), 64);
    const values = [1.5, -2, 3];
    const [a, b, c] = [arena.f32(values), arena.f64(values), arena.u32([1, 2, 0xffffffff])];
    arena.bytes(1_000_000);
    expect([...arena.viewF32(a, 3)]).toEqual(values);
    expect([...arena.viewF64(b, 3)]).toEqual(values);
    expect([...arena.viewU32(c, 3)]).toEqual([1, 2, 0xffffffff]);
    expect([...new Int32Array(arena.memory.buffer, c, 3)]).toEqual([1, 2, -1]);
    const next = new Arena(arena.memory, 64);
    expect(next.used).toBe(0);
    expect(next.bytes(12)).toBe(a);
    expect([...next.viewF32(a, 3)]).toEqual([0, 0, 0]);
  });

  test("loads addresses of rows, and overwrites whatever was there", () => {
    const memory = onePage();
    new Uint8Array(memory.buffer).fill(0xff);
    const arena = new Arena(memory, 64);
    const rows = arena.addresses(Uint32Array.of(0, 3, 1, 67_108_863), 128, 32);
    expect([...arena.viewU32(rows, 4)]).toEqual([128, 224, 160, 2_147_483_744]);
    expect([...arena.viewF32(arena.f32([0, 1]), 2)]).toEqual([0, 1]);
    expect(arena.used % 64).toBe(8);
  });

  test("grows rarely while many small pieces are loaded, because the engine collects garbage each time", () => {
    const memory = onePage();
    const grow = vi.spyOn(memory, "grow");
    const arena = new Arena(memory, 64);
    for (let piece = 0; piece < 3000; piece++) arena.bytes(30_000);
    expect(memory.buffer.byteLength).toBeGreaterThan(3000 * 30_000);
    expect(memory.buffer.byteLength).toBeLessThan(1.3 * 3000 * 30_000);
    expect(grow.mock.calls.length).toBeLessThan(50);
  });

  test("takes just what is needed if a quarter more is not available", () => {
    const memory = new WebAssembly.Memory({ initial: 8, maximum: 9 });
    const arena = new Arena(memory, 64);
    const start = arena.bytes(8 * 65536);
    expect(start).toBe(64);
    expect(memory.buffer.byteLength).toBe(9 * 65536);
  });

  test("states how much is needed beyond 4 GiB, and takes nothing", () => {
    const memory = onePage();
    const arena = new Arena(memory, 64);
    expect(() => arena.bytes(5 * 2 ** 30)).toThrow(InputError);
    expect(() => arena.bytes(5 * 2 ** 30)).toThrow(
      "This network needs at least 5.0 GiB of kernel memory; at most 4 GiB is possible. Choose a smaller D, T, S or L.",
    );
    expect(memory.buffer.byteLength).toBe(65536);
    expect(arena.used).toBe(0);
  });

  test("states how much is needed if the machine has no more", () => {
    const arena = new Arena(onePage(2), 64);
    expect(() => arena.bytes(3 * 2 ** 30)).toThrow("This network needs at least 3.0 GiB of kernel memory");
    expect(arena.bytes(65536)).toBe(64);
  });
});
