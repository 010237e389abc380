import type { CertifiedModel } from "../../contracts/model-source.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import { countText } from "../../core/count-text.ts";
import { shortDigest } from "../../core/short-digest.ts";
import { versionSubject } from "../versions/version-key.ts";

type Loaded = Pick<CertifiedModel, "version" | "certificate" | "warnings" | "validUntilMs"> &
  Partial<Pick<CertifiedModel, "artifact">>;

/** A loaded version in lines for a person: where it stands, what it is made of, what speaks against it, and by what it may be used. */
export function loadedText({ version, certificate, artifact, warnings = [], validUntilMs }: Loaded): string {
  const { stage, author, service, vector, run, artifactDigest } = version;
  const bytes = artifact?.files.reduce((sum, file) => sum + file.bytes.length, 0) ?? 0;
  const { maxShare } = certificate.body;
  const share = maxShare >= 1 ? "all of the traffic" : maxShare > 0 ? "a part of the traffic" : "shadow traffic";
  const rows = [
    ...(artifact === undefined
      ? []
      : [
          [
            "artifact",
            `${artifact.format}, ${countText(artifact.files.length, "file")}, ${bytes} bytes, ${shortDigest(artifactDigest)}`,
          ],
        ]),
    ...(vector.length === 0 ? [] : [["features", `${service.name}, ${vector.length} in the vector`]]),
    ...(run.training === null ? [] : [["trained", `on ${run.training.rows} rows, run ${run.id}`]]),
    ...(validUntilMs === undefined ? [] : [["valid until", new Date(validUntilMs).toISOString()]]),
    ...warnings.map((warning) => ["WARNING", warning]),
    ["certificate", `${shortDigest(certificate.digest)} for ${share}, signed by key ${certificate.keyId}`],
  ];
  const lines = alignedLines(rows, () => false).map((line) => `  ${line}`);
  return [`${versionSubject(version)} in "${stage}", by ${author}`, ...lines].join("\n");
}
