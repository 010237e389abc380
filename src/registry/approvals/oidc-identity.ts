import type { Identity, IdentityVerifier } from "../../contracts/identity.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { identityRefused } from "./identity-refused.ts";
import { type Claims, readToken, type SignedToken } from "./read-token.ts";
import { type TokenAlgorithm, sameAlgorithm, tokenKeys, type TokenKey, tokenAlgorithms } from "./token-keys.ts";

/** Who issues the tokens, and for whom. */
export interface OidcIdentityOptions {
  /** The issuer's URL: `iss` must be exactly this. */
  readonly issuer: string;
  /** Whom tokens are for: `aud` must contain it, or one of them. */
  readonly audience: string | readonly string[];
  /** The issuer's public keys (a JSON Web Key Set): fetch it from its `jwks_uri` yourself, and make a new verifier when it rotates. */
  readonly jwks: { readonly keys: readonly object[] };
  /** Signature algorithms that count; `none` and shared secrets (HS256) never do. @default RS256, PS256, ES256, EdDSA */
  readonly algorithms?: readonly TokenAlgorithm[];
  /** The claim that holds the person's roles (a list, or texts parted by blanks), or what takes them from the claims. @default "roles" */
  readonly roles?: string | ((claims: Claims) => readonly string[]);
  /** Claims that name the person besides `sub`, for telling authors from approvers. @default email (unless unverified), preferred_username, name */
  readonly names?: readonly string[];
  /** How far the issuer's clock may be off. @default "60s" */
  readonly clockTolerance?: Duration;
  /** How old a token may be since it was issued, whatever its own end. @default "1h" */
  readonly maxAge?: Duration;
  /** @default the machine's */
  readonly clock?: Clock;
}

const optionNames: OptionNames<OidcIdentityOptions> = {
  issuer: "required",
  audience: "required",
  jwks: "required",
  algorithms: "optional",
  roles: "optional",
  names: "optional",
  clockTolerance: "optional",
  maxAge: "optional",
  clock: "optional",
};

/**
 * Verifies tokens of an OpenID Connect provider (JSON Web Tokens, RFC 7519) by its public keys, given as an object: no network is used.
 * Checked are the signature (RFC 7515, by an algorithm that is allowed and fits the key), `iss`, `aud`, `azp`, `exp`, `nbf`, `iat` and `sub`.
 * Errors: `definition/invalid` for keys or options that verify nothing; `verify` rejects with `registry/identity-refused`.
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from "node:crypto";
 * import { oidcIdentity } from "sluice/registry";
 * const key = { ...generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }), kid: "1" };
 * const identity = oidcIdentity({ issuer: "https://id.example", audience: "sluice", jwks: { keys: [key] } });
 * const refused = await identity.verify("e30.e30.").catch((error: unknown) => String(error));
 * if (!String(refused).includes("registry/identity-refused")) throw new Error("an unsigned token was accepted");
 * ```
 */
export function oidcIdentity(options: OidcIdentityOptions): IdentityVerifier {
  requireOptions("oidcIdentity()", options, optionNames, "definition/invalid");
  const audience = typeof options.audience === "string" ? [options.audience] : options.audience;
  const algorithms = options.algorithms ?? tokenAlgorithms;
  requireArgument("oidcIdentity()", "issuer", options.issuer, "text", "definition/invalid");
  requireArgument("oidcIdentity()", "audience", audience, "list", "definition/invalid");
  requireArgument("oidcIdentity()", "algorithms", algorithms, "list", "definition/invalid");
  if (audience.length === 0 || audience.includes("")) throw invalid("no audience", "one at least");
  const odd = algorithms.find((one) => !tokenAlgorithms.includes(one));
  if (odd !== undefined || algorithms.length === 0)
    throw invalid(`the algorithm ${odd ?? "(none)"}`, tokenAlgorithms.join(", "));
  const keys = tokenKeys(options.jwks, algorithms);
  const checks = {
    issuer: options.issuer,
    audience,
    toleranceMs: durationMs(options.clockTolerance ?? "60s"),
    maxAgeMs: durationMs(options.maxAge ?? "1h"),
    clock: options.clock ?? systemClock,
  };
  return {
    verify: async (text) => {
      const token = readToken(text);
      await requireSignature(token, keys, algorithms);
      requireClaims(token.claims, checks);
      return identityOf(token.claims, options);
    },
  };
}

/** The key is chosen by the header's `kid` among ours; nothing that the token brings is used as a key. */
async function requireSignature(
  { header, signed, signature }: SignedToken,
  keys: readonly TokenKey[],
  algorithms: readonly TokenAlgorithm[],
): Promise<void> {
  const { alg, kid, crit } = header;
  if (crit !== undefined) throw identityRefused("with an extension (crit) that this verifier does not know");
  const named = keys.filter((key) => kid === undefined || key.kid === kid);
  const fitting = named.filter((key) => key.alg === sameAlgorithm(alg) && algorithms.includes(key.alg));
  if (fitting.length === 0)
    throw identityRefused(
      `signed by no key of the set: it says alg ${JSON.stringify(alg)} and kid ${JSON.stringify(kid)}`,
    );
  for (const key of fitting) if (await key.verify(signature, signed)) return;
  throw identityRefused("whose signature is not that of a key of the set");
}

interface ClaimChecks {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly toleranceMs: number;
  readonly maxAgeMs: number;
  readonly clock: Clock;
}

function requireClaims(claims: Claims, { issuer, audience, toleranceMs, maxAgeMs, clock }: ClaimChecks): void {
  const { iss, aud, azp, exp, nbf, iat, sub } = claims;
  if (iss !== issuer) throw identityRefused(`issued by ${JSON.stringify(iss)}, not by ${issuer}`);
  const meant: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!meant.some((one) => typeof one === "string" && audience.includes(one)))
    throw identityRefused(`meant for ${JSON.stringify(aud)}, not for ${audience.join(" or ")}`);
  if (azp !== undefined && !(typeof azp === "string" && audience.includes(azp)))
    throw identityRefused(`issued to ${JSON.stringify(azp)}, not to ${audience.join(" or ")}`);
  if (typeof sub !== "string" || sub.trim() === "") throw identityRefused("without a subject");
  const nowMs = clock.nowMs();
  const at = (atMs: number) =>
    `${new Date(atMs).toISOString()} (it is ${new Date(nowMs).toISOString()} by this verifier's clock)`;
  const [ends, begins, made] = [instant("exp", exp), nbf === undefined ? 0 : instant("nbf", nbf), instant("iat", iat)];
  if (!(nowMs < ends + toleranceMs)) throw identityRefused(`expired at ${at(ends)}`);
  if (!(nowMs >= begins - toleranceMs)) throw identityRefused(`valid only from ${at(begins)} on`);
  if (!(nowMs >= made - toleranceMs)) throw identityRefused(`issued in the future, at ${at(made)}`);
  if (!(nowMs - made <= maxAgeMs + toleranceMs)) throw identityRefused(`issued too long ago, at ${at(made)}`);
}

/** A NumericDate (seconds) as epoch milliseconds. */
function instant(claim: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0 && value < 1e11) return value * 1000;
  throw identityRefused(`with the claim ${claim} = ${JSON.stringify(value)}`);
}

function identityOf(claims: Claims, { issuer, roles = "roles", names }: OidcIdentityOptions): Identity {
  const held = typeof roles === "string" ? texts(claims[roles]) : roles(claims);
  const called = (names ?? ["email", "preferred_username", "name"])
    .filter((claim) => claim !== "email" || claims["email_verified"] !== false)
    .flatMap((claim) => (typeof claims[claim] === "string" ? [claims[claim]] : []));
  return { subject: String(claims.sub), roles: held, issuer, names: called };
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split(" ").filter((one) => one !== "");
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} of an identity verifier`,
    expected,
    fix: "Correct it.",
  });
}
