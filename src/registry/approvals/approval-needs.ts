import type { Approval, TransitionRules } from "../../contracts/gate.ts";

/** How many approvals rules need: as many as they say, and at least those of their roles together. */
export function approvalsNeeded({ approvals, roles = {} }: TransitionRules): number {
  return Math.max(
    approvals,
    Object.values(roles).reduce((sum, needed) => sum + needed, 0),
  );
}

/** Which approvals are missing, in words; empty where they suffice. Each approval is of another person, and counts in its one role. */
export function missingApprovals(
  rules: TransitionRules,
  given: readonly Approval[],
  target: string,
): readonly string[] {
  const missing: string[] = [];
  const needed = approvalsNeeded(rules);
  if (!(given.length >= needed))
    missing.push(
      `approvals: ${given.length} of ${needed} of this evidence by people other than the author: registry.approve(version, "${target}", …)`,
    );
  for (const [role, count] of Object.entries(rules.roles ?? {})) {
    const held = given.filter((approval) => approval.role === role).length;
    if (!(held >= count)) missing.push(`approvals: ${held} of ${count} in the role "${role}"`);
  }
  return missing;
}
