import type { WindowFrame } from "../../contracts/feature-definition.ts";

/** A window that is a session. */
export type SessionFrame = Extract<WindowFrame, { kind: "session" }>;

/**
 * Where the session starts whose newest event is at `newestMs` and whose oldest, the bound on its length aside, is at `oldestMs`; T where there is none (−∞ as
 * `newestMs`), or none any more: the one rule for training and for serving.
 */
export function sessionStartMs(frame: SessionFrame, atMs: number, newestMs: number, oldestMs: number): number {
  return newestMs >= atMs - frame.keepMs ? Math.max(oldestMs, newestMs - frame.maxMs) : atMs;
}
