import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script for the shell to source, after which Tab completes the commands below this one, and their options. */
export function completionScript(shell: Shell, program: Command): string {
  const lines = linesBelow(program, '');
  return shell === 'fish'
    ? fishScript(lines)
    : shell === 'zsh'
      ? `${ZSH_HEAD}${bashScript(lines)}`
      : bashScript(lines);
}

/** What may follow a line of commands; `''` is the line that has none yet. */
type Line = {
  readonly path: string;
  readonly commands: readonly string[];
  /** Of an argument that is one of a few words. */
  readonly choices: readonly string[];
  readonly options: readonly string[];
  /** Those of the options that a value follows. */
  readonly valued: readonly string[];
};

function linesBelow(command: Command, path: string): readonly Line[] {
  const commands = command.commands.filter((one) => one.name() !== 'help');
  const options = command.options.flatMap(({ long, hidden, required }) =>
    long == null || hidden ? [] : [{ long, required }],
  );
  return [
    {
      path,
      commands: commands.map((one) => one.name()),
      choices: command.registeredArguments[0]?.argChoices ?? [],
      options: [...options.map(({ long }) => long), '--help'],
      valued: options.filter(({ required }) => required).map(({ long }) => long),
    },
    ...commands.flatMap((one) => linesBelow(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  ];
}

const ZSH_HEAD = 'autoload -U +X bashcompinit && bashcompinit\n';

/** Files are completed where nothing else is: after `--config FILE`, and in place of names that only a config knows. */
function bashScript(lines: readonly Line[]): string {
  const cases = lines.map(
    ({ path, commands, choices, options }) =>
      `    '${path}') words='${[...commands, ...choices, ...options].join(' ')}' ;;`,
  );
  const groups = lines.filter(({ commands }) => commands.length > 0).map(({ path }) => `'${path}'`);
  const valued = [...new Set(lines.flatMap((line) => line.valued))].join(' | ');
  return `_purser() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' index word
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in ${valued}) return ;; esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "\${COMP_WORDS[index - 1]}" in ${valued}) continue ;; esac
    case "$word" in -*) continue ;; esac
    case "$path" in ${groups.join(' | ')}) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _purser purser
`;
}

function fishScript(lines: readonly Line[]): string {
  const rules = lines.flatMap(({ path, commands, choices, options, valued }) => {
    const at = `-n '__purser_at "${path}"'`;
    const words = [...commands, ...choices];
    return [
      ...(words.length > 0 ? [`complete -c purser -f ${at} -a '${words.join(' ')}'`] : []),
      ...options.map(
        (option) => `complete -c purser ${at} -l ${option.slice(2)}${valued.includes(option) ? ' -r' : ''}`,
      ),
    ];
  });
  const paths = lines.filter(({ commands }) => commands.length > 0).map(({ path }) => `'${path}'`);
  const valued = [...new Set(lines.flatMap((line) => line.valued))].join(' ');
  return `function __purser_at
  set -l path ''
  set -l before ''
  for word in (commandline -opc)[2..-1]
    set -l last $before
    set before $word
    contains -- "$last" ${valued}; and continue
    string match -q -- '-*' $word; and continue
    contains -- "$path" ${paths.join(' ')}; and set path (string trim "$path $word")
  end
  test "$path" = "$argv[1]"
end
${rules.join('\n')}
`;
}
