/**
 * Blobs, keys, CSV files and the code version, on files.
 *
 * @module sluice/backends/fs
 */

export { type ArtifactFolderOptions, artifactFolder, openArtifactFolder } from "./artifact-folder.ts";
export { fileAnchor, type FileAnchorOptions } from "./file-anchor.ts";
export { folderFiles } from "./folder-files.ts";
export { type FsBlobOptions, fsBlobs } from "./fs-blob-store.ts";
export { type GitCodeVersionOptions, gitCodeVersion } from "./git-code-version.ts";
export { type HostSignerOptions, hostSigner } from "./host-signer.ts";
export { type KeyFileSigner, type KeyFileSignerOptions, keyFileSigner } from "./key-file-signer.ts";
export { keyIdOf, type PinnedKeys, pinnedKeysVerifier } from "./pinned-keys-verifier.ts";
export { csvFile } from "./csv-file.ts";
export { type OpenFile, openFile } from "./open-file.ts";
export { jsonLinesFile } from "./json-lines-file.ts";
export { type FileSetOptions, fileSetSource } from "./file-set.ts";
export { writeArtifactFolder } from "./write-artifact-folder.ts";
