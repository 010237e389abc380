import { type OptionNames, requireOptions } from "../core/known-options.ts";
import type { ApprovalOptions } from "./approvals/approve-version.ts";
import type { KeyRetirement } from "./certificates/retire-key.ts";
import type { KeyRotation } from "./certificates/rotate-key.ts";
import type { ContentRegistration } from "./content/register-content.ts";
import type { EvaluationOptions } from "./evaluation/evaluation-options.ts";
import type { BreakGlassRequest } from "./promotion/break-glass.ts";
import type { ModelListing } from "./search/list-models.ts";
import type { VersionSearch } from "./search/version-search.ts";
import type { ImportOptions } from "./transfer/import-version.ts";
import type { DeprecationRequest } from "./versions/deprecate-version.ts";
import type { Registration } from "./versions/register-version.ts";
import type { TransitionRequest } from "./versions/transition-request.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly alias: TransitionRequest;
  readonly approve: ApprovalOptions;
  readonly breakGlass: BreakGlassRequest;
  readonly deprecate: DeprecationRequest;
  readonly evaluate: EvaluationOptions;
  readonly export: TransitionRequest;
  readonly import: ImportOptions;
  readonly models: ModelListing;
  readonly openExport: TransitionRequest;
  readonly promote: TransitionRequest;
  readonly register: Registration;
  readonly registerContent: ContentRegistration;
  readonly reinstate: TransitionRequest;
  readonly removeAlias: TransitionRequest;
  readonly retireKey: KeyRetirement;
  readonly revokeApproval: TransitionRequest & { readonly approver: string };
  readonly rollback: TransitionRequest;
  readonly rotateKey: KeyRotation;
  readonly search: VersionSearch;
  readonly tag: { readonly actor: string };
  readonly writeCard: { readonly author: string };
}

const request = { actor: "required", reason: "required" } as const;
const about = { author: "required", contributors: "optional", tags: "optional" } as const;

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  alias: request,
  approve: {
    approver: "optional",
    token: "optional",
    role: "required",
    comment: "required",
    expiresIn: "optional",
  },
  breakGlass: { ...request, role: "required", expiresIn: "required", token: "optional" },
  deprecate: { ...request, replacedBy: "optional", until: "optional" },
  evaluate: {
    label: "required",
    kind: "optional",
    metrics: "optional",
    slices: "optional",
    worstSlices: "optional",
    output: "optional",
    classes: "optional",
    threshold: "optional",
    thresholds: "optional",
    fairness: "optional",
    robustness: "optional",
    latency: "optional",
    leakage: "optional",
    reproduce: "optional",
    against: "optional",
    compareOn: "optional",
    maxExcludedShare: "optional",
    signal: "optional",
    onProgress: "optional",
  },
  export: request,
  import: { ...request, trust: "required", evaluation: "optional" },
  openExport: request,
  models: { kind: "optional", after: "optional", limit: "optional" },
  promote: request,
  register: { ...about, run: "required", artifact: "required", evaluation: "required" },
  registerContent: { ...about, evaluation: "optional" },
  reinstate: request,
  removeAlias: request,
  retireKey: { ...request, key: "required", asOfMs: "required", role: "required", token: "optional" },
  revokeApproval: { ...request, approver: "required" },
  rollback: request,
  rotateKey: { ...request, to: "required" },
  search: {
    model: "optional",
    kind: "optional",
    stage: "optional",
    author: "optional",
    owner: "optional",
    tag: "optional",
    metric: "optional",
    fromMs: "optional",
    toMs: "optional",
    after: "optional",
    limit: "optional",
  },
  tag: { actor: "required" },
  writeCard: { author: "required" },
};

/** A copy of the options of a call, once it is known that they are such: a member that answers otherwise at the next reading is not read again. Errors: `argument/invalid` for what it does not have, or without what it needs. */
export function requested<C extends keyof CallOptions>(call: C, options: CallOptions[C]): CallOptions[C] {
  requireOptions(`registry.${call}()`, options, names[call]);
  return { ...options };
}
