import { SluiceError } from "../../../core/errors.ts";

/** The name of a class: a text or a whole number. Numbers and texts are not mixed. */
export type ClassLabel = string | number;

/** The distinct classes in order: numbers ascending, texts by their code units; `argument/invalid` for other values and for a mixture. */
export function sortedLabels(labels: Iterable<ClassLabel>): readonly ClassLabel[] {
  const distinct = new Set<ClassLabel>();
  for (const label of labels) distinct.add(requireClassLabel(label));
  const sorted = [...distinct];
  if (sorted.some((label) => typeof label !== typeof sorted[0])) {
    refuse("texts and numbers among the classes", "labels of one type");
  }
  return sorted.sort((a, b) => (a < b ? -1 : 1));
}

/** Returns a text or a whole number (−0 as 0), or throws `argument/invalid`. */
export function requireClassLabel(label: ClassLabel): ClassLabel {
  if (typeof label === "string") return label;
  if (Number.isSafeInteger(label)) return label + 0;
  return refuse(`the class ${String(label)}`, "a text or a whole number");
}

/** The classes of the columns of a matrix, each once, and their places; `argument/invalid` for a repeated one. */
export function placesOf(labels: ArrayLike<ClassLabel>): ReadonlyMap<ClassLabel, number> {
  const places = new Map<ClassLabel, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = requireClassLabel(labels[i] as ClassLabel);
    if (places.has(label)) refuse(`the class ${JSON.stringify(label)} twice`, "each class once");
    places.set(label, i);
  }
  return places;
}

function refuse(found: string, expected: string): never {
  throw new SluiceError("argument/invalid", {
    found,
    expected,
    fix: "Name every class by one text or one whole number, the same one in all arrays.",
  });
}
