import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { CertificateFiles, CertificatePart, CertificateVerdict } from "../../contracts/certificate-files.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { digestOf } from "../../core/digest.ts";
import { optionalArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { asCertificate, canonicalText } from "./certificate-format.ts";
import { checkFiles, describedArtifact, type FilesBeside } from "./check-files.ts";
import { requireVerifier } from "./require-verifier.ts";

const fileNames: OptionNames<CertificateFiles> = {
  artifact: "optional",
  version: "optional",
  evidence: "optional",
  policy: "optional",
  approvals: "optional",
  evaluation: "optional",
  inclusion: "optional",
};

/**
 * Verifies a certificate with pinned keys and nothing else: its format, that its digest is that of its body, that a pinned key signed the body, and of the files
 * that are given beside it (the model, evidence, policy, approvals, evaluation, proof of inclusion) that they are those it speaks of. The verdict names what was
 * looked at, and the first thing that does not hold. The certificate may be any value that came from a file; nothing is thrown for it.
 * Evidence and policy are digested as they are: pass the files' texts, not what `JSON.parse` makes of them. Errors: `argument/invalid`.
 *
 * Where the key has ended (`Verifier.endsAtMs`), the proof of inclusion must show the promotion before that, under a checkpoint of a key that has no end.
 *
 * @example
 * ```ts
 * import { verifyCertificate } from "sluice/registry";
 * const forged = { digest: "sha256:00", body: { schema: 1 }, keyId: "k", signature: "AAAA" };
 * const verdict = await verifyCertificate(JSON.parse(JSON.stringify(forged)), { verify: async () => false });
 * if (verdict.valid) throw new Error("a forged certificate was accepted");
 * ```
 */
export async function verifyCertificate(
  certificate: PromotionCertificate | unknown,
  verifier: Verifier,
  files: CertificateFiles = {},
): Promise<CertificateVerdict> {
  requireVerifier("verifyCertificate()", verifier);
  requireOptions("verifyCertificate()", files, fileNames);
  for (const name of ["evidence", "policy"] as const)
    optionalArgument("verifyCertificate()", name, files[name], "text");
  return await verifyBeside(certificate, verifier, {
    ...files,
    artifact: files.artifact && describedArtifact(files.artifact),
  });
}

/** As {@link verifyCertificate}, of an artifact whose files' digests were computed before. */
export async function verifyBeside(
  certificate: unknown,
  verifier: Verifier,
  files: FilesBeside,
): Promise<CertificateVerdict> {
  const signed = await verifySigned(certificate, verifier);
  if (!signed.valid) return signed;
  const checked: CertificatePart[] = [...signed.checked];
  const fault = await checkFiles(signed.certificate, verifier, files, checked);
  return fault === undefined ? { valid: true, checked } : { valid: false, ...fault, checked };
}

/** The certificate by itself: format, digest, signature. Whether its key had ended is not asked. */
export async function verifySigned(
  certificate: unknown,
  verifier: Verifier,
): Promise<
  | { readonly valid: true; readonly certificate: PromotionCertificate; readonly checked: readonly CertificatePart[] }
  | Extract<CertificateVerdict, { readonly valid: false }>
> {
  const checked: CertificatePart[] = [];
  const fail = (part: CertificatePart, reason: string) => ({ valid: false, part, reason, checked }) as const;
  const read = asCertificate(certificate);
  if ("reason" in read) return fail("format", read.reason);
  checked.push("format");
  const body = canonicalText(read.body);
  if (body === undefined) return fail("digest", "its body is no JSON that could be signed");
  if (digestOf(body) !== read.digest)
    return fail("digest", `its body has digest ${digestOf(body)}, not ${read.digest}: one of them was changed`);
  checked.push("digest");
  if (!(await signatureHolds(verifier, { body, key_id: read.keyId, signature: read.signature })))
    return fail(...unsigned(read, verifier));
  checked.push("signature");
  return { valid: true, certificate: read, checked };
}

function unsigned({ keyId }: PromotionCertificate, verifier: Verifier): readonly [CertificatePart, string] {
  const keys = verifier.keyIds?.();
  if (keys !== undefined && !keys.includes(keyId))
    return ["key", `it is signed by key "${keyId}", which is not pinned (pinned: ${keys.join(", ") || "none"})`];
  return ["signature", `its signature is not that of a pinned key (key "${keyId}") over its body`];
}
