import type { Command } from 'commander';

export type CommandLine = { readonly path: string; readonly command: Command };

/** Every command and group below this one, by the words that call it. */
export function commandLines(from: Command, before: readonly string[] = []): readonly CommandLine[] {
  return from.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const words = [...before, command.name()];
      return [{ path: words.join(' '), command }, ...commandLines(command, words)];
    });
}
