# SPDX-License-Identifier: MIT
# Completion for bash: asks the command itself, whose table of options has the answer.
_reckon() {
    local cur=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
    [ "$cur" != = ] || cur='' # of --name=
    mapfile -t COMPREPLY < <(compgen -W \
        "$("$1" complete "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$cur" 2>/dev/null | cut -f1)" -- "$cur")
}
complete -o default -F _reckon reckon
