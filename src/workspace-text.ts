import type { PromotionPolicy } from "./contracts/gate.ts";
import { alignedLines } from "./core/aligned-lines.ts";
import type { WorkspaceOptions } from "./workspace.ts";

/** A workspace in lines for a person: where it is, what each engine is, who signs, and what promotions are judged by. */
export function workspaceText(options: WorkspaceOptions, keyId: string, isClosed: boolean): string {
  const { path, metadata, blobs, online, offline, policy, identity } = options;
  const rows = [
    ["metadata", engineText(metadata, "SQLite in the folder")],
    ["blobs", engineText(blobs, "files in the folder")],
    ["online", engineText(online, "SQLite in the folder")],
    ["offline", engineText(offline, "in memory")],
    ["signer", `key ${keyId}`],
    ["policy", policyText(policy)],
    ["approvers", identity === undefined ? "as stated" : "verified where the policy asks for it, and for production"],
    ["stages", "data, features, experiments, pipelines, registry, serving, monitoring"],
  ];
  const head = `Workspace ${path === undefined ? "on engines of the host" : `in ${path}`}, ${isClosed ? "closed" : "open"}`;
  return [head, ...alignedLines(rows, () => false).map((line) => `  ${line}`)].join("\n");
}

function engineText(given: object | undefined, embedded: string): string {
  return given === undefined ? embedded : "given by the host";
}

function policyText(policy: PromotionPolicy | undefined): string {
  if (policy === undefined) return "none: every promotion of a model is refused";
  return `${policy.name}: ${Object.keys(policy.transitions).join(", ")}`;
}
