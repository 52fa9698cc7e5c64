/** One line of a repository's configuration: section and name in small letters, as git lists them. */
export interface GitSetting {
  readonly key: string;
  readonly value: string;
}

/** Names of `core` that only say how files and the index are read. */
const CORE = new Set(
  (
    'filemode logallrefupdates ignorecase precomposeunicode symlinks autocrlf eol safecrlf quotepath abbrev ' +
    'compression bigfilethreshold preloadindex untrackedcache checkstat trustctime protectntfs protecthfs ' +
    'sharedrepository sparsecheckout sparsecheckoutcone fscache longpaths splitindex commitgraph multipackindex'
  ).split(' '),
);

/** Whole keys without a subsection. */
const PLAIN = new Set(
  (
    'user.name user.email user.signingkey commit.gpgsign tag.gpgsign init.defaultbranch pull.rebase pull.ff ' +
    'push.default push.autosetupremote push.followtags fetch.prune fetch.prunetags merge.conflictstyle merge.ff ' +
    'rebase.autostash rebase.autosquash rebase.updaterefs rerere.enabled gc.auto maintenance.auto ' +
    'remote.pushdefault status.showuntrackedfiles extensions.objectformat extensions.worktreeconfig ' +
    'lfs.repositoryformatversion'
  ).split(' '),
);

/** By section, the names under a subsection (`remote.origin.url`). Addresses are data here: nothing is fetched. */
const NAMED: Readonly<Record<string, ReadonlySet<string>>> = {
  remote: new Set(['url', 'pushurl', 'fetch', 'push', 'tagopt', 'prune', 'skipdefaultupdate']),
  branch: new Set([
    'remote',
    'merge',
    'rebase',
    'pushremote',
    'description',
    'vscode-merge-base',
    'github-pr-owner-number',
  ]),
  submodule: new Set(['url', 'active', 'branch']),
};

/** Values that switch something off which could start a program. */
const OFF = new Set(['false', 'no', 'off', '0', '']);

/**
 * The settings of a repository that are not known to be harmless: they may start programs, read other files, or are
 * not known at all. With none of these git may be run in it unasked.
 *
 * A list of what is harmless, never of what is not: git gets new settings with each version.
 */
export function doubtfulSettings(settings: readonly GitSetting[]): readonly GitSetting[] {
  return settings.filter((setting) => !isHarmless(setting));
}

function isHarmless({ key, value }: GitSetting): boolean {
  if (key === 'core.repositoryformatversion') return value === '0' || value === '1';
  if (key === 'core.bare') return OFF.has(value.toLowerCase());
  if (key === 'core.fsmonitor') return OFF.has(value.toLowerCase()) && value !== '';
  if (PLAIN.has(key)) return true;
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  const section = key.slice(0, first);
  const name = key.slice(last + 1);
  if (first === last)
    return (section === 'core' && CORE.has(name)) || section === 'color' || section === 'advice';
  if (section === 'color') return true;
  return Object.hasOwn(NAMED, section) && (NAMED[section]?.has(name) ?? false);
}

/** Reads what `git config --list -z` prints: a key, a line end, its value; without a line end the value is `true`. */
export function parseConfigList(text: string): readonly GitSetting[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0
        ? { key: entry, value: 'true' }
        : { key: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}
