import { expect, test } from "vitest";
import { manualClock } from "../../src/core/clock.ts";
import { oidcIdentity, type OidcIdentityOptions } from "../../src/registry/approvals/oidc-identity.ts";
import { claimsOf, confused, issuer, providerKey, signed, unsigned } from "./tokens.ts";

const nowMs = 1_700_000_000_000;
const clock = manualClock(nowMs);
const key = providerKey("EdDSA", "k1");
const jwks = { keys: [key.jwk] };
const of = (more: Partial<OidcIdentityOptions> = {}) =>
  oidcIdentity({ issuer, audience: "sluice", jwks, clock, ...more });
const claims = (more: object = {}): object => claimsOf("u-1", ["risk"], nowMs, more);

test.each(["EdDSA", "ES256", "RS256", "PS256"] as const)("a token signed with %s names its person", async (alg) => {
  const other = providerKey(alg, "k9");
  const identity = of({ jwks: { keys: [key.jwk, other.jwk] } });
  const token = signed(other, claims({ email: "g@x.example", name: "Grace" }));
  expect(await identity.verify(token)).toEqual({
    subject: "u-1",
    issuer,
    roles: ["risk"],
    names: ["g@x.example", "Grace"],
  });
  const [header, body, signature = ""] = token.split(".");
  const flipped = `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
  await expect(identity.verify(`${header}.${body}.${flipped}`)).rejects.toThrow(/signature/);
  await expect(identity.verify(signed(other, claims(), { kid: "k1" }))).rejects.toThrow(/no key|signature/);
});

const hour = 3600;
const now = nowMs / 1000;
test.each<readonly [string, string, RegExp]>([
  ["alg none", unsigned(claims()), /alg "none"/],
  ["alg None, spelled otherwise", unsigned(claims(), "NoNe"), /alg "NoNe"/],
  ["an empty alg", unsigned(claims(), ""), /no key/],
  ["a public key as a shared secret", confused(key, claims()), /alg "HS256"/],
  ["another key under its id", signed(providerKey("EdDSA", "k1"), claims()), /signature/],
  ["another key's id", signed(key, claims(), { kid: "k2" }), /kid "k2"/],
  [
    "a key in the header",
    signed(providerKey("EdDSA", "k1"), claims(), { jwk: providerKey("EdDSA", "k1").jwk }),
    /signature/,
  ],
  ["an extension nobody knows", signed(key, claims(), { crit: ["b64"], b64: false }), /crit/],
  ["another issuer", signed(key, claims({ iss: "https://id.example/" })), /issued by/],
  ["no issuer", signed(key, claims({ iss: undefined })), /issued by undefined/],
  ["another audience", signed(key, claims({ aud: "other" })), /meant for "other", not for /],
  ["no audience", signed(key, claims({ aud: undefined })), /meant for/],
  ["issued to another party", signed(key, claims({ aud: ["sluice", "x"], azp: "x" })), /issued to "x"/],
  ["expired", signed(key, claims({ exp: now - 61 })), /expired/],
  ["no end", signed(key, claims({ exp: undefined })), /exp/],
  ["an end that is a text", signed(key, claims({ exp: String(now + hour) })), /exp/],
  ["not yet valid", signed(key, claims({ nbf: now + 61 })), /valid only from/],
  [
    "issued in the future",
    signed(key, claims({ iat: now + 61 })),
    /in the future, at .* \(it is .* by this verifier's clock\)/,
  ],
  ["old, though it says it never ends", signed(key, claims({ iat: now - 2 * hour, exp: now + 1e6 })), /too long ago/],
  ["without a subject", signed(key, claims({ sub: " " })), /subject/],
  ["of two parts", "e30.e30", /2 parts/],
  ["padded", `${signed(key, claims())}=`, /base64url/],
  ["no JSON", "YQ.YQ.", /no JSON record/],
])("refused: %s", async (_, token, why) => {
  await expect(of().verify(token)).rejects.toMatchObject({
    code: "registry/identity-refused",
    found: expect.stringMatching(why),
  });
});

test("an algorithm that is not allowed, and roles taken by the host's own rule", async () => {
  await expect(
    of({ algorithms: ["ES256"], jwks: { keys: [key.jwk, providerKey("ES256", "e").jwk] } }).verify(
      signed(key, claims()),
    ),
  ).rejects.toThrow(/no key/);
  const later = { ...key, jwk: { ...key.jwk, alg: "Ed25519" } };
  expect((await of({ jwks: { keys: [later.jwk] } }).verify(signed(later, claims(), { alg: "Ed25519" }))).subject).toBe(
    "u-1",
  );
  const nested = of({ roles: (found) => (found["realm"] === "x" ? ["owner"] : []) });
  expect((await nested.verify(signed(key, claims({ realm: "x" })))).roles).toEqual(["owner"]);
  expect((await of({ roles: "scope" }).verify(signed(key, claims({ scope: "risk owner" })))).roles).toEqual([
    "risk",
    "owner",
  ]);
  expect((await of().verify(signed(key, claims({ roles: { risk: true } })))).roles).toEqual([]);
  expect((await of().verify(signed(key, claims({ email: "a@b", email_verified: false })))).names).toEqual([]);
});

test("keys that verify nothing, secrets and weak keys are refused when the verifier is made", () => {
  const { privateKey } = providerKey("EdDSA", "p");
  for (const keys of [
    [],
    [{ kty: "oct", k: "AAAA" }],
    [privateKey.export({ format: "jwk" })],
    [{ kty: "RSA", n: "AQAB", e: "AQAB" }],
    ["k"],
  ])
    expect(() => of({ jwks: { keys: keys as never } })).toThrow(/definition\/invalid/);
  expect(() => of({ algorithms: ["HS256" as never] })).toThrow(/definition\/invalid/);
  expect(() => of({ audience: [] })).toThrow(/definition\/invalid/);
  expect(() => of({ jwks: { keys: [{ ...key.jwk, use: "enc" }] } })).toThrow(/no key/);
});
