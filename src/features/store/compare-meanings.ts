import type { JsonValue } from "../../core/canonical-json.ts";
import { durationText } from "../../core/duration.ts";

import { readGraph } from "./expression-texts.ts";

/** One thing that a view's new definition means differently. */
export interface MeaningChange {
  /** What changed, as "ttl", "source", "window delay", "expression pressure". */
  readonly what: string;
  /** What it was, in a few words; `undefined` = it was not there. */
  readonly before: string | undefined;
  /** What it is; `undefined` = it is gone. */
  readonly after: string | undefined;
  /** The features whose values change with it, among those before and after. */
  readonly features: readonly string[];
}

type Fields = { readonly [name: string]: JsonValue };

/** What two meanings of a view, as its hash covers them, differ in. */
export function compareMeanings(before: JsonValue, after: JsonValue): readonly MeaningChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (old["kind"] !== now["kind"]) return changed("kind of view", old["kind"], now["kind"], featuresOf(old, now));
  const all = featuresOf(old, now);
  const shared = [
    ...changed(
      "rules",
      `semantics ${old["semantics"]}, kernel ${old["kernel"]}`,
      `semantics ${now["semantics"]}, kernel ${now["kernel"]}`,
      all,
    ),
  ];
  const compare = { windowed, alias: aliased, onDemand };
  return [...shared, ...compare[kindOf(now)](old, now, all)];
}

function kindOf({ kind }: Fields): "windowed" | "alias" | "onDemand" {
  return kind === "windowed" || kind === "alias" ? kind : "onDemand";
}

function aliased(old: Fields, now: Fields, all: readonly string[]): readonly MeaningChange[] {
  const [before, after] = [fieldsOf(old["keys"]), fieldsOf(now["keys"])];
  return [
    ...changed("aliased view", old["of"], now["of"], all),
    ...[...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changed(`key ${key}, read by`, before[key], after[key], all),
    ),
  ];
}

function windowed(old: Fields, now: Fields, all: readonly string[]): readonly MeaningChange[] {
  const latest = [...new Set([old, now].flatMap((each) => Object.keys(fieldsOf(each["latest"]))))];
  const source = (role: string): readonly MeaningChange[] =>
    changed(`source ${role}`, fieldsOf(old["source"])[role], fieldsOf(now["source"])[role], all);
  return [
    ...["name", "schema", "eventTime", "knownTime"].flatMap(source),
    ...changed("entity keys", typesText(old["keys"]), typesText(now["keys"]), all),
    ...changed("known delay", msText(old["knownDelayMs"]), msText(now["knownDelayMs"]), all),
    ...changed("ttl", msText(old["ttlMs"]), msText(now["ttlMs"]), latest),
    ...each("window", old["windows"], now["windows"], windowText),
    ...each("latest", old["latest"], now["latest"], String),
  ];
}

function onDemand(old: Fields, now: Fields, all: readonly string[]): readonly MeaningChange[] {
  const [before, after] = [inputsOf(old), inputsOf(now)];
  const graphs = [readGraph(old["expressions"]), readGraph(now["expressions"])] as const;
  const uses = (name: string): readonly string[] =>
    all.filter((feature) =>
      graphs.some(({ inputs }) => [...(inputs.get(feature) ?? [])].some((input) => input.startsWith(`${name}.`))),
    );
  const inputs = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    changed(`input ${name}`, before.get(name), after.get(name), uses(name)),
  );
  return [
    ...inputs,
    ...changed("request fields", typesText(old["request"]), typesText(now["request"]), []),
    ...each("expression", graphs[0].texts, graphs[1].texts, String),
  ];
}

function each(
  what: string,
  old: JsonValue | undefined,
  now: JsonValue | undefined,
  text: (value: JsonValue) => string,
): readonly MeaningChange[] {
  const [before, after] = [fieldsOf(old), fieldsOf(now)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [a, b] = [before[name], after[name]];
    return changed(`${what} ${name}`, a === undefined ? a : text(a), b === undefined ? b : text(b), [name]);
  });
}

function changed(
  what: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  features: readonly string[],
): readonly MeaningChange[] {
  if (before === after) return [];
  const text = (value: JsonValue | undefined): string | undefined =>
    value === undefined ? undefined : value === null ? "none" : shortened(String(value));
  return [{ what, before: text(before), after: text(after), features }];
}

/** Digests by their first digits. */
function shortened(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{8})[0-9a-f]{56}/g, "$1…");
}

function featuresOf(old: Fields, now: Fields): readonly string[] {
  const parts = [old, now].flatMap((each) => [
    each["windows"],
    each["latest"],
    fieldsOf(each["expressions"])["features"],
  ]);
  const named = [old["features"], now["features"]].flatMap((each) => (Array.isArray(each) ? each.map(String) : []));
  return [...new Set([...parts.flatMap((part) => Object.keys(fieldsOf(part))), ...named])];
}

function inputsOf(meaning: Fields): ReadonlyMap<string, JsonValue | undefined> {
  const inputs = meaning["inputs"];
  return new Map(
    (Array.isArray(inputs) ? inputs : []).map(fieldsOf).map((input) => [String(input["name"]), input["hash"]]),
  );
}

function windowText(value: JsonValue): string {
  const window = fieldsOf(value);
  const { aggregate, column, p, k } = window;
  const args = [column ?? undefined, p, k].filter((arg) => arg !== undefined).join(", ");
  return `${aggregate}(${args}) ${frameText(window)}`;
}

function frameText({ overMs, hopMs, ...frame }: Fields): string {
  if (frame["tumbling"] !== undefined) {
    const { sizeMs, offsetMs } = fieldsOf(frame["tumbling"]);
    return `over the last whole ${msText(sizeMs)}${offsetMs === 0 ? "" : `, offset ${msText(offsetMs)}`}`;
  }
  if (frame["session"] !== undefined) {
    const { gapMs, maxMs, keepMs } = fieldsOf(frame["session"]);
    return `over a session, gap ${msText(gapMs)}, max ${msText(maxMs)}, keep ${msText(keepMs)}`;
  }
  return `over ${msText(overMs)}, hop ${msText(hopMs)}`;
}

function typesText(value: JsonValue | undefined): string {
  const types = (Array.isArray(value) ? value : []).map(fieldsOf);
  return (
    types
      .map(({ name, column, tag, nullable }) => {
        return `${name}${column === undefined ? "" : ` (${column})`}: ${tag}${nullable === true ? " or null" : ""}`;
      })
      .join(", ") || "none"
  );
}

function msText(value: JsonValue | undefined): string {
  return typeof value === "number" ? durationText(value) : "unbounded";
}

function fieldsOf(value: JsonValue | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
