import type { ArtifactRisk } from "../../../contracts/artifact-scan.ts";
import { SluiceError } from "../../../core/errors.ts";

/** The error for an archive that is not only files: as the look at an artifact says it of a folder or a zip. */
export function archiveRefused(
  risk: Extract<ArtifactRisk, "archive-path" | "malformed">,
  path: string,
  reason: string,
): SluiceError {
  return new SluiceError("artifact/refused", {
    found: `${risk} in "${path.slice(0, 200)}": ${reason}`,
    expected: "an uncompressed tar (ustar) of plain files with names of their own, whole to its end",
    fix: "Have it packed again, by export or `tar --format=pax`, and compare how long it is with what was sent.",
  });
}
