/**
 * Takes the traps and options of a person's that would show in our own work (`set -evx`, DEBUG, ERR) away from
 * it, silently. All on one line, so that bash counts the lines of a command from its first.
 */
const LEAVE = [
  '__wb_options=;',
  'case $- in *x*) set +x; __wb_options="set -x;";; esac;',
  'case $- in *v*) set +v; __wb_options="${__wb_options}set -v;";; esac;',
  'case $- in *e*) set +e; __wb_options="${__wb_options}set -e;";; esac;',
  '__wb_traps=$(trap -p DEBUG ERR);',
  'trap - DEBUG ERR;',
].join(' ');
/** Gives them back inside of `eval`, and with them the status before, as `$?`. */
const ENTER = '{ eval "$__wb_traps$__wb_line$__wb_options"; __wb_set "$__wb_status" && :; } >/dev/null 2>&1';
/** Negated, since bash would say a failure to the ERR trap a second time, for `eval` itself. */
const RUN = '! eval "$__wb_enter$__wb_line$__wb_code"';
const STEPS = [
  `{ __wb_status=$?; ${LEAVE} } >/dev/null 2>&1;`,
  'if [ -n "$__wb_open" ]; then stty sane </dev/tty 2>/dev/null; __wb_tell "a$__wb_status"; __wb_open=; fi;',
  'if [ -n "$__wb_first" ]; then __wb_first=; printf "ready\\0" >&99; fi;',
  'while :; do',
  'PROMPT_COMMAND=$__wb_loop; PS1=$__wb_prompt;',
  'IFS= read -r -d "" __wb_code <&98 || exit 0;',
  '__wb_next=${__wb_code%% *}; __wb_code=${__wb_code#* };',
  'if [ "${#__wb_next}" != 32 ] || [ "$__wb_next" = "$__wb_fence" ]; then continue; fi;',
  '__wb_input=${__wb_code%% *}; __wb_code=${__wb_code#* };',
  '__wb_fence=$__wb_next __wb_open=1; printf "\\033]697;%s begun\\0" "$__wb_fence" >&99;',
  'printf "\\033]697;%s;\\007" "$__wb_fence" >/dev/tty;',
  `if [ "$__wb_input" = none ]; then for __wb_once in 1; do ${RUN} </dev/null 98<&- 99>&-; done;`,
  `else for __wb_once in 1; do ${RUN} 98<&- 99>&-; done; fi;`,
  `{ __wb_status=\${PIPESTATUS[0]}; ${LEAVE} } >/dev/null 2>&1;`,
  // Forgets the jobs that are done, as a prompt would.
  'jobs >/dev/null 2>&1;',
  '__wb_tell "$__wb_status";',
  '__wb_open=;',
  'done',
];

/** What bash shows before it would read from the terminal. It never should: our loop was lost, see {@link RESUME}. */
export const PROMPT_MARK = '\u001b]697;prompt\u0007';

/** Typed where the prompt is seen, it begins the loop again: a cell had changed PROMPT_COMMAND and was interrupted. */
export const RESUME = 'eval "$__wb_loop"';

/** Ends what ignores SIGINT in bash itself, its loops first of all. Ignored where a cell took the trap away. */
export const FORCE_SIGNAL = 'SIGURG';

/**
 * What bash is given instead of an rc file: it reads commands from one descriptor and tells of their end on another.
 *
 * An interactive bash, so that an interrupt ends what runs and not the shell, and jobs have the terminal in turn. The
 * work is done in PROMPT_COMMAND, which never returns: bash never reads a command from the terminal, where programs
 * and people type. After an interrupt bash comes back to its prompt, and so to PROMPT_COMMAND.
 *
 * - Commands end with a zero byte, which no command can hold. `eval` runs them with both descriptors closed, so that
 *   nothing they start can read or write there. The one-item loop catches `break` and `continue`.
 * - Fences go to the terminal before and behind all output of a command: what jobs in the background print, and bash on
 *   a late interrupt, is not mistaken for it. They carry a nonce that is new for each command. Only the status descriptor says how a command ended, and only after the fence was written.
 *   `a` before the status: bash itself broke off the command, as it does for an interrupt and for `${name:?}`.
 * - An interrupt may come at any moment, also a late one between two commands. So a command that was cut short on its
 *   way is passed over and sent again, one that was begun is never begun twice, and an end may be told twice. What
 *   `printf` had begun to write when it was interrupted bash writes to the terminal: so all of it begins as a mark does.
 *
 * Works with bash 3.2, which macOS has: no named descriptors, no `printf -v` with arrays.
 */
export const BOOTSTRAP = `exec 98<"$WATCHBOOK_COMMANDS" 99>"$WATCHBOOK_STATUS"
unset WATCHBOOK_COMMANDS WATCHBOOK_STATUS PS0
unset HISTFILE
set +H
set +o history
shopt -u checkwinsize 2>/dev/null
PS2= PS4='+ '
__wb_status=0 __wb_open= __wb_options= __wb_traps= __wb_fence= __wb_next= __wb_code= __wb_input= __wb_once= __wb_first=1 __wb_line='
'
__wb_set() { return "$1"; }
__wb_tell() { printf '\\033]697;%s\\007' "$__wb_fence" >/dev/tty; printf '\\033]697;%s %s\\0' "$__wb_fence" "$1" >&99; }
__wb_prompt='\\[\\033]697;prompt\\007\\]'
__wb_enter='${ENTER}'
__wb_loop='${STEPS.join(' ')}'
trap 'trap - INT; kill -INT $$' ${FORCE_SIGNAL.slice(3)}
PROMPT_COMMAND=$__wb_loop
`;

/** What all that our bash writes begins with, into the terminal and of its end. */
export const MARK_START = '\u001b]697;';

/** Every mark of ours in the terminal's stream: fences, also one that was told twice, and the prompt's. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
export const MARKS = /\u001b\]697;(?:[0-9a-f]{32};?|prompt)\u0007/g;

/** What stands before a command's output. */
export function beginText(nonce: string): string {
  return `${MARK_START}${nonce};\u0007`;
}

/** What stands behind it. */
export function fenceText(nonce: string): string {
  return `${MARK_START}${nonce}\u0007`;
}

/** One command as bash reads it: nonce, whether it may read the terminal, code. Throws RangeError for a zero byte. */
export function frameCommand(nonce: string, canRead: boolean, code: string): string {
  if (code.includes('\0')) throw new RangeError('a command can not hold a zero byte');
  return `${nonce} ${canRead ? 'terminal' : 'none'} ${code}\0`;
}
