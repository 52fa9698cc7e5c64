/**
 * The hooks by which zsh marks its commands; they are set at its next prompt, behind all that the person's files set.
 *
 * The nonce is a variable of the shell, not exported, and made anew at each prompt from the system's own random
 * numbers. The hooks turn traces off for themselves, and write to the terminal, wherever the shell's output goes.
 *
 * The end of a command is told in front of the sign that zsh puts behind an open line (PROMPT_EOL_MARK), which is no
 * output; it is told again before the prompt, for who has that sign off, and counts once. A variable that is exported
 * is left alone.
 *
 * `@{` stands for `${`, which would be the template’s own.
 */
export const ZSH_HOOKS = String.raw`
if [[ -o interactive ]]; then
typeset -g __wb_nonce=@NONCE@ __wb_next= __wb_text= __wb_sign= __wb_had=
__wb_escape() {
  { emulate -L zsh; setopt no_xtrace no_verbose } 2>/dev/null
  __wb_text=@{1//\\/\\\\}
  __wb_text=@{__wb_text//;/\\x3b}
  __wb_text=@{__wb_text//$'\n'/\\x0a}
  __wb_text=@{__wb_text//[[:cntrl:]]/ }
}
__wb_fresh() {
  { emulate -L zsh; setopt no_xtrace no_verbose no_multibyte } 2>/dev/null
  local raw= char=
  local -i at
  sysread -s 16 raw </dev/urandom || raw=$RANDOM$RANDOM$RANDOM$RANDOM
  __wb_next=
  for (( at = 1; at <= 16; at++ )); do
    char=$raw[at]
    __wb_next+=@{(l:2::0:)$(( [##16] #char ))}
  done
  __wb_next=@{(L)__wb_next}
}
__wb_precmd() {
  local wb_status=$?
  { emulate -L zsh; setopt no_xtrace no_verbose } 2>/dev/null
  if [[ -z $__wb_next ]]; then __wb_fresh; fi
  if [[ @{PROMPT_EOL_MARK-} == $'%{\e]633;D;'* ]]; then
    if [[ -n $__wb_had ]]; then PROMPT_EOL_MARK=$__wb_sign; else unset PROMPT_EOL_MARK; fi
  fi
  builtin print -rn -- $'\e]633;D;'"$wb_status;$__wb_nonce;$__wb_next"$'\a' >/dev/tty
  __wb_nonce=$__wb_next
  __wb_fresh
  __wb_escape $PWD
  builtin print -rn -- $'\e]633;D;;'"$__wb_nonce;$__wb_next"$'\a\e]633;P;Cwd='"$__wb_text;$__wb_next"$'\a\e]633;A;'"$__wb_next"$'\a' >/dev/tty
  __wb_nonce=$__wb_next __wb_next=
}
__wb_preexec() {
  { emulate -L zsh; setopt no_xtrace no_verbose } 2>/dev/null
  __wb_escape @{1:-$2}
  builtin print -rn -- $'\e]633;E;'"$__wb_text;$__wb_nonce"$'\a\e]633;C;'"$__wb_nonce"$'\a' >/dev/tty
  __wb_fresh
  if [[ @{(t)PROMPT_EOL_MARK-} != *export* ]]; then
    __wb_had=@{PROMPT_EOL_MARK+set} __wb_sign=@{PROMPT_EOL_MARK-%B%S%#%s%b}
    PROMPT_EOL_MARK=$'%{\e]633;D;%?;'"$__wb_nonce;$__wb_next"$'\a%}'$__wb_sign
  fi
}
__wb_line_init() {
  [[ $CONTEXT == start ]] || return 0
  { emulate -L zsh; setopt no_xtrace no_verbose } 2>/dev/null
  builtin print -rn -- $'\e]633;B;'"$__wb_nonce"$'\a' >/dev/tty
}
__wb_first() {
  local wb_status=$?
  { emulate -L zsh; setopt no_xtrace no_verbose } 2>/dev/null
  precmd_functions=(__wb_precmd @{precmd_functions:#__wb_first})
  preexec_functions+=(__wb_preexec)
  zmodload zsh/system
  autoload -Uz add-zle-hook-widget && add-zle-hook-widget line-init __wb_line_init
  unfunction __wb_first
  __wb_precmd
}
typeset -ga precmd_functions preexec_functions
precmd_functions+=(__wb_first)
fi
`.replaceAll('@{', '${');

/**
 * What zsh reads as its first file: it gives back the person's own folder for the files that follow, reads the
 * person's first one, and then the hooks.
 */
export const ZSH_MARKS = `
@ZDOTDIR@
if [[ -r "\${ZDOTDIR-$HOME}/.zshenv" ]]; then source "\${ZDOTDIR-$HOME}/.zshenv"; fi${ZSH_HOOKS}`;
