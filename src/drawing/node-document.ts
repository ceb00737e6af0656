import { parseHTML } from "linkedom";

/** An empty document for figure functions outside a browser. */
export function createDocument(): Document {
  return parseHTML("<!doctype html><html><head></head><body></body></html>").document;
}
