import { expect, test } from "vitest";
import { gifOf } from "../../src/web/dom/gif.js";

interface Decoded {
  readonly size: readonly [number, number];
  readonly frames: readonly { readonly duration: number; readonly colours: readonly number[] }[];
}

/** A decoder for GIFs in which every frame has the full size and its own table. */
function decoded(bytes: Uint8Array): Decoded {
  const short = (at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  const frames: { duration: number; colours: number[] }[] = [];
  let at = 13 + 19;
  while (bytes[at] === 0x21) {
    const duration = 10 * short(at + 4);
    const table = at + 8 + 10;
    const data: number[] = [];
    at = table + 3 * 256 + 1;
    while (bytes[at] !== 0) {
      data.push(...bytes.subarray(at + 1, at + 1 + bytes[at]!));
      at += bytes[at]! + 1;
    }
    at++;
    const colours = unpacked(data).map((place) => {
      const [red, green, blue] = bytes.subarray(table + 3 * place);
      return (red! << 16) | (green! << 8) | blue!;
    });
    frames.push({ duration, colours });
  }
  expect(bytes[at]).toBe(0x3b);
  return { size: [short(6), short(8)], frames };
}

/** LZW from its definition, with every string stored in full. */
function unpacked(data: readonly number[]): number[] {
  const indices: number[] = [];
  let [strings, size, bit]: [number[][], number, number] = [[], 9, 0];
  let last: number[] | null = null;
  for (;;) {
    let code = 0;
    for (let k = 0; k < size; k++, bit++) code |= ((data[bit >> 3]! >> (bit & 7)) & 1) << k;
    if (code === 257) return indices;
    if (code === 256) {
      strings = Array.from({ length: 258 }, (_, place) => [place]);
      [size, last] = [9, null];
      continue;
    }
    const string: number[] = strings[code] ?? [...last!, last![0]!];
    if (last !== null && strings.length < 4096) strings.push([...last, string[0]!]);
    if (strings.length === 1 << size && size < 12) size++;
    indices.push(...string);
    last = string;
  }
}

/** A picture of random pixels in a few colours, large enough that codes run out several times. */
function picture(
  width: number,
  height: number,
  colours: number,
  seed: number,
): { data: Uint8ClampedArray; colours: number[] } {
  let random = seed;
  const pixels = Array.from({ length: width * height }, () => {
    random = (random * 48271) % 2147483647;
    return 0x10101 * (random % colours);
  });
  const data = pixels.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255, 255]);
  return { data: Uint8ClampedArray.from(data), colours: pixels };
}

test("a GIF's frames are the pictures, each for its time", () => {
  const [width, height] = [300, 67];
  const frames = [2, 200, 1].map((colours, k) => ({
    ...picture(width, height, colours, k + 1),
    duration: 100 * (k + 1),
  }));
  const { size, frames: read } = decoded(gifOf(frames, width, height));
  expect(size).toEqual([width, height]);
  expect(read.map(({ duration }) => duration)).toEqual([100, 200, 300]);
  frames.forEach(({ colours }, k) => expect(read[k]!.colours).toEqual(colours));
});

test("beyond 256 colours, the rare ones become the nearest of the others", () => {
  // 255 greys and red, twice each; then a slightly darker red and a slightly bluer grey, once each.
  const greys = Array.from({ length: 255 }, (_, grey) => 0x10101 * grey);
  const pixels = [...greys, ...greys, 0xff0000, 0xff0000, 0xfe0000, 0x010102];
  const data = Uint8ClampedArray.from(pixels.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255, 255]));
  const [frame] = decoded(gifOf([{ data, duration: 100 }], pixels.length, 1)).frames;
  expect(frame!.colours).toEqual([...pixels.slice(0, -2), 0xff0000, 0x010101]);
});
