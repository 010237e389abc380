/** Text as it may stand in SVG. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[^\P{Cc}\t\n]/gu, "\uFFFD");
}

/** An element with attributes and content; numbers have at most two decimals. */
export function element(
  name: string,
  attributes: { readonly [name: string]: string | number },
  content: string = "",
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? Number(value.toFixed(2)) : escaped(value)}"`,
  );
  return content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`;
}

/** A line of text at a place. */
export function label(
  x: number,
  y: number,
  text: string,
  attributes: { readonly [name: string]: string | number } = {},
): string {
  return element("text", { x, y, ...attributes }, escaped(text));
}
