import { InputError } from "../base/errors.js";

/**
 * Rejects the tensors of a network with one hidden layer where a network of circuits is needed. `superpose train`
 * writes such tensors for compressed computation and universal AND.
 *
 * @throws InputError naming the commands that accept such a file
 */
export function refuseReluLayer(names: { has(name: string): boolean }): void {
  if (!names.has("W_in") || !names.has("W_out") || names.has("embedding.neurons")) return;
  throw new InputError(
    "holds W_in and W_out of a network with one hidden layer, but a network of circuits is needed. " +
      "`superpose floors FILE --tensor W_in --transpose` measures its code, and `superpose train` with `start: FILE` trains it further.",
    "file",
  );
}
