import type { OpenArtifact } from "../../contracts/artifact.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { membersOf } from "../../core/is-record.ts";
import { verifyOpenBundle } from "../../registry/transfer/bundle.ts";
import { certificateLine, instantText, partLine, partsBeside } from "./certificate-lines.ts";
import type { Findings } from "./findings.ts";
import { fileAt, jsonIn } from "./json-in.ts";

/** Verifies an exported version: every file, the certificate, and what lies beside it. */
export async function checkBundle(bundle: OpenArtifact, verifier: Verifier, found: Findings): Promise<void> {
  const verdict = await verifyOpenBundle(bundle, verifier);
  if (!verdict.valid) {
    found.bad(`${verdict.part}: ${verdict.reason}`);
    return;
  }
  const { exportedAtMs, actor } = membersOf(membersOf(await jsonIn(fileAt(bundle, "bundle.json")))["body"]);
  const when = typeof exportedAtMs === "number" ? ` at ${instantText(exportedAtMs)}` : "";
  found.ok(
    `bundle: ${bundle.files.length - 1} files, each as bundle.json has it signed; exported by ${String(actor)}${when}`,
  );
  found.ok(certificateLine(verdict.certificate));
  for (const part of verdict.checked) found.ok(partLine(part));
  for (const part of partsBeside)
    if (!verdict.checked.includes(part)) found.unproven(`${part}: it is not in the bundle`);
}

/** The key ids that an exported version names. */
export async function bundleSigners(bundle: OpenArtifact, found: Findings): Promise<void> {
  for (const name of ["bundle.json", "certificate.json"])
    found.signedBy(membersOf(await jsonIn(fileAt(bundle, name)))["keyId"]);
  const { checkpoint } = membersOf(await jsonIn(fileAt(bundle, "inclusion.json")));
  found.signedBy(membersOf(checkpoint)["keyId"]);
  const { version, approvals } = membersOf(await jsonIn(fileAt(bundle, "records.json")));
  for (const signed of [version, ...(Array.isArray(approvals) ? approvals : [])])
    found.signedBy(membersOf(signed)["keyId"]);
}
