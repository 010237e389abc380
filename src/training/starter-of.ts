import type { IdentityVerifier } from "../contracts/identity.ts";
import type { Actor, Starter } from "../contracts/starter.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { allStarters } from "../ledger/starters.ts";

/** What tells who starts runs and pipelines. */
export interface StarterOptions {
  /** Who runs what is started here: counts besides whoever a run or a request names. @default nobody is known */
  readonly actor?: string;
  /** Verifies the tokens of those who start something. @default none: tokens are refused */
  readonly identity?: IdentityVerifier;
}

/**
 * Everybody who is known to start something: who the host says runs this process, and who the caller names.
 * Errors: `argument/invalid`, what the verifier rejects a token with.
 */
export async function startersNow(
  { actor: own, identity }: StarterOptions,
  named: Actor | undefined,
): Promise<readonly Starter[]> {
  const known = [own, named].filter((actor) => actor !== undefined);
  return allStarters(await Promise.all(known.map((actor) => starterOf(actor, identity))));
}

async function starterOf(actor: Actor, identity: IdentityVerifier | undefined): Promise<Starter> {
  const token: unknown = Object(actor).token;
  if (typeof token !== "string") return { names: [requireName(actor)] };
  if (identity === undefined) throw invalid("a token, but no `identity` that verifies it", "an identity verifier");
  const { subject, issuer, names = [] } = await identity.verify(token);
  const all = [...new Set([subject, ...names])];
  return { names: all.map((name) => requireName(name)), issuer: requireName(issuer) };
}

function requireName(name: unknown): string {
  if (typeof name === "string" && name.trim() !== "" && name.isWellFormed() && !name.includes("\0")) return name;
  throw invalid(`the actor ${foundText(name)}`, "a name, or a token");
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} for who starts a run`,
    expected,
    fix: 'Pass actor: "ada", or { token } in a workspace with `identity`; or leave it out.',
  });
}
