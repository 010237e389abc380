import type { z } from "zod";
import type { RowIssue } from "../../contracts/row-fault.ts";
import { SluiceError } from "../../core/errors.ts";

/** What zod answers about one value. */
export type ZodAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly RowIssue[] };

/** Asks a schema about a value, by the Standard Schema surface that zod and zod/mini share. Throws `definition/invalid` as {@link runZod}. */
export function askZod(schema: z.core.$ZodType, value: unknown): ZodAnswer {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    let again: unknown;
    try {
      again = schema._zod.run({ value, issues: [] }, {});
    } catch (cause) {
      throw throwingCheck(result, cause);
    }
    throw asynchronousCheck(result, again);
  }
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, issues: result.issues.map(issueOf) };
}

function issueOf(issue: {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
  readonly code?: unknown;
}): RowIssue {
  const code = typeof issue.code === "string" ? issue.code : "custom";
  return { path: pathText(issue.path ?? []), code, message: issue.message };
}

function pathText(path: readonly unknown[]): string {
  const [only] = path;
  if (path.length === 1 && typeof only === "string") return only;
  return path
    .map((part) => String(typeof part === "object" && part !== null && "key" in part ? part.key : part))
    .join(".");
}

/** zod's context for a synchronous run: it may use its compiled path. */
const synchronous = { async: false } as const;

/**
 * Whether a schema accepts a value, and what it makes of it; issues are not worded. Throws `definition/invalid` where the schema is
 * asynchronous or a check of it throws: neither is an answer.
 */
export function runZod(schema: z.core.$ZodType, value: unknown): { readonly ok: boolean; readonly value: unknown } {
  let result: ReturnType<typeof schema._zod.run>;
  try {
    result = schema._zod.run({ value, issues: [] }, synchronous);
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith("Encountered Promise")) throw asynchronousCheck();
    throw throwingCheck(undefined, cause);
  }
  if (result instanceof Promise) throw asynchronousCheck(result);
  return { ok: result.issues.length === 0, value: result.value };
}

/** Runs work that calls a schema's own functions. Throws `definition/invalid` where one throws. */
export function callingChecks<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw throwingCheck(undefined, cause);
  }
}

/** The error for a check that answers with a promise. Pending answers are let go: whatever they become, the schema cannot be used. */
export function asynchronousCheck(...pending: readonly unknown[]): SluiceError {
  letGo(pending);
  return new SluiceError("definition/invalid", {
    found: "a schema with an asynchronous check",
    expected: "synchronous checks that answer true or false",
    fix: "Move asynchronous look-ups before the ingest.",
  });
}

function throwingCheck(pending: unknown, cause: unknown): SluiceError {
  letGo([pending]);
  return new SluiceError("definition/invalid", {
    found: `a schema with a check or transform that throws: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: "functions that answer for every value that reaches them",
    fix: "Catch errors inside the function, or refuse the value by an earlier check with { abort: true }.",
    cause,
  });
}

function letGo(pending: readonly unknown[]): void {
  for (const one of pending) if (one instanceof Promise) one.catch(() => undefined);
}
