import type { Gate, GateEvidence, GateOutcome } from "../../contracts/gate.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { isSluiceError } from "../../core/errors.ts";
import { requireMetricName } from "../evaluation/metric-names.ts";
import { isBuiltIn, kindOf } from "../gates/built-in-names.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { gateKinds } from "./gate-kinds.ts";
import { isPlainObject, membersNamed, nameAt, partMembers, policyFault, policyRefused } from "./policy-members.ts";

const members = ["gate", "params", "version", "judge"] as const;
const made = 'a gate, as threshold("auc", { atLeast: 0.7 }) or gate() makes it: { gate, params, judge }';

/**
 * A gate as the policy holds it: name, parameters and version are copied, so that what is judged by is what the digest says. Errors: `definition/invalid`.
 */
export function soundGate(given: unknown, path: string, anyMetric: boolean): Gate {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw policyFault(given, path, made);
  // One of a class may have what it judges with; in a plain object an unknown name is a mistake.
  const read = isPlainObject(given) ? partMembers(given, path, members, made) : membersNamed(given, members);
  const gate = nameAt(read.gate, `${path}.gate`, "the gate's name");
  const { judge, version } = read;
  if (typeof judge !== "function") throw policyFault(judge, `${path}.judge`, "a function that judges the evidence");
  const params = soundParams(read.params, `${path}.params`);
  if (isBuiltIn(gate)) requireOwnParams(gate, params, path, anyMetric);
  return Object.freeze({
    gate,
    params,
    ...(version === undefined ? {} : { version: nameAt(version, `${path}.version`, "a text that is not empty") }),
    judge: unchanged(given, params, (evidence) => Reflect.apply(judge, given, [evidence])),
  });
}

/** A judge that stands by the parameters which were read: one that judges by others, or changes them meanwhile, throws. */
function unchanged(given: object, params: JsonValue, judge: Gate["judge"]): Gate["judge"] {
  const text = canonicalJson(params);
  const check = (): void => {
    if (canonicalJson(Reflect.get(given, "params")) === text) return;
    throw new Error(`the policy changed: its parameters were ${text} when the registry read it`);
  };
  return (evidence: GateEvidence): GateOutcome => {
    check();
    const outcome = judge(evidence);
    check();
    return outcome;
  };
}

/** Parameters as the digest holds them. */
function soundParams(params: unknown, path: string): JsonValue {
  const expected = "JSON: texts, booleans, null, finite numbers, and lists and plain objects of them";
  if (params === undefined) throw policyFault(params, path, `${expected}; {} for none`);
  try {
    return frozenCopy(JSON.parse(canonicalJson(params as JsonValue, path)));
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    throw policyRefused(error.found, "", expected);
  }
}

/** What says to be a gate of the library must have parameters that this gate can have. */
function requireOwnParams(gate: string, params: JsonValue, path: string, anyMetric: boolean): void {
  const metric: unknown = Reflect.get(Object(params), "metric");
  if (metric !== undefined && !anyMetric && typeof metric === "string")
    placed(`${path}.params.metric`, () => requireMetricName(metric));
  const make = gateKinds.get(kindOf(gate));
  if (make === undefined) return;
  const text = canonicalJson(params);
  const same = placed(path, () => make(text));
  if (same.gate !== gate)
    throw policyRefused(
      `the name "${gate}" and parameters of "${same.gate}"`,
      path,
      "a name and parameters that agree",
    );
  if (canonicalJson(same.params) !== text)
    throw policyRefused(`other parameters than "${gate}" has`, `${path}.params`, canonicalJson(same.params));
}

/** Does what may be refused; a refusal is said to be at its place in the policy. */
function placed<R>(path: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    throw policyRefused(error.found, path, error.expected, error.fix);
  }
}
