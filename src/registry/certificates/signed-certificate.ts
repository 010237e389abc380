import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import { changedCertificate } from "./certificate-table.ts";
import { verifySigned } from "./verify-certificate.ts";

/** Refuses a stored certificate that no pinned key has signed as it stands. Errors: `certificate/invalid`, `certificate/unknown-key`. */
export async function requireSigned(
  certificate: PromotionCertificate,
  verifier: Verifier,
  subject: string,
  named: string = `the certificate of ${subject}`,
): Promise<void> {
  const verdict = await verifySigned(certificate, verifier);
  if (verdict.valid) return;
  const { digest, keyId } = certificate;
  throw unknownKey(verifier, keyId, named) ?? changedCertificate(subject, digest, verdict.reason);
}
