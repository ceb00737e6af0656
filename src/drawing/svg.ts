const svgNamespace = "http://www.w3.org/2000/svg";

export type Attributes = Readonly<Record<string, string | number>>;

/** A new SVG element; strings among the children become text. */
export function element(
  document: Document,
  name: string,
  attributes: Attributes = {},
  children: readonly (Node | string)[] = [],
): SVGElement {
  const node = document.createElementNS(svgNamespace, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  for (const child of children) node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  return node;
}

/**
 * Escapes `text` for use between tags and in quoted attributes of XML and HTML; drops characters not allowed in XML.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The element as SVG text. The bytes are the same for every DOM, because this function sorts attributes, escapes text
 * and rounds coordinates (to 0.01 px). The outermost element gets the SVG namespace.
 */
export function svgText(root: Element): string {
  return `${serialise(root, true)}\n`;
}

const geometry = new Set(["d", "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"]);

function rounded(value: string): string {
  return value.replace(/-?\d+\.\d{3,}(e-\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100 || 0));
}

function serialise(node: Node, isRoot = false): string {
  if (node.nodeType === 3) return escapeMarkup(node.textContent ?? "");
  if (node.nodeType !== 1) return "";
  const source = node as Element;
  const name = source.localName;
  // Style sheets contain only our own text, and their selectors need unescaped quotes.
  const content =
    name === "style" ? (source.textContent ?? "") : Array.from(source.childNodes, (child) => serialise(child)).join("");
  const attributes = Array.from(source.attributes)
    .filter((attribute) => attribute.name !== "xmlns")
    .map(({ name, value }) => ` ${name}="${escapeMarkup(geometry.has(name) ? rounded(value) : value)}"`)
    .sort();
  if (isRoot) attributes.unshift(` xmlns="${svgNamespace}"`);
  return content === "" ? `<${name}${attributes.join("")}/>` : `<${name}${attributes.join("")}>${content}</${name}>`;
}

/**
 * Renames all ids under `root` to `${prefix}-1`, `${prefix}-2`, … in document order, and updates references to them.
 *
 * Observable Plot uses a global counter to number clip paths, so ids would differ between runs and clash within a page.
 */
export function renumberIds(root: Element, prefix: string): void {
  const names = new Map<string, string>();
  for (const node of Array.from(root.querySelectorAll("[id]"))) {
    const name = `${prefix}-${names.size + 1}`;
    names.set(node.id, name);
    node.setAttribute("id", name);
  }
  for (const node of Array.from(root.querySelectorAll("[clip-path]"))) {
    const reference = node.getAttribute("clip-path") ?? "";
    node.setAttribute(
      "clip-path",
      reference.replace(/url\(#([^)]+)\)/, (whole, id: string) => {
        const name = names.get(id);
        return name === undefined ? whole : `url(#${name})`;
      }),
    );
  }
}
