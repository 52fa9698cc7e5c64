/** On one line, so that bash counts the lines of a command from its first. */
const KEEP_TRACE =
  '{ __wb_status=$?; case $- in *x*) set +x; __wb_trace="set -x; ";; *) __wb_trace=;; esac; } 2>/dev/null;';
const RUN = '__wb_set "$__wb_status"; eval "$__wb_trace$__wb_line$__wb_code"';
const STEPS = [
  KEEP_TRACE,
  'if [ -n "$__wb_open" ]; then __wb_open=; __wb_tell 130; __wb_status=130; fi;',
  'if [ -n "$__wb_first" ]; then __wb_first=; printf "ready\\0" >&99; fi;',
  'while :; do',
  'IFS= read -r -d "" __wb_fence <&98 || exit 0;',
  'IFS= read -r -d "" __wb_input <&98 || exit 0;',
  'IFS= read -r -d "" __wb_code <&98 || exit 0;',
  '__wb_open=1;',
  `if [ "$__wb_input" = none ]; then for __wb_once in 1; do ${RUN} </dev/null 98<&- 99>&-; done;`,
  `else for __wb_once in 1; do ${RUN} 98<&- 99>&-; done; fi;`,
  KEEP_TRACE,
  '__wb_open=;',
  // Forgets the jobs that are done, as a prompt would.
  'jobs >/dev/null 2>&1;',
  '__wb_tell "$__wb_status";',
  'done',
];

/**
 * What bash is given instead of an rc file: it reads commands from one descriptor and tells of their end on another.
 *
 * An interactive bash, so that an interrupt ends what runs and not the shell, and jobs have the terminal in turn. The
 * work is done in PROMPT_COMMAND, which never returns: bash never reads a command from the terminal, where programs
 * and people type. After an interrupt bash comes back to its prompt, and so to PROMPT_COMMAND.
 *
 * - Commands end with a zero byte, which no command can hold. `eval` runs them with both descriptors closed, so that
 *   nothing they start can read or write there. The one-item loop catches `break` and `continue`.
 * - The fence goes to the terminal behind all output and says where a command's output ends; it carries a nonce that is
 *   new for each command. Only the status descriptor says how a command ended.
 * - Everything around a command runs with its trace thrown away, so that `set -x` shows the command alone.
 *
 * Works with bash 3.2, which macOS has: no named descriptors, no `printf -v` with arrays.
 */
export const BOOTSTRAP = `exec 98<"$WATCHBOOK_COMMANDS" 99>"$WATCHBOOK_STATUS"
unset WATCHBOOK_COMMANDS WATCHBOOK_STATUS PS0
unset HISTFILE
set +H
set +o history
shopt -u checkwinsize 2>/dev/null
PS1= PS2= PS4='+ '
__wb_status=0 __wb_open= __wb_trace= __wb_fence= __wb_code= __wb_input= __wb_once= __wb_first=1 __wb_line='
'
__wb_set() { return "$1"; }
__wb_tell() { printf '%s\\0' "$1" >&99; printf '\\033]697;%s\\007' "$__wb_fence" >/dev/tty; }
PROMPT_COMMAND='${STEPS.join(' ')}'
`;

/** The fence as it stands in the terminal's stream. */
export function fenceText(nonce: string): string {
  return `\u001b]697;${nonce}\u0007`;
}

/** One command as bash reads it: nonce, whether it may read the terminal, code. Throws RangeError for a zero byte. */
export function frameCommand(nonce: string, canRead: boolean, code: string): string {
  if (code.includes('\0')) throw new RangeError('a command can not hold a zero byte');
  return `${nonce}\0${canRead ? 'terminal' : 'none'}\0${code}\0`;
}
