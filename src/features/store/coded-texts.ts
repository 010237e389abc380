import { compareCodePoints } from "../../core/compare-code-points.ts";

/** Texts as numbers that are equal and in order as the texts are, by code point: what windows count and rank. */
export interface CodedTexts {
  /** One a row: a place in the dictionary. */
  readonly codes: Float64Array;
  /** The distinct texts in order. */
  readonly dictionary: readonly string[];
}

/** Codes the first `count` of some texts. */
export function codedTexts(texts: readonly string[], count: number): CodedTexts {
  const dictionary = [...new Set(texts.slice(0, count))].sort(compareCodePoints);
  const places = new Map(dictionary.map((text, place) => [text, place]));
  const codes = new Float64Array(count);
  for (let i = 0; i < count; i++) codes[i] = places.get(texts[i] ?? "") ?? 0;
  return { codes, dictionary };
}

/** Codes texts that are coded by a dictionary in any order. */
export function recodedTexts(codes: Int32Array, texts: readonly string[]): CodedTexts {
  const order = texts.map((_, code) => code).sort((a, b) => compareCodePoints(texts[a] ?? "", texts[b] ?? ""));
  const places = new Float64Array(texts.length);
  order.forEach((code, place) => {
    places[code] = place;
  });
  return {
    codes: Float64Array.from(codes, (code) => places[code] ?? 0),
    dictionary: order.map((code) => texts[code] ?? ""),
  };
}
