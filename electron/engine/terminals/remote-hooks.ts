import type { ShellVersions } from '../../../shared/terminal/marks';
import type { MarkedShell } from '../../../shared/terminal/send';
import { BASH_HOOKS } from './marks-bash';
import { FISH_MARKS } from './marks-fish';
import { ZSH_HOOKS } from './marks-zsh';

/** The last line of what a shell is given; a comment in all three. */
const LAST = '#end';

/**
 * The line that is typed at the prompt of a shell elsewhere, so that it marks its commands from then on.
 *
 * It is the same in bash, zsh and fish (from 3.4), and does nothing in others. It turns echo off, says which shell it
 * is, and reads the hooks from the terminal up to their last line: they, and the nonce in them, are never on the screen,
 * in a file, in the environment, among a process's words or in the history. The `eval` around it sends a trace
 * (`set -x`) of what it read to nowhere. A space in front keeps it out of the history of a shell that is set so.
 *
 * `token`: tells this line from all others. It is seen by whoever sees the screen, and good for nothing after it.
 */
export function loaderLine(token: string): string {
  const say = String.raw`printf \"\033]633;P;Shell=%s,%s;${token}\007\" \"\$1\" \"\$(id -un)@\$(uname -n)\" >/dev/tty`;
  const script = `stty -echo; ${say}; sed /^${LAST}/q; stty echo`;
  return ` eval 'eval "$(sh -c "${script}" sh "$BASH_VERSION,$ZSH_VERSION,$FISH_VERSION")"' 2>/dev/null`;
}

/** Which shell it is; null for one that can not mark its commands. */
export function shellOf({ bash, zsh, fish }: ShellVersions): MarkedShell | null {
  if (zsh !== '') return 'zsh';
  if (fish !== '') return 'fish';
  const [major = 0, minor = 0] = bash.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 4) ? 'bash' : null;
}

/** The hooks for a shell, and what takes the typed line out of its history where that can be had. */
export function remoteHooks(shell: MarkedShell, nonce: string, token: string): string {
  return `${HOOKS[shell].replaceAll('@NONCE@', nonce).replaceAll('@TOKEN@', token)}\n${LAST}\n`;
}

/** For a shell that was given nothing: it reads on until the last line. */
export const NO_HOOKS = `${LAST}\n`;

/** A shell that has the hooks already only gets the nonce. */
const HOOKS: Readonly<Record<MarkedShell, string>> = {
  bash: String.raw`
if declare -F __wb_prompt >/dev/null; then __wb_nonce=@NONCE@; else ${BASH_HOOKS}
fi
__wb_text=$(HISTTIMEFORMAT= builtin history 1)
case $__wb_text in
  *@TOKEN@*) [[ $__wb_text =~ ^[[:space:]]*([0-9]+) ]] && builtin history -d "@{BASH_REMATCH[1]}" ;;
esac`.replaceAll('@{', '${'),
  zsh: String.raw`
if (( $+functions[__wb_precmd] )); then __wb_nonce=@NONCE@; else ${ZSH_HOOKS}
fi`,
  fish: String.raw`
if functions -q __wb_before
set -g __wb_nonce @NONCE@
else
${FISH_MARKS}
end`,
};

/** What a person is shown of all this: nothing of it differs but the nonce. */
export function shownHooks(): string {
  return (['bash', 'zsh', 'fish'] as const)
    .map(
      (shell) =>
        `# ${shell}${HOOKS[shell].replaceAll('@NONCE@', '(a fresh number)').replaceAll('@TOKEN@', '(the number in the line)')}`,
    )
    .join('\n\n');
}
