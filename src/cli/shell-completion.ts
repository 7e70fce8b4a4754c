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
  readonly options: readonly string[];
};

function linesBelow(command: Command, path: string): readonly Line[] {
  const commands = command.commands.filter((one) => one.name() !== 'help');
  const options = command.options.flatMap(({ long, hidden }) => (long == null || hidden ? [] : [long]));
  return [
    { path, commands: commands.map((one) => one.name()), options: [...options, '--help'] },
    ...commands.flatMap((one) => linesBelow(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  ];
}

const ZSH_HEAD = 'autoload -U +X bashcompinit && bashcompinit\n';

/** Files are completed where nothing else is: after `--config`, and in place of names that only a config knows. */
function bashScript(lines: readonly Line[]): string {
  const cases = lines.map(
    ({ path, commands, options }) => `    '${path}') words='${[...commands, ...options].join(' ')}' ;;`,
  );
  const groups = lines.filter(({ commands }) => commands.length > 0).map(({ path }) => `'${path}'`);
  return `_purser() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' index word
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
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
  const rules = lines.flatMap(({ path, commands, options }) => {
    const at = `-n '__purser_at "${path}"'`;
    return [
      ...(commands.length > 0 ? [`complete -c purser -f ${at} -a '${commands.join(' ')}'`] : []),
      ...options.map((option) => `complete -c purser ${at} -l ${option.slice(2)}`),
    ];
  });
  const paths = lines.filter(({ commands }) => commands.length > 0).map(({ path }) => `'${path}'`);
  return `function __purser_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    contains -- "$path" ${paths.join(' ')}; and set path (string trim "$path $word")
  end
  test "$path" = "$argv[1]"
end
${rules.join('\n')}
`;
}
