import type { AliasRules, BreakGlassRules, Gate, IdentityDemand, PromotionPolicy } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { kindOf } from "../gates/built-in-names.ts";
import { gateKinds } from "./gate-kinds.ts";
import { policyText } from "./policy-digest.ts";
import { soundGate } from "./sound-gate.ts";
import { type PolicyDemands, soundPolicy } from "./sound-policy.ts";

/** A gate as data. */
export interface GateJson {
  /** Its name, as in `threshold:auc`; in what is read the part before the colon suffices. */
  readonly gate: string;
  /** Everything that decides the outcome; what is left out has its default. */
  readonly params?: JsonValue;
  /** Version of the judge's code, of a gate of one's own. */
  readonly version?: string;
}

/** What a transition takes, as data. */
export interface RulesJson {
  readonly approvals: number;
  readonly gates: readonly GateJson[];
  /** Approvals needed in each role. */
  readonly roles?: { readonly [role: string]: number };
  readonly identity?: IdentityDemand;
}

/** A policy as data: `schemas/policy.schema.json`. */
export interface PolicyJson {
  readonly schema: 1;
  readonly name: string;
  readonly version?: string;
  readonly transitions: { readonly [to in Exclude<Stage, "registered">]?: RulesJson };
  /** The host's own aliases. */
  readonly aliases?: { readonly [alias: string]: RulesJson & Pick<AliasRules, "stage"> };
  readonly breakGlass?: BreakGlassRules;
}

/** What {@link policyFromJson} needs to know besides the text. */
export interface PolicyFromJsonOptions extends PolicyDemands {
  /** Gates of one's own that the policy may name. @default none */
  readonly gates?: readonly Gate[];
}

/**
 * A policy as JSON, every parameter spelled out: what its digest is taken over.
 *
 * @example
 * ```ts
 * import { defaultPolicy, policyDigest, policyFromJson, policyToJson } from "sluice/registry";
 * const policy = defaultPolicy({ threshold: { atLeast: 0.65 } });
 * const again = policyFromJson(JSON.parse(JSON.stringify(policyToJson(policy))));
 * if (policyDigest(again) !== policyDigest(policy)) throw new Error("another policy");
 * ```
 */
export function policyToJson(policy: PromotionPolicy): PolicyJson {
  return JSON.parse(policyText(policy));
}

const optionNames: OptionNames<PolicyFromJsonOptions> = { anyMetric: "optional", gates: "optional" };

/**
 * A policy from JSON. Parameters that are left out have the gates' defaults; a gate, parameter or member that is not known is refused, and so
 * is a gate of one's own with other parameters or of another version than the policy was written for. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { policyFromJson } from "sluice/registry";
 * const policy = policyFromJson({
 *   schema: 1,
 *   name: "strict",
 *   transitions: { staging: { approvals: 0, gates: [{ gate: "threshold", params: { metric: "auc", atLeast: 0.7 } }] } },
 * });
 * if (policy.transitions.staging?.gates[0]?.gate !== "threshold:auc") throw new Error("another gate");
 * ```
 */
export function policyFromJson(json: unknown, options: PolicyFromJsonOptions = {}): PromotionPolicy {
  requireOptions("policyFromJson()", options, optionNames, "definition/invalid");
  const { schema, name, version, transitions, aliases, breakGlass } = membersOf(jsonIn(json), "the policy", [
    "schema",
    "name",
    "version",
    "transitions",
    "aliases",
    "breakGlass",
  ]);
  if (schema !== 1)
    throw refused(`a policy of format ${JSON.stringify(schema)}`, "schema: 1", "Read it with the release it is from.");
  const given = options.gates ?? [];
  requireArgument("policyFromJson()", "gates", given, "list", "definition/invalid");
  const own = Array.from(given, (gate: unknown, i) => soundGate(gate, `gates[${i}]`, true));
  const policy = {
    name,
    ...(version === undefined ? {} : { version }),
    transitions: rulesFrom(transitions, "transitions", [], own),
    ...(aliases === undefined ? {} : { aliases: rulesFrom(aliases, "aliases", ["stage"], own) }),
    ...(breakGlass === undefined
      ? {}
      : { breakGlass: membersOf(breakGlass, "breakGlass", ["roles", "maxDurationMs"]) }),
  };
  return soundPolicy(policy, options);
}

/** What was passed as JSON, if it is such. */
function jsonIn(json: unknown): unknown {
  try {
    return JSON.parse(canonicalJson(json as JsonValue, "policy"));
  } catch (error) {
    throw new SluiceError("definition/invalid", {
      found: `a policy that is no JSON: ${isSluiceError(error) ? error.found : "a member of it throws"}`,
      expected: "JSON, as JSON.parse() or policyToJson() gives it",
      fix: "See schemas/policy.schema.json.",
      cause: error,
    });
  }
}

/** The rules of each transition, or alias; what their members hold is checked with the policy as a whole. */
function rulesFrom(
  json: unknown,
  where: string,
  more: readonly string[],
  own: readonly Gate[],
): { readonly [name: string]: object } {
  const allowed = ["approvals", "gates", "roles", "identity", ...more];
  return Object.fromEntries(
    Object.entries(membersOf(json, where)).map(([name, entry]) => {
      const { gates, ...rest } = membersOf(entry, `${where}.${name}`, allowed);
      if (!Array.isArray(gates)) throw refused(`no list of gates in ${where}.${name}`, "gates: […]", "List them.");
      const read = gates.map((gate: unknown, at) => gateFrom(gate, `${where}.${name}.gates[${at}]`, own));
      return [name, { ...rest, gates: read }] as const;
    }),
  );
}

function gateFrom(json: unknown, where: string, own: readonly Gate[]): Gate {
  const { gate: name, params = {}, version } = membersOf(json, where, ["gate", "params", "version"]);
  if (typeof name !== "string") throw refused(`no name of a gate in ${where}`, 'as in "threshold:auc"', "Name it.");
  const make = gateKinds.get(kindOf(name));
  const gate =
    make === undefined
      ? own.find((one) => one.gate === name)
      : placed(where, () => make(textOf(membersOf(params, where))));
  if (gate === undefined) {
    const known = [...gateKinds.keys(), ...own.map((one) => one.gate)].join(", ");
    throw refused(`the gate "${name}" in ${where}`, known, "Spell it so, or pass your own gate in `gates`.");
  }
  if (name !== gate.gate && !(make !== undefined && name === kindOf(gate.gate)))
    throw refused(`the gate "${name}" with the parameters of "${gate.gate}" in ${where}`, gate.gate, "Let them agree.");
  if (version !== undefined && version !== gate.version)
    throw refused(
      `version ${JSON.stringify(version)} of the gate "${name}" in ${where}`,
      `its version here, ${JSON.stringify(gate.version) ?? "none"}`,
      "Judge with the code that the policy was written for, or write the policy anew.",
    );
  requireSame(gate.params, params, `the gate "${name}" in ${where}`);
  return gate;
}

/** Makes a gate; what it refuses is said to be at its place in the policy. */
function placed(where: string, make: () => Gate): Gate {
  try {
    return make();
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    throw new SluiceError(error.code, {
      found: `${error.found} in ${where}`,
      expected: error.expected,
      fix: error.fix,
      cause: error,
    });
  }
}

/** Every parameter that is given must be one that the gate has, with that value. */
function requireSame(has: JsonValue, given: unknown, gate: string): void {
  const own = new Map(Object.entries(has ?? {}));
  for (const [param, value] of Object.entries(membersOf(given, `the parameters of ${gate}`))) {
    if (own.has(param) && textOf(own.get(param)) === textOf(value)) continue;
    throw refused(
      `the parameter ${param} = ${JSON.stringify(value)} of ${gate}`,
      own.has(param) ? `${param} = ${JSON.stringify(own.get(param))}, as it judges` : [...own.keys()].join(", "),
      "Leave it out, or spell it so.",
    );
  }
}

/** The members of a record; other than the allowed ones are refused. */
function membersOf(value: unknown, what: string, allowed?: readonly string[]): { readonly [member: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refused(`${what} that is no record`, "a record", "See schemas/policy.schema.json.");
  const members = Object.entries(value);
  const other = allowed === undefined ? undefined : members.find(([member]) => !allowed.includes(member));
  if (other !== undefined)
    throw refused(`the member "${other[0]}" in ${what}`, allowed?.join(", ") ?? "", "Leave it out, or spell it so.");
  return Object.fromEntries(members);
}

/** The text of what is known to be JSON. */
function textOf(value: unknown): string {
  return canonicalJson(jsonOf(value));
}

function refused(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found, expected, fix });
}
