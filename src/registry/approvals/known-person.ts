import type { Approval } from "../../contracts/gate.ts";
import type { IdentityVerifier } from "../../contracts/identity.ts";
import { digestOf } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import { samePerson } from "./approval-table.ts";

/** Who acts: by a token of the host's identity provider, or by a name that the host states. */
export interface StatedPerson {
  /** The person's name; with a token it may be left out, and must be theirs where it is given. */
  readonly name?: string;
  /** A token of theirs, as an OIDC access or ID token: it is verified by the registry's `identity`, and approves one thing. */
  readonly token?: string;
  /** The role in which they act; with a token it must be among the roles that the token says. */
  readonly role: string;
}

/** A person as the registry knows them, or why it does not. */
export type KnownPerson =
  | {
      readonly known: true;
      readonly name: string;
      /** Every name that is known of them. */
      readonly names: readonly string[];
      readonly identity?: NonNullable<Approval["identity"]>;
    }
  | { readonly known: false; readonly name: string; readonly reason: string };

/** Whether the log can hold it. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

/** Who somebody is. Nothing is taken from a token that the verifier refuses. */
export async function knownPerson(verifier: IdentityVerifier | undefined, person: StatedPerson): Promise<KnownPerson> {
  const { token } = person;
  const stated = isText(person.name) ? person.name : "";
  const name = stated.trim() === "" ? "unknown" : stated;
  const unknown = (reason: string): KnownPerson => ({ known: false, name, reason });
  if (typeof person.role !== "string" || person.role.trim() === "") return unknown("no role");
  if (token === undefined)
    return stated.trim() === ""
      ? unknown("nobody's name, and no token")
      : { known: true, name: stated, names: [stated] };
  if (verifier === undefined) return unknown("a token, but the registry has no identity verifier");
  try {
    const { subject, issuer, roles, names = [] } = await verifier.verify(token);
    if (typeof subject !== "string" || subject.trim() === "" || typeof issuer !== "string" || issuer.trim() === "")
      return unknown("a token without subject or issuer");
    const all = [subject, ...names];
    if (stated.trim() !== "" && !all.some((one) => samePerson(one, stated)))
      return unknown(`a token of "${subject}", not of "${stated}"`);
    if (!roles.includes(person.role)) return unknown(`a token of "${subject}" without the role "${person.role}"`);
    return { known: true, name: subject, names: all, identity: { issuer, token: digestOf(token) } };
  } catch (error) {
    if (isSluiceError(error)) return unknown(error.found);
    return unknown(`a token that was refused: ${error instanceof Error ? error.message : String(error)}`);
  }
}
