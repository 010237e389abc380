import { existsSync } from "node:fs";
import { SluiceError } from "../core/errors.ts";
import type { Workspace } from "../workspace.ts";

/**
 * Refuses a workspace of a folder whose versions were signed, where the key file is not there: a new key would be made, and nothing would verify by it.
 * Errors: `certificate/unknown-key`.
 */
export async function requireSigningKey(ws: Workspace, keyPath: string): Promise<void> {
  if (existsSync(keyPath)) return;
  const { records } = await ws.audit.search({ kind: "version.registered", limit: 1 });
  if (records.length === 0) return;
  throw new SluiceError("certificate/unknown-key", {
    found: `no key file at ${keyPath}`,
    expected: "the key that this workspace was signed with",
    fix: "Set SLUICE_KEY_FILE to it; or pass --workspace a module that opens the workspace with a `verifier` that pins its public key.",
  });
}
