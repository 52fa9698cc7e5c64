/**
 * The hooks by which bash marks its commands.
 *
 * - The nonce is a variable of the shell, not exported, and made anew at each prompt. It stands in no prompt: PS1 and
 *   PS0 name variables, which bash puts in when it draws them, and which no trace (`set -x`) shows.
 * - What runs is run with its errors to nowhere, where a trace would go, and without one.
 * - PS1 is looked at before each prompt, since many programs write it anew; what a person has in it stays.
 * - bash may draw a prompt, and make the next nonce only then: after a word for `eval` with an open quote. What says so
 *   goes before the start of the next command, unless the prompt said it (`__wb_seen`, set as that is drawn).
 * - The command line is taken from the history, if it is there: not where it began with a space.
 *
 * Needs bash 4.4, for PS0; an older one gives no marks.
 *
 * `@{` stands for `${`, which would be the template’s own.
 */
export const BASH_HOOKS = String.raw`
if [ "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))" -ge 404 ] && shopt -q promptvars; then
__wb_nonce=@NONCE@
__wb_history=
__wb_status=0
__wb_keep() { __wb_status=$?; return "$__wb_status"; }
__wb_escape() {
  __wb_text=$1
  __wb_text=@{__wb_text//\\/\\\\}
  __wb_text=@{__wb_text//;/\\x3b}
  __wb_text=@{__wb_text//$'\n'/\\x0a}
  __wb_text=@{__wb_text//[[:cntrl:]]/ }
}
__wb_line() {
  local -; set +x
  local last
  last=$(HISTTIMEFORMAT= builtin history 1)
  if [ "$last" = "$__wb_history" ] || ! [[ $last =~ ^[[:space:]]*[0-9]+[*\ ]\ (.*)$ ]]; then return; fi
  __wb_escape "@{BASH_REMATCH[1]}"
  builtin printf '\033]633;E;%s;%s\007' "$__wb_text" "$__wb_nonce"
}
__wb_prompt() {
  local -; set +x
  local old=$__wb_nonce
  if [ "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))" -ge 501 ]; then
    builtin printf -v __wb_nonce '%08x%08x%08x%08x' "$SRANDOM" "$SRANDOM" "$SRANDOM" "$SRANDOM"
  else
    builtin printf -v __wb_nonce '%04x%04x%04x%04x%04x%04x' "$RANDOM" "$RANDOM" "$RANDOM" "$RANDOM" "$RANDOM" "$RANDOM"
  fi
  __wb_escape "$PWD"
  __wb_before=$'\033]633;D;'"$__wb_status;$old;$__wb_nonce"$'\007\033]633;P;Cwd='"$__wb_text;$__wb_nonce"$'\007\033]633;A;'"$__wb_nonce"$'\007'
  __wb_behind=$'\033]633;B;'"$__wb_nonce"$'\007'
  __wb_seen=0
  __wb_start=$'\033]633;C;'"$__wb_nonce"$'\007'
  case @{PS1-} in
    *__wb_before*) ;;
    *) PS1='\[@{__wb_before-}@{__wb_nonce:(__wb_seen=1)*999}\]'@{PS1-}'\[@{__wb_behind-}\]' ;;
  esac
  case @{PS0-} in
    *__wb_start*) ;;
    *) PS0='@{__wb_before:__wb_seen*9999}$({ __wb_line; } 2>/dev/null)@{__wb_start-}'@{PS0-} ;;
  esac
  __wb_history=$(HISTTIMEFORMAT= builtin history 1)
}
if [ "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))" -ge 501 ]; then
  PROMPT_COMMAND=('{ __wb_keep; } 2>/dev/null' "@{PROMPT_COMMAND[@]}" '{ __wb_prompt; } 2>/dev/null')
else
  PROMPT_COMMAND='{ __wb_keep; } 2>/dev/null;'@{PROMPT_COMMAND-}'
{ __wb_prompt; } 2>/dev/null'
fi
fi
`.replaceAll('@{', '${');

/** The hooks behind the person's own file. */
export const BASH_MARKS = `
if [ -r "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi${BASH_HOOKS}`;
