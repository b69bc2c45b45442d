using System.CommandLine;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava completion SHELL</c>: a script that makes a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // Each asks the program itself what may come next: [suggest:POSITION] is a directive of its command line.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # omg-llava completion bash > ~/.local/share/bash-completion/completions/omg-llava
            _omg_llava() {
                local cur="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
                COMPREPLY=($(compgen -W "$(omg-llava "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$cur"))
            }
            complete -o default -o bashdefault -F _omg_llava omg-llava
            """,
        ["zsh"] = """
            #compdef omg-llava
            # omg-llava completion zsh > "${fpath[1]}/_omg-llava"
            _omg_llava() {
                local -a words_next
                words_next=("${(@f)$(omg-llava "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- ${words_next:#}
                _files
            }
            if [ "$funcstack[1]" = "_omg-llava" ]; then _omg_llava "$@"; else compdef _omg_llava omg-llava; fi
            """,
        ["fish"] = """
            # omg-llava completion fish > ~/.config/fish/completions/omg-llava.fish
            function __omg_llava_complete
                set -l line (commandline -cp)
                omg-llava "[suggest:"(string length -- $line)"]" $line 2>/dev/null
            end
            complete -c omg-llava -a '(__omg_llava_complete)'
            """,
        ["pwsh"] = """
            # omg-llava completion pwsh >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName omg-llava -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                omg-llava "[suggest:$cursorPosition]" "$commandAst" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create()
    {
        var command = new Command("completion", "Print a script that makes a shell complete commands and options.");
        var shell = new Argument<string>("SHELL") { HelpName = string.Join('|', Scripts.Keys), Description = "The shell." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
            {
                result.AddError($"There is no script for '{token.Value}'; there are {string.Join(", ", Scripts.Keys)}.");
            }
        });
        command.Arguments.Add(shell);
        command.SetAction(parsed => Console.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
