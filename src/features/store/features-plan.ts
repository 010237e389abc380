import { printsAsText } from "../../core/printable.ts";
import { shortHash } from "../definitions/short-hash.ts";
import type { MeaningChange } from "./compare-meanings.ts";
import type { PlannedAction, ServiceChange, ViewChange } from "./plan-changes.ts";

const signs: { readonly [A in PlannedAction]: string } = { create: "+", update: "~", unchanged: "=", remove: "-" };
const words: { readonly [A in PlannedAction]: string } = {
  create: "new",
  update: "changes",
  unchanged: "unchanged",
  remove: "no longer in it",
};

/**
 * What applying services would do; printing it shows it.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { featureService, onDemand, request, t } from "sluice/features";
 * const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(100) }) });
 * const ws = await openWorkspace(".sluice");
 * const plan = await ws.features.plan([featureService("trips", [trip])]);
 * if (!String(plan).includes("+ view trip (new")) throw new Error("a new view expected");
 * await ws.close();
 * ```
 */
export class FeaturesPlan {
  readonly services: readonly ServiceChange[];

  static {
    printsAsText(FeaturesPlan.prototype);
  }

  constructor(services: readonly ServiceChange[]) {
    this.services = services;
  }

  /** Whether applying it would change anything. */
  get hasChanges(): boolean {
    return this.services.some(({ action }) => action !== "unchanged");
  }

  /** The plan as text: a line a service, a view and a change of meaning, and the model versions that are affected. */
  toString(): string {
    const count = (action: PlannedAction): number => this.services.filter((each) => each.action === action).length;
    const head = `Plan: ${count("create")} to create, ${count("update")} to update, ${count("unchanged")} unchanged.`;
    return [head, ...this.services.flatMap(serviceLines)].join("\n");
  }
}

function serviceLines({ service, action, hash, previous, views, models }: ServiceChange): readonly string[] {
  const hashes =
    action === "update" && previous !== undefined ? `${shortHash(previous)} → ${shortHash(hash)}` : shortHash(hash);
  return [
    `${signs[action]} service ${service} (${words[action]}, ${hashes})`,
    ...(action === "unchanged" ? [] : views.flatMap(viewLines)),
    ...(action === "unchanged" ? [] : models).map((model) => {
      const keeps = `keeps ${model.service.name} ${shortHash(model.service.hash)}`;
      return `    ! model ${model.name}@${model.version} (${model.stage}) ${keeps}: train a new version to use the new meaning`;
    }),
  ];
}

function viewLines({ view, action, hash, previous, changes, toMaterialize }: ViewChange): readonly string[] {
  const moved = action === "update" ? `${shortHash(previous)} → ${shortHash(hash)}` : shortHash(hash ?? previous);
  const hashes = toMaterialize ? `${moved}, to be materialized` : moved;
  const unknown = action === "update" && changes.length === 0 ? ["      its former meaning is not on record"] : [];
  return [`  ${signs[action]} view ${view} (${words[action]}, ${hashes})`, ...changes.map(changeLine), ...unknown];
}

function changeLine({ what, before, after, features }: MeaningChange): string {
  const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
  const values = [before, after].filter((value) => value !== undefined).join(" → ");
  return `      ${sign} ${what}: ${values}${features.length === 0 ? "" : ` (${features.join(", ")})`}`;
}
