import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { SluiceError } from "../../core/errors.ts";
import { workspaceFormat } from "../../core/workspace-format.ts";
import { writeDurably } from "./durable-file.ts";
import { fileError, fileErrorCode } from "./file-errors.ts";

/** Where a workspace keeps its things. */
export interface WorkspaceFolder {
  /** Absolute path of the folder. */
  readonly path: string;
  /** The SQLite file of the metadata. */
  readonly metadata: string;
  /** The SQLite file of the online store. */
  readonly online: string;
  /** The folder of the blobs. */
  readonly blobs: string;
}

/**
 * Creates a workspace's folder, or checks that this code can read it.
 * Errors: `workspace/newer-version` for a format this version does not know, `io/failed` where a file stands in the way, `io/disk-full`.
 */
export async function openWorkspaceFolder(path: string): Promise<WorkspaceFolder> {
  const root = resolve(path);
  const marker = join(root, "workspace.json");
  try {
    const text = await readIfThere(marker);
    if (text === undefined) await writeMarker(marker);
    else requireKnownFormat(text, root);
  } catch (error) {
    throw fileError(error, root);
  }
  return {
    path: root,
    metadata: join(root, "metadata.sqlite"),
    online: join(root, "online.sqlite"),
    blobs: join(root, "blobs"),
  };
}

/** The absolute form of a path: one workspace has one name. */
export function absolutePath(path: string): string {
  return resolve(path);
}

/** Where the signing key lies by default: in the user's configuration folder, outside every workspace. */
export function defaultKeyPath(): string {
  const configured = process.env["SLUICE_KEY_FILE"];
  return configured ?? join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "sluice", "signing-key.pem");
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function writeMarker(marker: string): Promise<void> {
  const text = `${JSON.stringify({ format: workspaceFormat })}\n`;
  await writeDurably(marker, new TextEncoder().encode(text), dirname(marker));
}

function requireKnownFormat(text: string, root: string): void {
  const format = readFormat(text);
  if (format !== undefined && format >= 1 && format <= workspaceFormat) return;
  throw new SluiceError("workspace/newer-version", {
    found:
      format === undefined ? `${root} with an unreadable workspace.json` : `the workspace ${root} of format ${format}`,
    expected: `format ${workspaceFormat}`,
    fix:
      format === undefined
        ? "Restore workspace.json from a backup."
        : "Open it with the version of sluice that wrote it, or a newer one.",
  });
}

function readFormat(text: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "format" in parsed && Number.isInteger(parsed.format))
      return Number(parsed.format);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
