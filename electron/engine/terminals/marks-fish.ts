/**
 * What fish reads after the person's own files: hooks on its events, and the mark behind the prompt, for which the
 * person's prompt is wrapped. The nonce is a variable of the shell, not exported, and made anew at each end and prompt:
 * the end is told before fish closes an open line with a sign of its own, which is no output.
 */
export const FISH_MARKS = String.raw`
set -g __wb_nonce @NONCE@
function __wb_escape
    string replace -a \\ \\\\ -- $argv[1] | string replace -a ';' '\x3b' | string replace -ra '[[:cntrl:]]' ' ' | string join '\x0a'
end
function __wb_tell
    printf '\e]633;%s\a' $argv >/dev/tty
end
function __wb_preexec --on-event fish_preexec
    __wb_tell "E;"(__wb_escape "$argv[1]")";$__wb_nonce" "C;$__wb_nonce"
end
function __wb_end
    set -l next (printf '%016x%016x' (random 0 9223372036854775807) (random 0 9223372036854775807))
    __wb_tell "D;$argv[1];$__wb_nonce;$next"
    set -g __wb_nonce $next
end
function __wb_postexec --on-event fish_postexec
    __wb_end $status
end
function __wb_before --on-event fish_prompt
    __wb_end ''
    __wb_tell "P;Cwd="(__wb_escape "$PWD")";$__wb_nonce" "A;$__wb_nonce"
end
function __wb_cancel --on-event fish_cancel
    __wb_tell "P;Line=cancelled;$__wb_nonce"
end
if functions -q fish_prompt
    functions --copy fish_prompt __wb_person_prompt
    function fish_prompt
        __wb_person_prompt
        printf '\e]633;B;%s\a' $__wb_nonce
    end
end
`;
