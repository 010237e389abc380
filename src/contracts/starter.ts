/** Who started a run or a pipeline, as far as the workspace knew. */
export interface Starter {
  /** Every name that is known of them; the first one is what the log calls them by. */
  readonly names: readonly string[];
  /** Who vouches for the names, as the host's identity provider; left out where the host stated one. */
  readonly issuer?: string;
}

/** Who starts something: a name that the host states, or a token that the workspace's `identity` verifies. */
export type Actor = string | { readonly token: string };
