/** What each shell sets for itself, and what is Watchbook's own: no difference that somebody made. */
const OWN = /^(_|SHLVL|PWD|OLDPWD|ELECTRON_.*|WATCHBOOK_.*)$/i;

/** The names of variables that are not as the login shell has them, sorted. Values are never recorded. */
export function differingVariables(
  given: Readonly<Record<string, string>>,
  login: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(given), ...Object.keys(login)]);
  return [...names]
    .filter((name) => !OWN.test(name) && valueOf(given, name) !== valueOf(login, name))
    .toSorted();
}

function valueOf(variables: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
