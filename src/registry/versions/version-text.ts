import type { ModelVersion } from "../../contracts/model-version.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import { countText } from "../../core/count-text.ts";
import { isoOf } from "../../core/iso-of.ts";
import { lineText } from "../../core/line-text.ts";
import { printable } from "../../core/printable.ts";
import { shortDigest } from "../../core/short-digest.ts";
import { versionSubject } from "./version-key.ts";

type Shown = ModelVersion & { readonly warnings?: readonly string[] };

/** Gives a version a text: `console.log` and `String()` of it show where it stands and what it was made from. */
export function printedVersion<V extends Shown>(version: V): V {
  return printable(version, versionText);
}

/** A version in lines for a person. */
function versionText(version: Shown): string {
  const { stage, author, kind, run, made, origin, warnings = [] } = version;
  const rows = [
    ["artifact", artifactText(version)],
    ...(version.vector.length === 0
      ? []
      : [["features", `${version.service.name}, ${version.vector.length} in the vector`]]),
    ...(kind === undefined
      ? [["run", `${run.id} of "${run.experiment}"${made === "asserted" ? ", as asserted" : ""}`]]
      : []),
    ...(run.training === null
      ? []
      : [["trained", `on ${run.training.rows} rows, training set ${shortDigest(run.training.digest)}`]]),
    ["evaluation", shortDigest(version.evaluationDigest)],
    ["registered", isoOf(version.registeredAtMs)],
    ...(origin === undefined
      ? []
      : [["imported", `${versionSubject({ name: origin.model, version: origin.version })}, by key ${origin.keyId}`]]),
    ...warnings.map((warning) => ["WARNING", warning]),
  ];
  const what = kind === undefined ? "" : `, a ${kind}`;
  const lines = alignedLines(rows, () => false).map((line) => `  ${lineText(line)}`);
  return [`${versionSubject(version)} in "${stage}"${what}, by ${lineText(author)}`, ...lines].join("\n");
}

function artifactText({ artifactFormat, artifactDigest, files }: Shown): string {
  const bytes = (files ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const size = files === undefined ? "" : `${countText(files.length, "file")}, ${bytes} bytes, `;
  return `${artifactFormat}, ${size}${shortDigest(artifactDigest)}`;
}
