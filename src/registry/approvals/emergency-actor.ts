import type { RegistryOptions } from "../registry-options.ts";
import { type KnownPerson, knownPerson, type StatedPerson } from "./known-person.ts";
import { useToken } from "./token-table.ts";

/** Who acts in an emergency: with a fresh token of theirs, where the registry has an identity verifier. `usedFor` is the one thing that the token is used for. */
export async function emergencyActor(
  options: RegistryOptions,
  asked: StatedPerson,
  usedFor: string,
): Promise<KnownPerson> {
  const stated = await knownPerson(options.identity, asked);
  const problem = await identityProblem(options, stated, usedFor);
  return problem === undefined ? stated : { known: false, name: stated.name, reason: `"${stated.name}", ${problem}` };
}

/** Why a person that is known may not act: nobody has verified them, or their token was used for something else. */
async function identityProblem(
  { identity, metadata }: RegistryOptions,
  person: KnownPerson,
  usedFor: string,
): Promise<string | undefined> {
  if (identity === undefined || !person.known) return undefined;
  if (person.identity === undefined) return "as stated: this needs a verified identity (`token`)";
  const { token } = person.identity;
  const isFresh = await metadata.write(async (tx) => await useToken(tx, token, usedFor));
  return isFresh ? undefined : "by a token that has approved something else";
}
