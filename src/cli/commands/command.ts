import type { Command } from 'commander';
import type { CliIo } from '../cli-io.ts';

/** A command of the CLI: puts itself on the program. Its action returns the exit code through `done`. */
export type CommandFile = (program: Command, io: CliIo, done: (code: number) => void) => void;

export const CONFIG_DEFAULT = './purser.yaml';
