import { SluiceError } from "../core/errors.ts";
import type { MonitorDefinition } from "../contracts/monitor.ts";
import { monitorDigest } from "./monitor.ts";

/** A definition as it is stored: JSON with the format's version. */
export function definitionText(definition: MonitorDefinition): string {
  return JSON.stringify({ schema: 1, ...definition });
}

/** A stored definition that still has its digest. Errors: `monitoring/tampered`. */
export function readDefinition(id: string, text: string): MonitorDefinition {
  try {
    const { schema, ...definition }: MonitorDefinition & { readonly schema: number } = JSON.parse(text);
    if (schema === 1 && definition.id === id && monitorDigest(definition) === definition.digest) return definition;
  } catch (error) {
    throw tamperedMonitor(id, "its definition cannot be read", error);
  }
  throw tamperedMonitor(id, "its definition is not the one its digest was taken of");
}

/** The error for a monitor that was edited in the store. */
export function tamperedMonitor(id: string, what: string, cause?: unknown): SluiceError {
  return new SluiceError("monitoring/tampered", {
    found: `the monitor "${id}" was changed in the store: ${what}`,
    expected: "the monitor as the audit log says it was armed",
    fix: "Arm it again, and find out who changed it.",
    cause,
  });
}
