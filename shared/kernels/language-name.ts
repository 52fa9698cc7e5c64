/** A language's name as kernels and files are compared by it: `python2` and `julia-1.10` name theirs with a version. */
export function languageName(name: string): string {
  return name.toLowerCase().replace(/[-_.\d]+$/, '');
}

/** True where a kernel speaks the language that a name names. */
export function isSameLanguage(kernel: { readonly language: string }, wanted: string | null): boolean {
  const language = languageName(wanted ?? '');
  return language !== '' && languageName(kernel.language) === language;
}
