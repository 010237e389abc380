import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes as nodeRandomBytes } from "node:crypto";
import { setImmediate } from "node:timers";

/** The one file of the inner layers that touches the runtime: everything here exists on Node, Deno and Bun. */

/** SHA-256 of bytes or of a string's UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A SHA-256 that is fed in pieces. */
export interface IncrementalHash {
  update(data: Uint8Array | string): void;
  hex(): string;
}

/** Starts a SHA-256 that is fed in pieces. */
export function startSha256(): IncrementalHash {
  const hash = createHash("sha256");
  return {
    update: (data) => {
      hash.update(data);
    },
    hex: () => hash.digest("hex"),
  };
}

/** Cryptographically strong random bytes. */
export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(nodeRandomBytes(length));
}

/** Resolves after everything else that is due had its turn: long loops await it, so that they do not block the process. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A value that follows asynchronous calls, as `AsyncLocalStorage` does. */
export interface AsyncContext<T> {
  run<R>(value: T, work: () => R): R;
  get(): T | undefined;
}

/** Makes an {@link AsyncContext}. */
export function asyncContext<T>(): AsyncContext<T> {
  const storage = new AsyncLocalStorage<T>();
  return { run: (value, work) => storage.run(value, work), get: () => storage.getStore() };
}
