import type { ArtifactContent, OpenArtifact } from "../../../contracts/artifact.ts";
import type { ArtifactFinding, ArtifactLimits, ArtifactScan } from "../../../contracts/artifact-scan.ts";
import { digestOf } from "../../../core/digest.ts";
import { SluiceError } from "../../../core/errors.ts";
import { checkArtifactPaths } from "../artifact-path.ts";
import { opened } from "../open-artifact.ts";
import { allOf } from "./looked-at.ts";
import { withDefaults } from "./artifact-limits.ts";
import { scanBytes } from "./scan-bytes.ts";
import { scanContext } from "./scan-context.ts";

/**
 * Looks at every file of an artifact without running or unpacking anything to disk: names, sizes, archives (their directories, and no more of their content than
 * the limits allow), and formats that run code when they are read. The media type of each file is what its bytes show.
 *
 * Errors: `artifact/refused`, which names each file and what was found; `artifact/invalid-name`; `artifact/too-large`.
 *
 * @example
 * ```ts
 * import { scanArtifact } from "sluice/ledger";
 * const bytes = new TextEncoder().encode('{"weights":[1,2]}');
 * const { files } = await scanArtifact({ format: "any", files: [{ path: "model.json", bytes }] });
 * if (files[0]?.mediaType !== "application/json") throw new Error("not told by its bytes");
 * ```
 */
export async function scanArtifact(content: ArtifactContent, limits: ArtifactLimits = {}): Promise<ArtifactScan> {
  const { mediaTypes, findings } = await scanOpen(opened(content), limits);
  const files = content.files.map(({ path, bytes }, i) => ({
    path,
    digest: digestOf(bytes),
    sizeBytes: bytes.length,
    mediaType: mediaTypes[i] ?? "application/octet-stream",
  }));
  return { files, findings };
}

/** As {@link scanArtifact}, of files that are read a part at a time. */
export async function scanOpen(
  { files }: OpenArtifact,
  limits: ArtifactLimits,
): Promise<{ readonly mediaTypes: readonly string[]; readonly findings: readonly ArtifactFinding[] }> {
  const paths = files.map(({ path }) => path);
  checkArtifactPaths(paths);
  const held = withDefaults(limits);
  requireSize(files, held);
  const context = scanContext(held, new Set(paths), scanBytes);
  const mediaTypes: string[] = [];
  for (const file of files) mediaTypes.push(await scanBytes(file.path, allOf(file), context));
  const refused = context.findings.filter(({ risk }) => !held.allow.includes(risk));
  if (refused.length > 0) throw refusal(refused);
  return { mediaTypes, findings: context.findings };
}

function requireSize(files: OpenArtifact["files"], { maxBytes, maxFiles }: Required<ArtifactLimits>): void {
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (bytes <= maxBytes && files.length <= maxFiles) return;
  throw new SluiceError("artifact/too-large", {
    found: `${files.length} files of ${bytes} bytes`,
    expected: `at most ${maxFiles} files of ${maxBytes} bytes together`,
    fix: "Leave out what the model does not need, or raise `maxBytes` or `maxFiles` of `artifacts`.",
  });
}

function refusal(findings: readonly ArtifactFinding[]): SluiceError {
  const shown = findings.slice(0, 5).map(({ path, risk, reason }) => `${risk} in "${path}": ${reason}`);
  const risks = [...new Set(findings.map(({ risk }) => risk))].map((risk) => `"${risk}"`).join(", ");
  return new SluiceError("artifact/refused", {
    found: `${shown.join("; ")}${findings.length > 5 ? `; and ${findings.length - 5} more` : ""}`,
    expected: "files that hold data and nothing that runs, escapes or explodes when it is read",
    fix: `Save the model in a format of data (ONNX, safetensors, JSON), or let it in knowingly: \`artifacts: { allow: [${risks}] }\`.`,
  });
}
