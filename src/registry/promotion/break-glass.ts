import type { Stage } from "../../contracts/model-version.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { type KnownPerson, knownPerson } from "../approvals/known-person.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { VersionKey } from "../versions/version-key.ts";
import type { TransitionRequest } from "../versions/transition-request.ts";
import { type PromotionResult, promoteVersion } from "./promote-version.ts";

/** Who breaks the glass, why, and for how long. */
export interface BreakGlassRequest extends TransitionRequest {
  /** In which role: one that the policy names. */
  readonly role: string;
  /** How long the version may be used: no longer than the policy permits. */
  readonly expiresIn: Duration;
  /** The actor's token: needed where the registry has an identity verifier. */
  readonly token?: string;
}

/**
 * Takes a version to candidate or production past closed gates. What they answered is in the certificate, which says that it is an emergency's and until
 * when: from then on the version is refused, unless `promote()` to the same stage has confirmed it through its gates. A refusal is a value, and on record.
 */
export async function breakGlass(
  options: RegistryOptions,
  key: VersionKey,
  to: Stage,
  request: BreakGlassRequest,
): Promise<PromotionResult> {
  const { actor, reason, role, token } = request;
  const stated = await knownPerson(options.identity, { name: actor, role, ...(token === undefined ? {} : { token }) });
  const person: KnownPerson =
    options.identity !== undefined && stated.known && stated.identity === undefined
      ? { known: false, name: actor, reason: `"${actor}", as stated: this needs a verified identity (\`token\`)` }
      : stated;
  const asked = { role, durationMs: durationMs(request.expiresIn), person };
  return await promoteVersion(options, { key, to, actor: person.name, reason, breakGlass: asked });
}
