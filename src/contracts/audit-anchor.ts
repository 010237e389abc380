/** What differs between anchors. */
export interface AuditAnchorCapabilities {
  /** What was put can be listed again; false for a place that only takes (a mail, a public log that is read by others). */
  readonly readable: boolean;
  /** What was put can be neither changed nor removed before its time, not even by who may put. */
  readonly immutable: boolean;
}

/** A kept checkpoint as the anchor found it. */
export interface AnchoredText {
  /** Where in the anchor it lies, as in `line 7`. */
  readonly where: string;
  /** The text that was put; whatever stands there if it was changed since. */
  readonly text: string;
}

/**
 * Keeps signed checkpoints of the audit log away from the store that it watches over: so that a log whose end was cut off, or a whole store that
 * was put back to an earlier day, shows. The anchor need not be trusted to be honest: each text is signed.
 */
export interface AuditAnchor {
  /** Names it in verdicts; unique among the anchors of a workspace. */
  readonly name: string;
  readonly capabilities: AuditAnchorCapabilities;
  /** Keeps a text durably; putting the same text again may keep it twice. Errors: its own, or `io/failed`. */
  put(text: string): Promise<void>;
  /** Every text that is kept, in no particular order; nothing where it is not readable. */
  list(): Promise<readonly AnchoredText[]>;
}
