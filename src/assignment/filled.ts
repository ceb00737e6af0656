import { laidOutBy, largestBy, type Assignment, type AssignmentSize, type BlockAndRedundancy } from "./assignment.js";
import { cyclic, maxCyclic } from "./cyclic.js";
import { cyclotomic, maxCyclotomic } from "./cyclotomic.js";
import { memoizeByBlock } from "./memoize-by-block.js";
import { columnLength, maxTransversal, transversal } from "./transversal.js";

/**
 * Transversal designs with filled groups. The lines of a transversal design never use two neurons of the same column,
 * so each column has room for a packing inside it. Two circuits inside one column share at most one neuron, because
 * they belong to the same packing. A line and a circuit inside a column share at most one neuron: the line's neuron
 * in that column. Circuits inside different columns share no neuron.
 *
 * If one neuron is left over after the S columns, it is added to every column's packing. Two circuits inside different
 * columns then share at most the leftover neuron, and no line uses that neuron.
 */

/** A packing of one column's neurons, together with the leftover neuron if there is one. */
interface Filling {
  readonly most: number;
  readonly build: (size: AssignmentSize) => Assignment;
}

function bestFilling(block: BlockAndRedundancy): Filling {
  const fillings: Filling[] = [
    { most: maxCyclic(block), build: cyclic },
    { most: maxCyclotomic(block), build: cyclotomic },
    { most: maxFilled(block), build: filled },
  ];
  return fillings.reduce((best, filling) => (filling.most > best.most ? filling : best));
}

/**
 * A column's length n, its packing, and the number of neurons for the packing: n, or n + 1 if a neuron is left outside
 * the columns.
 */
const columns = /* @__PURE__ */ memoizeByBlock(
  (block: BlockAndRedundancy): { n: number; size: number; filling: Filling } => {
    const { P, S } = block;
    const n = columnLength(block);
    const size = n + (P > n * S ? 1 : 0);
    const filling = n > 1 && size >= S ? bestFilling({ P: size, S }) : { most: 0, build: transversal };
    return { n, size, filling };
  },
);

/**
 * The largest T: n² lines and S packings; Infinity for S = 1, 0 if P < S. Depends only on P and S.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxFilled(block: BlockAndRedundancy): number {
  return largestBy(block, () => maxTransversal(block) + block.S * columns(block).filling.most);
}

/**
 * Lays out T circuits as lines of a transversal design and, when these run out, as sets of neurons inside its columns.
 * The numbers of such circuits in different columns differ by at most one.
 *
 * @returns neurons [T][S]; any two circuits share at most one neuron
 * @throws InputError when T circuits do not fit
 */
export function filled(size: AssignmentSize): Assignment {
  return laidOutBy(size, maxFilled(size), "filled", fill);
}

function fill({ T, P, S }: AssignmentSize): Assignment {
  const lines = Math.min(T, maxTransversal({ P, S }));
  const neurons = new Uint32Array(T * S);
  neurons.set(transversal({ T: lines, P, S }).neurons);
  const { n, size, filling } = columns({ P, S });
  let at = lines * S;
  for (let column = 0; column < S; column++) {
    const count = Math.floor((T - lines + column) / S);
    if (count === 0) continue;
    for (const neuron of filling.build({ T: count, P: size, S }).neurons) {
      neurons[at++] = neuron < n ? column * n + neuron : S * n;
    }
  }
  return { T, P, S, neurons };
}
