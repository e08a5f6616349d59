# SPDX-License-Identifier: MIT
# Completion for fish: asks the command itself, whose table of options has the answer.
function __reckon_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] complete $words[2..-1] "$current" 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c reckon -f -a '(__reckon_complete)'
