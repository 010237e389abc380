/** A person, as somebody other than the caller vouches for. */
export interface Identity {
  /** The issuer's own name of the person: never another's, never given anew. */
  readonly subject: string;
  /** The roles that the issuer says the person has. */
  readonly roles: readonly string[];
  /** Who vouches. */
  readonly issuer: string;
  /** Other names of the same person, as a mail address: whoever bears the author's name is the author. @default none */
  readonly names?: readonly string[];
}

/** Says who a token is of. Implemented by the host, or by `oidcIdentity`. May be a network call: never awaited inside a transaction. */
export interface IdentityVerifier {
  /** The person whose token this is; rejects for one that is forged, expired, or meant for somebody else. */
  verify(token: string): Promise<Identity>;
}
