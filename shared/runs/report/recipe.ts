import type { Run } from '../model';
import type { ReportFiles } from './report';

/** A word of the shell that is nothing but text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Paths that stand in a line of their own as they are. */
const ORDINARY_PATH = /^[\p{L}\p{N}][\p{L}\p{N} ._/-]*$/u;

/**
 * How to check a run without Watchbook: one fenced block for a POSIX shell, run in the run's folder. It ends with exit
 * status 0 where all holds, and says what does not.
 */
export function recipe(run: Run, files: ReportFiles, body: string): string {
  const withheld = Object.keys(run.withheld);
  const isHere = (name: string): boolean => !withheld.includes(name);
  const list = [
    `${files.journal}  journal.jsonl`,
    ...(files.notebook === null ? [] : [`${files.notebook}  run.ipynb`]),
    ...(files.runbook === null ? [] : [`${files.runbook}  runbook.ipynb`]),
    ...files.outputs
      .filter((digest) => isHere(`output/${digest}.txt`))
      .map((digest) => `${digest}  output/${digest}.txt`),
  ];
  const script = `set -eu
fail() { echo "$1" >&2; exit 1; }
# Each line of the journal ends with the digest of the line before it.
prev=null
n=0
while IFS= read -r line; do
  n=$((n + 1))
  case $line in *",\\"prev\\":$prev}") ;; *) fail "journal.jsonl: line $n does not follow the line before it" ;; esac
  prev="\\"$(printf %s "$line" | sha256sum | cut -d ' ' -f 1)\\""
done < journal.jsonl
[ -z "$line" ] || fail 'journal.jsonl: its last line is torn'
[ "$prev" = '"${files.head.sha256}"' ] || fail 'journal.jsonl: it does not end with event ${files.head.seq}'
# These files are as they were when this report was written.
sha256sum -c --strict --quiet <<'END'
${list.join('\n')}
END
# Every content file that the journal names is there and unchanged, except those that were withheld.
withheld=$(sed -nE 's/^.*"type":"content-withheld","data":\\{"file":"([^"]*)","sha256":"([^"]*)".*$/\\2  \\1/p' journal.jsonl)
grep -oE '"file":"content/[^"]*","sha256":"[0-9a-f]{64}"' journal.jsonl |
  sed -E 's/^"file":"([^"]*)","sha256":"([^"]*)"$/\\2  \\1/' | sort -u |
  { grep -vxF -e "$withheld" || true; } | sha256sum -c --strict --quiet
# Files that are named by their digest.
for file in content/*.ipynb output/*.txt; do
  [ -e "$file" ] || continue
  name=\${file##*/}
  [ "$(sha256sum < "$file" | cut -d ' ' -f 1)" = "\${name%.*}" ] || fail "$file: it was changed"
done
# This report, up to here, is as it was written.
[ "$(sed '/^## How to check this record$/,$d' report.md | sha256sum | cut -d ' ' -f 1)" = '${body}' ] || fail 'report.md: it was changed'
${gitPart(run)}echo 'all holds'
`;
  return `In the run's folder, this ends with exit status 0 where everything holds. It needs sh, sha256sum, git, grep and sed.\n\n\`\`\`sh\n${script}\`\`\`\n`;
}

/** The template against its commit; nothing where it was in none, or may not have been as it was committed. */
function gitPart(run: Run): string {
  const started = run.started?.data;
  if (!started || started.commit === null || started.uncommitted !== null) return '';
  if (!/^[0-9a-f]{40,64}$/.test(started.commit) || !ORDINARY_PATH.test(started.runbook)) return '';
  const object = quoted(`${started.commit}:${started.runbook}`);
  return `# The runbook is the one that was committed, where its repository is at hand.
if git cat-file -e ${object} 2> /dev/null; then
  [ "$(git cat-file blob ${object} | tr -d '\\r' | sha256sum)" = "$(tr -d '\\r' < runbook.ipynb | sha256sum)" ] || fail 'runbook.ipynb: it is not the one of the commit'
else
  echo 'the commit of the runbook is not here and was not compared' >&2
fi
`;
}

/** The number of the last event that a report was made with; null for what is no report. */
export function reportedEvent(report: string): number | null {
  const found = /'journal\.jsonl: it does not end with event (\d{1,15})'/.exec(report)?.[1];
  return found === undefined ? null : Number(found);
}
