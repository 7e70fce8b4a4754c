import { configJsonSchema } from '../../config/json-schema.ts';
import { EXIT } from '../cli-io.ts';
import type { CommandFile } from './command.ts';

/** `purser schema`: for editors. */
export const schema: CommandFile = (program, io, done) => {
  program
    .command('schema')
    .summary('print the JSON Schema of the config')
    .description('Prints the JSON Schema (draft-07) of the config, for editors and CI.')
    .option('--json', 'the same: the schema is JSON', false)
    .addHelpText('after', '\nExample:\n  purser schema > config.schema.json')
    .action(() => {
      io.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      done(EXIT.ok);
    });
};
