import { stat } from "node:fs/promises";
import { SluiceError } from "../../core/errors.ts";
import { fileErrorCode } from "./file-errors.ts";

/** Refuses a place where something is: nothing is written over. Errors: `argument/invalid`; those of the file system pass as they are. */
export async function requireFree(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return;
    throw error;
  }
  throw new SluiceError("argument/invalid", {
    found: `something at ${path} already`,
    expected: "a place that is free: nothing is written over",
    fix: "Name another place, or remove what is there.",
  });
}
