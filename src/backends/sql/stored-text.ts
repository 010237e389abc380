// What engines that keep UTF-8 without NUL cannot hold: NUL, halves of surrogate pairs; and the mark that stands before what replaces them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const unfit = /[\u0000\u0001]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const marked = /\u0001([0-9a-f]{4})/g;

/**
 * Any JavaScript text as one that every engine gives back as it was: a character that cannot be stored becomes U+0001 and its four
 * hexadecimal digits, and so does U+0001. Different texts stay different, so stored keys can be compared.
 */
export function storedText(text: string): string {
  return text.replace(unfit, (character) => `\u0001${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The text of which {@link storedText} made `stored`. */
export function textOf(stored: string): string {
  if (!stored.includes("\u0001")) return stored;
  return stored.replace(marked, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
