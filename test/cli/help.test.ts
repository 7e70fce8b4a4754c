import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/all.ts';
import { programOf } from '../../src/cli/program.ts';
import { scratchFolder } from '../keeper/fleet-config.ts';
import { purser } from './a-command.ts';
import { anIo } from './an-io.ts';
import { commandLines } from './command-lines.ts';

const { io } = anIo();
const program = await programOf([], io, () => undefined);
const lines = commandLines(program);
const leaves = lines
  .filter(({ command }) => command.commands.length === 0)
  .map(({ path, command }) => [path, command] as const);

/** The command lines of an example, without what the shell does before and after. */
const examplesOf = (help: string): readonly string[] =>
  [...(help.split('Example:\n')[1] ?? '').matchAll(/purser ((?:[^|>&)"]|"[^"]*")+)/g)].map(([, words]) =>
    (words ?? '').trim(),
  );

test('the walk sees every command', () => {
  expect(program.commands.map((command) => command.name())).toEqual([...COMMANDS.keys()]);
  expect(lines.length).toBeGreaterThan(50);
});

test.each(lines.map((line) => [line.path, line.command] as const))(
  'purser %s has a summary, words for all that it takes, and an example',
  (path, command) => {
    expect(command.summary(), 'summary').toMatch(/^[a-z].*[^.]$/);
    expect(command.description(), 'description').toMatch(/^[A-Z].*\.$/);
    for (const one of command.registeredArguments) expect(one.description, one.name()).not.toBe('');
    for (const one of command.options) expect(one.description, one.flags).not.toBe('');
    const help = helpOf(command);
    expect(help).toContain('\nExample:\n  ');
    const examples = examplesOf(help);
    if (path !== 'demo') expect(examples.length, help).toBeGreaterThan(0);
    const isGroup = command.commands.length > 0;
    for (const example of examples)
      expect(example.startsWith(isGroup ? `${path} ` : path), example).toBe(true);
  },
);

/** Those that end without a config, each in its own way. */
const ENDS: Readonly<Record<string, number>> = { schema: 0, completion: 0, healthcheck: 1, init: 64 };

test.each(leaves.filter(([path]) => path !== 'sandbox' && path !== 'demo'))(
  'the example of purser %s is understood, and stopped only by the config that is not there',
  async (path, command) => {
    for (const example of examplesOf(helpOf(command))) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const { code, stderr } = await purser(words, { cwd: scratchFolder() });
      expect({ example, code, stderr }).toMatchObject({ code: ENDS[path] ?? 78 });
    }
  },
);

test.each(leaves)(
  'purser %s takes --json, but demo and completion, and --config where it reads one',
  (path, command) => {
    const flags = command.options.map((option) => option.long);
    expect(flags.includes('--json')).toBe(path !== 'demo' && path !== 'completion');
    expect(flags.includes('--config')).toBe(!['sandbox', 'schema', 'completion'].includes(path));
  },
);

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}
