import type { z } from "zod";
import type { RowIssue } from "../contracts/row-fault.ts";
import { SluiceError } from "../core/errors.ts";

/** What zod answers about one value. */
export type ZodVerdict =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly RowIssue[] };

/** Asks a schema about a value, by the Standard Schema surface that zod and zod/mini share. Throws `definition/invalid` for an asynchronous schema. */
export function askZod(schema: z.core.$ZodType, value: unknown): ZodVerdict {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw unusableCheck(result);
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, issues: result.issues.map(issueOf) };
}

function issueOf(issue: {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
  readonly code?: unknown;
}): RowIssue {
  const path = (issue.path ?? [])
    .map((part) => String(typeof part === "object" && part !== null && "key" in part ? part.key : part))
    .join(".");
  return { path, code: typeof issue.code === "string" ? issue.code : "custom", message: issue.message };
}

/** Whether a schema accepts a value, and what it makes of it; issues are not worked out. Throws `definition/invalid` as {@link askZod}. */
export function runZod(schema: z.core.$ZodType, value: unknown): { readonly ok: boolean; readonly value: unknown } {
  const result = runOnce(schema, value);
  if (result instanceof Promise) throw unusableCheck(result);
  return { ok: result.issues.length === 0, value: result.value };
}

function runOnce(schema: z.core.$ZodType, value: unknown): ReturnType<typeof schema._zod.run> {
  try {
    return schema._zod.run({ value, issues: [] }, {});
  } catch (cause) {
    throw unusableCheck(Promise.resolve(), cause);
  }
}

/** The pending answer is let go: whatever it becomes, the schema cannot be used. */
function unusableCheck(pending: Promise<unknown>, cause?: unknown): SluiceError {
  pending.catch(() => undefined);
  return new SluiceError("definition/invalid", {
    found: "a schema with an asynchronous check, or a check that throws",
    expected: "synchronous checks that answer true or false",
    fix: "Move asynchronous look-ups before the ingest, and catch errors inside the check.",
    cause,
  });
}
