import type { JsonValue } from "../../core/canonical-json.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import type { MetricPoint } from "./run-record.ts";

/** What waits to be written. */
export interface RunBatch {
  readonly params: readonly { readonly name: string; readonly value: string }[];
  readonly metrics: readonly { readonly name: string; readonly points: readonly MetricPoint[] }[];
}

/** Holds a run's parameters and points until they are written. */
export class RunBuffer {
  #params = new Map<string, string>();
  #points = new Map<string, MetricPoint[]>();
  #size = 0;
  readonly #known = new Map<string, string>();
  readonly #lastStep = new Map<string, number>();

  /** Points and parameters that wait. */
  get size(): number {
    return this.#size;
  }

  /** Notes a parameter that is already written. */
  know(name: string, value: JsonValue): void {
    this.#known.set(name, canonicalJson(value));
  }

  /** Adds a parameter. Throws `training/param-conflict`. */
  param(name: string, value: JsonValue): void {
    const text = canonicalJson(value);
    const known = this.#known.get(name);
    if (known === text) return;
    if (known !== undefined) {
      throw new SluiceError("training/param-conflict", {
        found: `the value ${text} for the parameter "${name}"`,
        expected: `its first value, ${known}`,
        fix: "A parameter is written once: use another name, or a metric.",
      });
    }
    this.#known.set(name, text);
    this.#params.set(name, text);
    this.#size++;
  }

  /** Adds a point; without a step it follows the name's last one. */
  metric(name: string, value: number, step: number | undefined, timeMs: number): void {
    const at = step ?? (this.#lastStep.get(name) ?? -1) + 1;
    this.#lastStep.set(name, at);
    const points = this.#points.get(name);
    if (points === undefined) this.#points.set(name, [{ step: at, timeMs, value }]);
    else points.push({ step: at, timeMs, value });
    this.#size++;
  }

  /** Takes out everything that waits. */
  take(): RunBatch {
    const batch = {
      params: [...this.#params].map(([name, value]) => ({ name, value })),
      metrics: [...this.#points].map(([name, points]) => ({ name, points })),
    };
    this.#params = new Map();
    this.#points = new Map();
    this.#size = 0;
    return batch;
  }
}
