import type { Approval } from "../../contracts/gate.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { digestOf } from "../../core/digest.ts";
import { lineText } from "../../core/line-text.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import type { RegistrySql } from "../tables.ts";
import { type ApprovalBody, samePerson, type WantedApprovals, whyVoid } from "./approval-table.ts";

/** An approval of a transition that does not count, and why. */
export interface VoidApproval {
  readonly approver: string;
  /** `null` = not known: the record is not as it was signed. */
  readonly role: string | null;
  /** As in `expired 2026-12-08T10:00:00.000Z`, `for other evidence, given …`, `taken back`. */
  readonly why: string;
}

/** The approvals of a transition that do not count, the newest of each person whose approval does not count otherwise; by approver. */
export async function voidApprovals(
  sql: RegistrySql,
  verifier: Verifier,
  wanted: WantedApprovals,
  given: readonly Approval[],
): Promise<readonly VoidApproval[]> {
  const newest = new Map<string, VoidApproval & { readonly atMs: number }>();
  for (const row of await rowsFor(sql, wanted.key.name, wanted.key.version, wanted.to)) {
    const found = await judged(verifier, row, wanted);
    if (found === undefined || given.some(({ approver }) => samePerson(approver, found.approver))) continue;
    if (found.atMs >= (newest.get(row.approver)?.atMs ?? Number.NEGATIVE_INFINITY)) newest.set(row.approver, found);
  }
  return [...newest.values()].map(({ approver, role, why }) => ({ approver, role, why }));
}

/** One of them as a reason of a refusal. */
export function voidText({ approver, role, why }: VoidApproval): string {
  return `approval of ${lineText(approver)}${role === null ? "" : ` (${lineText(role)})`}: ${why}`;
}

type Row = Awaited<ReturnType<typeof rowsFor>>[number];

async function judged(
  verifier: Verifier,
  row: Row,
  wanted: WantedApprovals,
): Promise<(VoidApproval & { readonly atMs: number }) | undefined> {
  if (!(await signatureHolds(verifier, row)))
    return { approver: row.approver, role: null, why: "its signature does not hold", atMs: 0 };
  const body: ApprovalBody = JSON.parse(row.body);
  const ended = verifier.endsAtMs?.(row.key_id) !== undefined;
  const why = whyVoid(body, digestOf(row.body), wanted) ?? (ended ? "signed by a key that has ended" : undefined);
  const { approver, role, atMs } = body;
  return why === undefined ? undefined : { approver, role, why, atMs };
}

const rowsFor = compiledStatement((sql: RegistrySql, model: string, version: number, to: string) =>
  sql
    .selectFrom("registry_approval")
    .selectAll()
    .where("model", "=", model)
    .where("version", "=", version)
    .where("to_stage", "=", to)
    .orderBy("approver"),
);
