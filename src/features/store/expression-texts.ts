import type { JsonValue } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";

/** Texts longer than this are cut: parts that expressions share would make them grow without bound. */
const mostCharacters = 400;

/** What is read off the graph of a view's expressions, by feature. */
export interface ExpressionTexts {
  readonly texts: { readonly [feature: string]: string };
  /** The inputs that each feature takes, as `view.feature` or a request field. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
}

type Fields = { readonly [name: string]: JsonValue };

/** Reads the graph that `expressionGraph` wrote. */
export function readGraph(graph: JsonValue | undefined): ExpressionTexts {
  const { nodes, features } = fieldsOf(graph);
  const texts: string[] = [];
  const inputs: ReadonlySet<string>[] = [];
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const { op, name, value, args, version } = fieldsOf(node);
    const places = (Array.isArray(args) ? args : []).map(Number);
    inputs.push(new Set(op === "input" ? [String(name)] : places.flatMap((place) => [...(inputs[place] ?? [])])));
    if (op === "input") texts.push(String(name));
    else if (op === "constant") texts.push(JSON.stringify(value));
    else {
      const inner = places.map((place) => texts[place] ?? "").join(", ");
      texts.push(cut(`${op}(${inner})${version === undefined ? "" : ` version ${version}`}`));
    }
  }
  const places = Object.entries(fieldsOf(features)).map(([feature, place]) => [feature, Number(place)] as const);
  return {
    texts: Object.fromEntries(places.map(([feature, place]) => [feature, texts[place] ?? ""])),
    inputs: new Map(places.map(([feature, place]) => [feature, inputs[place] ?? new Set()])),
  };
}

/** A long text by its beginning, and by a digest in which its end counts. */
function cut(text: string): string {
  if (text.length <= mostCharacters) return text;
  return `${text.slice(0, mostCharacters).toWellFormed()}… (${digestOf(text).slice(7, 15)})`;
}

function fieldsOf(value: JsonValue | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
