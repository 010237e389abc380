import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { type AuditSource, recordPages } from "../all-records.ts";
import { deliveryFigures } from "../delivery/delivery-figures.ts";
import type { DeliveryFigures } from "../delivery/delivery-record.ts";
import { completeOptions } from "../delivery/delivery-options.ts";
import { memberOf, modelOf, versionOf } from "../record-body.ts";
import { reignKinds } from "./production-reigns.ts";

/** What a pack holds of a part of the log while it is made. */
export interface LogGist {
  /** The events that delivery figures are made of, oldest first: heads, with what figures read of their bodies. */
  readonly records: readonly AuditRecord[];
  /** The instants of the first and of the last event, whatever they are. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What is held of the events about one model. */
export interface ModelGist extends LogGist {
  /** Where all of them are, in ascending order. */
  readonly indices: readonly number[];
}

/** What is held of the whole log. */
export interface WholeGist extends LogGist {
  readonly byModel: ReadonlyMap<string, ModelGist>;
  /** The instant of the last event; 0 in an empty log. */
  readonly lastMs: number;
  /** Where policies were put into force. */
  readonly policies: readonly number[];
  /** The models of registered versions, sorted. */
  readonly registered: readonly string[];
}

/** Reads the log once, page by page. Errors: `audit/broken`; the signal's reason. */
export async function readGist(source: AuditSource, work: WorkOptions): Promise<WholeGist> {
  const texts = new Map<string, string>();
  // Kinds, subjects and actors come again and again: each is held once.
  const once = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  const whole = new Gathered();
  const byModel = new Map<string, Gathered>();
  const policies: number[] = [];
  const registered = new Set<string>();
  let lastMs = 0;
  for await (const page of recordPages(source, {}, work)) {
    for (const record of page) {
      const gist = figureKinds.test(record.kind) || isHuman(record) ? gistOf(record, once) : undefined;
      whole.add(record, gist);
      lastMs = record.timeMs;
      if (record.kind === "policy.adopted") policies.push(record.index);
      if (record.kind === "version.registered") registered.add(versionOf(record.subject)?.model ?? "");
      const model = modelOf(record);
      if (model === undefined) continue;
      const of = byModel.get(model) ?? new Gathered();
      byModel.set(once(model), of);
      of.add(record, gist);
    }
  }
  return {
    ...whole.end(),
    byModel: new Map([...byModel].map(([model, of]) => [model, of.end()])),
    lastMs,
    policies,
    registered: [...registered].sort(),
  };
}

/** The delivery figures of what is held, as those of all of its events; of one model if it is named. */
export function figuresOf({ records, sinceMs, untilMs }: LogGist, model?: string): DeliveryFigures {
  const period = sinceMs > untilMs ? {} : { fromMs: sinceMs, toMs: untilMs };
  return deliveryFigures(records, { ...period, ...(model !== undefined && { model }) });
}

/** Beside what people did, which is counted whatever its kind. */
const figureKinds =
  /^(?:version\.|rollout\.(?:started|passed|rolledBack|promoted|aborted)$|alert\.(?:raised|resolved)$|gate\.refused$|approval\.|alias\.|card\.|retraining\.started$)/;

const { automation } = completeOptions({}).human;

function isHuman({ actor }: AuditRecord): boolean {
  return !automation.includes(actor);
}

class Gathered {
  readonly #records: AuditRecord[] = [];
  readonly #indices: number[] = [];
  #sinceMs: number = Number.POSITIVE_INFINITY;
  #untilMs: number = Number.NEGATIVE_INFINITY;

  add(record: AuditRecord, gist: AuditRecord | undefined): void {
    const { index, timeMs } = record;
    // The first one always: that something happened at all has a period.
    if (gist !== undefined || this.#records.length === 0) this.#records.push(gist ?? { ...record, body: null });
    this.#indices.push(index);
    this.#sinceMs = Math.min(this.#sinceMs, timeMs);
    this.#untilMs = Math.max(this.#untilMs, timeMs);
  }

  end(): ModelGist {
    return { records: this.#records, indices: this.#indices, sinceMs: this.#sinceMs, untilMs: this.#untilMs };
  }
}

const readMembers = ["model", "to", "from", "rollout", "alert", "sinceMs", "replacedBy"] as const;

function gistOf(record: AuditRecord, once: (text: string) => string): AuditRecord {
  const { schema, index, timeMs, hash } = record;
  const body = reignKinds.includes(record.kind) ? record.body : bodyGist(record.body, once);
  return {
    schema,
    index,
    timeMs,
    hash,
    kind: once(record.kind),
    subject: once(record.subject),
    actor: once(record.actor),
    body,
  };
}

/** The members that figures read; of outcomes only whether there are any. */
function bodyGist(body: JsonValue, once: (text: string) => string): JsonValue {
  const gist: { [name: string]: JsonValue } = {};
  for (const name of readMembers) {
    const value = memberOf(body, name);
    if (typeof value === "string") gist[name] = once(value);
    else if (typeof value === "number") gist[name] = value;
  }
  const outcomes = memberOf(body, "outcomes");
  if (Array.isArray(outcomes)) gist["outcomes"] = outcomes.length > 0 ? [true] : [];
  return Object.keys(gist).length === 0 ? null : gist;
}
