/** The CRC-32 of each byte; zip archives use this checksum. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

/** @param before the CRC-32 of the preceding bytes */
export function crc32(bytes: Uint8Array, before = 0): number {
  let state = ~before;
  for (let at = 0; at < bytes.length; at++) state = (state >>> 8) ^ table[(state ^ bytes[at]) & 255];
  return ~state >>> 0;
}
