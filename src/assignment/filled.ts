import { laidOutBy, largestBy, type Assignment, type AssignmentSize, type BlockAndRedundancy } from "./assignment.js";
import { cyclic, maxCyclic } from "./cyclic.js";
import { cyclotomic, maxCyclotomic } from "./cyclotomic.js";
import { memoizeByBlock } from "./memoize-by-block.js";
import { columnLength, maxTransversal, transversal } from "./transversal.js";

/**
 * Transversal designs with filled groups: the lines of a transversal design never use two neurons of one column, so
 * each column can hold a separate packing. Two circuits of one column share at most one neuron by its packing, a line
 * and a circuit of a column share at most the line's neuron in that column, and circuits of different columns share
 * none.
 *
 * A neuron left over beside the S columns may join every column's packing: two circuits of different columns then share
 * at most this neuron, and no line uses it.
 */

/** The packing of a column of n neurons, including the extra neuron. */
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

/** A column's neurons and its packing: n, and one more if the S columns leave one over. */
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
 * The largest T: n² lines and S packings; Infinity for S = 1, 0 where P < S. A function of P and S alone.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxFilled(block: BlockAndRedundancy): number {
  return largestBy(block, () => maxTransversal(block) + block.S * columns(block).filling.most);
}

/**
 * Gives T circuits the lines of a transversal design, then circuits inside its columns, with numbers per column that differ by at most one.
 *
 * @returns neurons [T][S]; any two circuits share at most one
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
