import type { AuditSearch } from "../../contracts/audit-trail.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { EraseOptions } from "./erase-personal.ts";
import type { RetainOptions } from "./retain-events.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly erasePersonal: EraseOptions;
  readonly retain: RetainOptions;
  readonly search: AuditSearch;
}

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  erasePersonal: { actor: "required", reason: "required" },
  retain: { actor: "required", reason: "required", logs: "optional", documentation: "optional" },
  search: {
    kind: "optional",
    subject: "optional",
    actor: "optional",
    fromMs: "optional",
    toMs: "optional",
    newestFirst: "optional",
    after: "optional",
    limit: "optional",
  },
};

/** Refuses options that a call of the trail does not have, or without those that it needs. Errors: `argument/invalid`. */
export function requireTrailCall(call: keyof CallOptions, options: unknown): void {
  requireOptions(`audit.${call}()`, options, names[call]);
}
