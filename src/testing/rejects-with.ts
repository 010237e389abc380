import assert from "node:assert/strict";
import { isSluiceError, type SluiceErrorCode } from "../core/errors.ts";

/** Asserts that a promise rejects with a SluiceError of the given code. */
export async function rejectsWith(code: SluiceErrorCode, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(isSluiceError(error), `expected a SluiceError ${code}, got ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}
