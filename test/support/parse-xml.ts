/** An element of a parsed document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const entities: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Parses XML 1.0 without DTD, comments and CDATA, strictly: whatever is not well-formed throws, and so does a sign that XML cannot hold. */
export function parseXml(source: string): XmlElement {
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(source) || !source.isWellFormed())
    throw new Error("a sign that XML cannot hold");
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(source);
  if (declaration === null) throw new Error("no declaration");
  const { element, at } = elementAt(source, declaration[0].length);
  if (source.slice(at).trim() !== "") throw new Error(`something after the root: ${source.slice(at)}`);
  return element;
}

function elementAt(source: string, from: number): { readonly element: XmlElement; readonly at: number } {
  const open = /^<([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>/.exec(source.slice(from));
  if (open === null) throw new Error(`no element at ${from}: ${source.slice(from, from + 60)}`);
  const [whole, name = "", attributesText = "", empty] = open;
  const attributes: { [name: string]: string } = {};
  for (const [, key = "", value = ""] of attributesText.matchAll(/([A-Za-z][\w.-]*)="([^"<]*)"/g)) {
    if (Object.hasOwn(attributes, key)) throw new Error(`${key} twice`);
    attributes[key] = decoded(value.replace(/[\n\r\t]/g, " "));
  }
  let at = from + whole.length;
  if (empty === "/") return { element: { name, attributes, children: [], text: "" }, at };
  const children: XmlElement[] = [];
  let text = "";
  for (;;) {
    const next = source.indexOf("<", at);
    if (next < 0) throw new Error(`${name} is not closed`);
    text += decoded(source.slice(at, next));
    if (source.startsWith("</", next)) {
      const end = `</${name}>`;
      if (!source.startsWith(end, next)) throw new Error(`${name} is closed by ${source.slice(next, next + 20)}`);
      return { element: { name, attributes, children, text }, at: next + end.length };
    }
    const child = elementAt(source, next);
    children.push(child.element);
    at = child.at;
  }
}

function decoded(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> within text");
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const sign = name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : entities[name];
    if (sign === undefined || !whole.endsWith(";")) throw new Error(`the entity ${whole}`);
    return sign;
  });
}
