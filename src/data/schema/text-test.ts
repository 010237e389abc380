import type { z } from "zod";
import { type CellTest, isOtherScalar, refinement, valueSet } from "./cell-test.ts";
import { truthy } from "./number-test.ts";
import { definitionOf, holdsOnly, type ZodDefinition } from "./zod-definition.ts";

/** A test of texts. */
export interface TextTest extends CellTest<string> {
  /** Lengths and texts at which the verdict may turn, for probing. */
  readonly lengths: readonly number[];
  readonly texts: readonly string[];
}

type Rule = (text: string) => boolean;

/** Compiles a leaf for texts: lengths, patterns, refinements, sets. Everything else is asked of zod, once a distinct text. */
export function textTest(schema: z.core.$ZodType, def: ZodDefinition): TextTest | "never" | undefined {
  const values = valueSet(schema, def);
  if (values !== undefined) {
    const texts = [...values].filter((value) => typeof value === "string");
    return { lengths: [], texts, passes: (text) => values.has(text) };
  }
  if (def.type !== "string") return isOtherScalar(def) ? "never" : undefined;
  if (!holdsOnly(def, ["coerce"]) || def["coerce"] === true) return undefined;
  const rules: Rule[] = [];
  const lengths: number[] = [];
  for (const check of def.checks ?? []) {
    const rule = compileRule(definitionOf(check), lengths);
    if (rule === undefined) return undefined;
    rules.push(rule);
  }
  const [only] = rules;
  if (only !== undefined && rules.length === 1) return { lengths, texts: [], passes: only };
  return { lengths, texts: [], passes: (text) => rules.every((rule) => rule(text)) };
}

function compileRule(rule: ZodDefinition, lengths: number[]): Rule | undefined {
  const least = rule["minimum"];
  const most = rule["maximum"];
  const exact = rule["length"];
  switch (rule["check"]) {
    case "min_length":
      if (typeof least !== "number" || !holdsOnly(rule, ["check", "minimum", "when"])) return undefined;
      lengths.push(least);
      return (text) => surelyAtLeast(text, least);
    case "max_length":
      if (typeof most !== "number" || !holdsOnly(rule, ["check", "maximum", "when"])) return undefined;
      lengths.push(most);
      return (text) => text.length <= most;
    case "length_equals":
      if (typeof exact !== "number" || !holdsOnly(rule, ["check", "length", "when"])) return undefined;
      lengths.push(exact);
      return (text) => text.length === exact && (exact === 0 || !astral.test(text));
    case "string_format":
      return rule["format"] === "regex" ? patternRule(rule) : undefined;
    case "custom": {
      const fn = refinement(rule);
      return fn === undefined ? undefined : (text) => truthy(fn(text));
    }
    default:
      return undefined;
  }
}

const astral = /[\ud800-\udfff]/;

/**
 * zod counted UTF-16 units until 4.5 and code points since. What is enough by either count passes; what depends on the count is
 * left to zod.
 */
function surelyAtLeast(text: string, least: number): boolean {
  if (text.length < least) return false;
  return text.length >= least * 2 || !astral.test(text);
}

/** A copy of the pattern, always begun at 0, as zod does it. */
function patternRule(rule: ZodDefinition): Rule | undefined {
  const pattern = rule["pattern"];
  if (!(pattern instanceof RegExp) || !holdsOnly(rule, ["check", "format", "pattern"])) return undefined;
  const own = new RegExp(pattern.source, pattern.flags);
  return (text) => {
    own.lastIndex = 0;
    return own.test(text);
  };
}
