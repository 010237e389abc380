import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";

/** What verifying a certificate answers. */
export type CertificateVerdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Verifies a certificate by itself, without any store: its format, that its digest is that of its body, and that a pinned key signed the body.
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
  certificate: PromotionCertificate,
  verifier: Verifier,
): Promise<CertificateVerdict> {
  const format: number = certificate.body.schema;
  if (format !== 1) {
    return {
      valid: false,
      reason: `its format is ${format}, this code reads format 1: use a newer version of the library`,
    };
  }
  const body = canonicalJson(jsonOf(certificate.body));
  if (digestOf(body) !== certificate.digest) {
    return {
      valid: false,
      reason: `its body has digest ${digestOf(body)}, not ${certificate.digest}: one of them was changed`,
    };
  }
  const signed = { body, key_id: certificate.keyId, signature: certificate.signature };
  if (!(await signatureHolds(verifier, signed))) {
    return {
      valid: false,
      reason: `its signature is not that of a pinned key (key "${certificate.keyId}") over its body`,
    };
  }
  return { valid: true };
}
