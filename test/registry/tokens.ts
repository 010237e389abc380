import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

// Tokens as an identity provider would issue them, and as attackers would forge them: with real keys.

export const issuer = "https://id.example";

/** A key pair of a provider, with its public key as it stands in a key set. */
export interface ProviderKey {
  readonly kid: string;
  readonly alg: "EdDSA" | "ES256" | "RS256" | "PS256";
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

export function providerKey(alg: ProviderKey["alg"], kid: string): ProviderKey {
  const { privateKey, publicKey } =
    alg === "EdDSA"
      ? generateKeyPairSync("ed25519")
      : alg === "ES256"
        ? generateKeyPairSync("ec", { namedCurve: "P-256" })
        : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, use: "sig" } };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs claims with a provider's key; the header may lie. */
export function signed(key: ProviderKey, claims: object, header: object = {}): string {
  const text = `${part({ alg: key.alg, kid: key.kid, typ: "JWT", ...header })}.${part(claims)}`;
  const bytes = Buffer.from(text);
  const signature =
    key.alg === "EdDSA"
      ? sign(null, bytes, key.privateKey)
      : sign("sha256", bytes, {
          key: key.privateKey,
          ...(key.alg === "ES256" ? { dsaEncoding: "ieee-p1363" as const } : {}),
          ...(key.alg === "PS256" ? { padding: 6, saltLength: 32 } : {}),
        });
  return `${text}.${signature.toString("base64url")}`;
}

/** Claims of a person, good at `nowMs`. */
export function claimsOf(sub: string, roles: readonly string[], nowMs: number, more: object = {}): object {
  const now = Math.floor(nowMs / 1000);
  return { iss: issuer, aud: "sluice", sub, roles, iat: now, nbf: now, exp: now + 600, jti: `${sub} ${now}`, ...more };
}

/** A token that is not signed, as `alg: none` has it. */
export function unsigned(claims: object, alg = "none"): string {
  return `${part({ alg, typ: "JWT" })}.${part(claims)}.`;
}

/** A token "signed" with a provider's public key as a shared secret. */
export function confused(key: ProviderKey, claims: object): string {
  const text = `${part({ alg: "HS256", kid: key.kid })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", JSON.stringify(key.jwk)).update(text).digest("base64url")}`;
}
