/** One frame of a GIF: RGBA, row by row, as in `ImageData`. */
export interface GifFrame {
  readonly data: Uint8ClampedArray;
  /** How long the frame stays on screen, in milliseconds. */
  readonly duration: number;
}

/** Colours per frame. */
const COLOURS = 256;
const MOST_CODES = 4096;
const CLEAR = COLOURS;
const END = COLOURS + 1;

/**
 * The bytes of an animated GIF that loops. Each frame has its own table of its 256 most frequent colours; any other
 * colour is replaced by the nearest of these.
 *
 * @param frames frames of the same size
 */
export function gifOf(frames: readonly GifFrame[], width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes: number[][] = [
    [...ascii("GIF89a"), ...short(width), ...short(height), 0x70, 0, 0],
    // The animation repeats for ever.
    [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, ...short(0), 0],
  ];
  for (const { data, duration } of frames) {
    const { table, indices } = indexed(data);
    bytes.push(
      [0x21, 0xf9, 4, 0x04, ...short(Math.round(duration / 10)), 0, 0],
      [0x2c, ...short(0), ...short(0), ...short(width), ...short(height), 0x87, ...table, 8],
      blocks(compressed(indices)),
    );
  }
  return Uint8Array.from([...bytes.flat(), 0x3b]);
}

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const short = (value: number): number[] => [value & 255, value >> 8];

/** The frame's table of colours, 3 bytes each, and each pixel's index into it. */
function indexed(data: Uint8ClampedArray): { readonly table: number[]; readonly indices: Uint8Array } {
  const count = data.length / 4;
  const colourAt = (pixel: number): number =>
    (data[4 * pixel] << 16) | (data[4 * pixel + 1] << 8) | data[4 * pixel + 2];
  const counts = new Map<number, number>();
  // Pixels are counted in runs of one colour, because most of a figure is flat.
  for (let start = 0, end = 0; start < count; start = end) {
    const colour = colourAt(start);
    while (end < count && colourAt(end) === colour) end++;
    counts.set(colour, (counts.get(colour) ?? 0) + end - start);
  }
  const kept = [...counts]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b)
    .slice(0, COLOURS)
    .map(([colour]) => colour);
  const places = new Map(kept.map((colour, place) => [colour, place]));
  const indices = new Uint8Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    const colour = colourAt(pixel);
    let place = places.get(colour);
    if (place === undefined) places.set(colour, (place = nearest(kept, colour)));
    indices[pixel] = place;
  }
  const table = Array.from({ length: COLOURS }, (_, place) => kept[place] ?? 0);
  return { table: table.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]), indices };
}

function nearest(colours: readonly number[], colour: number): number {
  let best = 0;
  let least = Infinity;
  for (let place = 0; place < colours.length; place++) {
    const other = colours[place];
    const red = (colour >> 16) - (other >> 16);
    const green = ((colour >> 8) & 255) - ((other >> 8) & 255);
    const blue = (colour & 255) - (other & 255);
    const distance = red * red + green * green + blue * blue;
    if (distance >= least) continue;
    best = place;
    least = distance;
  }
  return best;
}

/** LZW with codes of 9 to 12 bits, as GIF uses it. */
function compressed(indices: Uint8Array): number[] {
  const bytes: number[] = [];
  let [buffer, filled, size] = [0, 0, 9];
  const write = (code: number): void => {
    buffer |= code << filled;
    filled += size;
    for (; filled >= 8; filled -= 8, buffer >>>= 8) bytes.push(buffer & 255);
  };
  /** For each code c and index i: the code of the string made by appending i to c's string; 0 if it has no code yet. */
  const following = new Uint16Array(MOST_CODES * COLOURS);
  let next = END + 1;
  write(CLEAR);
  let code = indices[0];
  for (let k = 1; k < indices.length; k++) {
    const index = indices[k];
    const known = following[code * COLOURS + index];
    if (known !== 0) {
      code = known;
      continue;
    }
    write(code);
    if (next < MOST_CODES) {
      if (next === 1 << size) size++;
      following[code * COLOURS + index] = next++;
    } else {
      write(CLEAR);
      following.fill(0);
      [next, size] = [END + 1, 9];
    }
    code = index;
  }
  write(code);
  if (next === 1 << size && next < MOST_CODES) size++;
  write(END);
  if (filled > 0) bytes.push(buffer & 255);
  return bytes;
}

/** Splits data into blocks of at most 255 bytes, each preceded by its length, and ends with an empty block. */
function blocks(bytes: readonly number[]): number[] {
  const parts: number[] = [];
  for (let start = 0; start < bytes.length; start += 255) {
    const block = bytes.slice(start, start + 255);
    parts.push(block.length);
    for (const byte of block) parts.push(byte);
  }
  parts.push(0);
  return parts;
}
