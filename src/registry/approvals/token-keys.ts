import { SluiceError } from "../../core/errors.ts";

/** A signature algorithm of tokens (RFC 7518, RFC 8037): all with a public key. */
export type TokenAlgorithm = "RS256" | "PS256" | "ES256" | "EdDSA";

/** A key of a set, for one algorithm. */
export interface TokenKey {
  readonly kid: string | undefined;
  readonly alg: TokenAlgorithm;
  verify(signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

interface Scheme {
  readonly kty: string;
  readonly crv?: string;
  readonly key: RsaHashedImportParams | EcKeyImportParams | AlgorithmIdentifier;
  readonly verify: RsaPssParams | EcdsaParams | AlgorithmIdentifier;
}

type RsaHashedImportParams = { readonly name: string; readonly hash: string };
type EcKeyImportParams = { readonly name: string; readonly namedCurve: string };
type AlgorithmIdentifier = { readonly name: string };
type RsaPssParams = { readonly name: string; readonly saltLength: number };
type EcdsaParams = { readonly name: string; readonly hash: string };

const schemes: { readonly [alg in TokenAlgorithm]: Scheme } = {
  RS256: { kty: "RSA", key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  PS256: { kty: "RSA", key: { name: "RSA-PSS", hash: "SHA-256" }, verify: { name: "RSA-PSS", saltLength: 32 } },
  ES256: {
    kty: "EC",
    crv: "P-256",
    key: { name: "ECDSA", namedCurve: "P-256" },
    verify: { name: "ECDSA", hash: "SHA-256" },
  },
  EdDSA: { kty: "OKP", crv: "Ed25519", key: { name: "Ed25519" }, verify: { name: "Ed25519" } },
};

/** Every algorithm that a token may be signed with. */
export const tokenAlgorithms: readonly TokenAlgorithm[] = ["RS256", "PS256", "ES256", "EdDSA"];

/** Below 2048 bits (RFC 7518 §3.3): characters of base64url of the modulus. */
const shortestModulus = 342;

/**
 * The keys of a set, each for the algorithms it fits: an algorithm never meets a key of another type. Shared secrets, private keys and keys for
 * encryption are refused. Errors: `definition/invalid`.
 */
export function tokenKeys(jwks: unknown, algorithms: readonly TokenAlgorithm[]): readonly TokenKey[] {
  const keys: unknown = typeof jwks === "object" && jwks !== null && "keys" in jwks ? jwks.keys : undefined;
  if (!Array.isArray(keys)) throw invalid("no list of keys");
  const usable = keys.flatMap((key: unknown) => keysOf(key, algorithms));
  if (usable.length === 0) throw invalid("no key for any of the algorithms");
  return usable;
}

function keysOf(key: unknown, algorithms: readonly TokenAlgorithm[]): readonly TokenKey[] {
  if (typeof key !== "object" || key === null) throw invalid("a key that is no record");
  const jwk: { readonly [member: string]: unknown } = Object.fromEntries(Object.entries(key));
  if (jwk["kty"] === "oct" || jwk["d"] !== undefined || jwk["k"] !== undefined)
    throw invalid("a secret among the public keys");
  if (jwk["use"] !== undefined && jwk["use"] !== "sig") return [];
  const { kid, alg: only, n } = jwk;
  if (jwk["kty"] === "RSA" && !(typeof n === "string" && n.length >= shortestModulus))
    throw invalid("an RSA key below 2048 bits");
  return algorithms
    .filter((alg) => {
      const { kty, crv } = schemes[alg];
      return (
        jwk["kty"] === kty &&
        (crv === undefined || jwk["crv"] === crv) &&
        (only === undefined || sameAlgorithm(only) === alg)
      );
    })
    .map((alg) => ({ kid: typeof kid === "string" ? kid : undefined, alg, verify: verifierOf(jwk, schemes[alg]) }));
}

/** An algorithm's name as RFC 8037 has it: "Ed25519" (RFC 9864) is EdDSA with the one curve that there is here. */
export function sameAlgorithm(alg: unknown): unknown {
  return alg === "Ed25519" ? "EdDSA" : alg;
}

function verifierOf(jwk: object, { key, verify }: Scheme): TokenKey["verify"] {
  let imported: ReturnType<typeof crypto.subtle.importKey> | undefined;
  return async (signature, signed) => {
    const { key_ops: _operations, ext: _extractable, alg: _alg, ...rest } = Object.fromEntries(Object.entries(jwk));
    imported ??= crypto.subtle.importKey("jwk", rest, key, false, ["verify"]);
    return await crypto.subtle.verify(verify, await imported, signature, signed);
  };
}

function invalid(found: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} in a JSON Web Key Set`,
    expected: "public keys for signatures: RSA of 2048 bits or more, EC P-256, Ed25519",
    fix: "Pass what the provider's jwks_uri answers.",
  });
}
