/**
 * What a file, a link or another machine said, in quotes for a message of ours: its control characters are spelled
 * out, and what is longer than `most` characters is cut.
 */
export function quoted(text: string, most = 200): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  const spelled = short.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `“${spelled}”`;
}
