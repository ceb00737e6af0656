// The page asks and the worker answers, so the page stays responsive no matter how long an answer takes.

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const form = document.querySelector("form");
const progress = document.querySelector("progress");
const output = document.querySelector("output");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const n = form.n.valueAsNumber;
  const m = form.m.valueAsNumber;
  output.value = "";
  worker.postMessage({ n, m, seed: 1 });
});

worker.addEventListener("message", ({ data }) => {
  progress.value = data.done;
  if (data.done < 1) return;
  const { n, m, largest, meanSquare } = data;
  output.value =
    `largest |dot| ${largest.toFixed(3)}, expected about 2·√(ln m / n) = ${(2 * Math.sqrt(Math.log(m) / n)).toFixed(3)}; ` +
    `mean square ${meanSquare.toExponential(2)}, expected 1/n = ${(1 / n).toExponential(2)}`;
});

worker.addEventListener("error", ({ message }) => {
  output.value = `The worker failed: ${message}`;
});
