import type { JsonValue } from "../../core/canonical-json.ts";
import { printsAsText } from "../../core/printable.ts";

/** Something in which two versions differ. */
export interface VersionChange {
  /** What it is about: `artifact`, `content`, `data`, `features`, `params`, `metrics`, `signature`, `policy`, `card`, `version`. */
  readonly about: string;
  /** Which of it, as the name of a param or a metric. */
  readonly item: string;
  /** `undefined` = the first one has none. */
  readonly before: JsonValue | undefined;
  /** `undefined` = the second one has none. */
  readonly after: JsonValue | undefined;
}

const longest = 60;

/** In what two versions of a model differ; printing it shows it. */
export class VersionDifference {
  /** The versions that were compared, as in `delay@3`. */
  readonly versions: readonly [before: string, after: string];
  readonly changes: readonly VersionChange[];

  constructor(versions: readonly [before: string, after: string], changes: readonly VersionChange[]) {
    this.versions = versions;
    this.changes = changes;
    printsAsText(this);
  }

  /** A line for each difference. */
  toString(): string {
    const [before, after] = this.versions;
    if (this.changes.length === 0) return `${before} and ${after}: no difference`;
    const names = this.changes.map(({ about, item }) => `${about} ${item}`.trim());
    const width = Math.max(...names.map((name) => name.length));
    const lines = this.changes.map((change, i) => `  ${(names[i] ?? "").padEnd(width)}  ${changeText(change)}`);
    return [`${before} → ${after}: ${this.changes.length} differences`, ...lines].join("\n");
  }
}

function changeText({ before, after }: VersionChange): string {
  const text = `${shown(before)} → ${shown(after)}`;
  if (typeof before !== "number" || typeof after !== "number") return text;
  const by = after - before;
  return `${text} (${by > 0 ? "+" : ""}${Number(by.toPrecision(4))})`;
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "–";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  const text =
    typeof value === "string" && !/\s$|[\n\r\t]/.test(value)
      ? value.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…")
      : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
