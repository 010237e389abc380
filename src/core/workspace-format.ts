/** The version of the on-disk workspace format that this code writes. A workspace of a newer format is refused. */
export const workspaceFormat: 1 = 1;
