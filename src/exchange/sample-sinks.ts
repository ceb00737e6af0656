import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { npyMetadata, npyStart } from "./npz.js";
import { safetensorsHeader } from "./safetensors.js";
import { storedZip, type WriteAt } from "./stored-zip.js";
import { bytesOf, countOf, dtypes, type Tensor } from "./tensor.js";

// Files of activations are written sample by sample, so that memory does not grow with the number of samples. A sink
// first receives all tensor descriptions and then, batch by batch, every tensor's rows for the next samples. It writes
// through the function `write` that the caller supplies.

/** A tensor whose first dimension is the samples: [samples, …]. */
export interface SampleTensor {
  readonly dtype: "F32" | "I32";
  readonly shape: readonly number[];
}

export interface SampleSink {
  /** Adds the next samples: their rows of every tensor. */
  append(rows: ReadonlyMap<string, Tensor<"F32" | "I32">>): void;
  /** Writes the rest of the file, after all samples have been added. */
  finish(): void;
}

type Metadata = Readonly<Record<string, string>>;
type Tensors = ReadonlyMap<string, SampleTensor>;

/** Functions that create sinks, one for each file extension. */
export const sampleSinks: Readonly<
  Record<string, (tensors: Tensors, metadata: Metadata, write: WriteAt) => SampleSink>
> = { ".safetensors": safetensorsSink, ".npz": npzSink, ".parquet": parquetSink };

function safetensorsSink(tensors: Tensors, metadata: Metadata, write: WriteAt): SampleSink {
  const { header, begins } = safetensorsHeader(tensors, metadata);
  write(header, 0);
  const places = new Map([...begins].map(([name, begin]) => [name, header.length + begin]));
  return {
    append(rows) {
      for (const [name, tensor] of rows) {
        const at = places.get(name)!;
        write(bytesOf(tensor), at);
        places.set(name, at + tensor.data.byteLength);
      }
    },
    finish: () => {},
  };
}

/** Writes .npz. Arrays are not compressed, so that their positions are known before the first sample. */
function npzSink(tensors: Tensors, metadata: Metadata, write: WriteAt): SampleSink {
  const starts = new Map([...tensors].map(([name, tensor]) => [`${name}.npy`, npyStart(name, tensor)]));
  const sizes = new Map(
    [...tensors].map(([name, { dtype, shape }]) => {
      const file = `${name}.npy`;
      return [file, starts.get(file)!.length + dtypes[dtype].bytes * countOf(shape)];
    }),
  );
  const text = npyMetadata(metadata);
  const zip = storedZip(sizes.set("metadata.npy", text.length), write);
  for (const [file, start] of starts) zip.append(file, start);
  zip.append("metadata.npy", text);
  return {
    append(rows) {
      for (const [name, tensor] of rows) zip.append(`${name}.npy`, bytesOf(tensor));
    },
    finish: () => zip.finish(),
  };
}

/** Minimum number of rows per row group; the descriptions of all groups stay in memory. */
const GROUP = 1024;

/** Writes Parquet with a row per sample and a column per tensor. Each entry is a row-major list of numbers. */
function parquetSink(tensors: Tensors, metadata: Metadata, write: WriteAt): SampleSink {
  const writer = new ByteWriter();
  let written = 0;
  const flush = (): void => {
    const bytes = writer.getBytes();
    write(bytes, written);
    written += bytes.length;
    writer.index = 0;
  };
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: "root", num_children: tensors.size },
      ...[...tensors].flatMap(([name, { dtype }]) => [
        { name, repetition_type: "REQUIRED" as const, converted_type: "LIST" as const, num_children: 1 },
        { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
        {
          name: "element",
          repetition_type: "REQUIRED" as const,
          type: dtype === "F32" ? ("FLOAT" as const) : ("INT32" as const),
        },
      ]),
    ],
    statistics: false,
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const lists = new Map<string, number[][]>([...tensors.keys()].map((name) => [name, []]));
  let waiting = 0;
  const writeGroup = (): void => {
    const columnData = [...lists].map(([name, data]) => ({ name, data: data.splice(0), offsetIndex: false }));
    if (waiting > 0) parquet.write({ columnData, rowGroupSize: waiting });
    waiting = 0;
    flush();
  };
  return {
    append(rows) {
      for (const [name, { shape, data }] of rows) {
        const own = lists.get(name)!;
        const width = data.length / shape[0];
        for (let at = 0; at < data.length; at += width) own.push(Array.from(data.subarray(at, at + width)));
      }
      waiting += rows.values().next().value?.shape[0] ?? 0;
      if (waiting >= GROUP) writeGroup();
    },
    finish() {
      writeGroup();
      parquet.finish();
      flush();
    },
  };
}
