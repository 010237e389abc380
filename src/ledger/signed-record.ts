import type { Signer, Verifier } from "../contracts/signer.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { jsonOf } from "../core/json-of.ts";
import { fromBase64, toBase64 } from "../core/base64.ts";

/** A record as it was signed: the text itself is kept, so that no byte of it can change unseen. */
export interface SignedText {
  /** Canonical JSON. */
  readonly body: string;
  readonly key_id: string;
  /** Ed25519 over the text's UTF-8, base64. */
  readonly signature: string;
}

/** Signs a record's canonical JSON. */
export async function signRecord(signer: Signer, record: object): Promise<SignedText> {
  return await signText(signer, canonicalJson(jsonOf(record)));
}

/** Signs a text that is canonical JSON. */
export async function signText(signer: Signer, body: string): Promise<SignedText> {
  const signature = await signer.sign(new TextEncoder().encode(body));
  return { body, key_id: signer.keyId, signature: toBase64(signature) };
}

/** Whether a text carries the signature of a pinned key. */
export async function signatureHolds(verifier: Verifier, signed: SignedText): Promise<boolean> {
  const signature = fromBase64(signed.signature);
  if (signature === undefined) return false;
  return await verifier.verify(signed.key_id, new TextEncoder().encode(signed.body), signature);
}
