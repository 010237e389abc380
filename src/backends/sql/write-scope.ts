import { SluiceError } from "../../core/errors.ts";
import { type AsyncContext, asyncContext } from "../../core/platform.ts";

/** Marks one running write; closed when it has ended, so that work it left behind is no longer inside it. */
interface WriteScope {
  open: boolean;
}

const scopes: AsyncContext<WriteScope> = asyncContext();

/** Runs the body of a write so that {@link refuseInsideWrite} sees it. */
export async function insideWrite<R>(work: () => Promise<R>): Promise<R> {
  const scope: WriteScope = { open: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.open = false;
  }
}

/** Throws `metadata/nested-write` when called inside a write: it would wait for itself, or read what the write has not committed. */
export function refuseInsideWrite(what: string): void {
  if (scopes.get()?.open !== true) return;
  throw new SluiceError("metadata/nested-write", {
    found: `${what} inside a write`,
    expected: "only the transaction's own SQL (tx.sql) inside a write",
    fix: "Pass the transaction on, or do it before or after the write.",
  });
}
