import type { Digest } from "../core/digest.ts";

/** The parts of a model card that only a person can write. */
export interface ModelCardParts {
  /** Who answers for the version. */
  readonly owner?: string;
  /** What it is for. */
  readonly intendedUse?: string;
  /** What it is not for. */
  readonly outOfScope?: string;
  /** Known limits: where it errs, what it was not tried on. */
  readonly limits?: string;
  /** What was considered of harm and fairness. */
  readonly ethics?: string;
  /** The licences of the model and of what it was made from, as SPDX identifiers where there are some. */
  readonly licences?: readonly string[];
  /** Whom to ask, or to tell of a fault. */
  readonly contacts?: readonly string[];
  /** More, by heading. */
  readonly notes?: { readonly [heading: string]: string };
}

/** A revision of a version's model card: immutable, signed. */
export interface ModelCard {
  readonly schema: 1;
  readonly model: string;
  readonly version: number;
  /** From 1. */
  readonly revision: number;
  readonly parts: ModelCardParts;
  /** Who wrote it. */
  readonly author: string;
  readonly writtenAtMs: number;
  /** The parts that nobody has written; `notes` are never missing. */
  readonly missing: readonly string[];
  /** Digest of the stored text. */
  readonly digest: Digest;
}
