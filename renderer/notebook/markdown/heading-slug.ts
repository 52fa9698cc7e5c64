/** Nobody reads a longer heading, and looking for markup in one takes time by the square of it. */
const LONGEST_HEADING = 500;

/** Markup that a heading's text may carry, removed for its name: emphasis, code, links, tags. */
export function plainHeading(text: string): string {
  return text
    .slice(0, LONGEST_HEADING)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/[*_`~]/g, '')
    .trim();
}

/**
 * The anchor of a heading as Jupyter makes it: the text with `-` for spaces. A second heading of the same text in
 * one cell gets `-1`, and so on; `used` counts them.
 */
export function headingSlug(text: string, used: Map<string, number>): string {
  const slug = plainHeading(text).replace(/\s+/g, '-') || 'section';
  const count = used.get(slug) ?? 0;
  used.set(slug, count + 1);
  return count === 0 ? slug : `${slug}-${count}`;
}
