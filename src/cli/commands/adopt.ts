import { fingerprint } from '../../alerts/fingerprint.ts';
import { EXIT } from '../cli-io.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { modeDiffers, runningMode } from '../running-mode.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser adopt`: an operator vouches for a new journal. */
export const adopt: CommandFile = (program, io, done) => {
  program
    .command('adopt')
    .summary('end the quarantine of a new journal')
    .description(
      'Ends the quarantine and the probation of a journal that is new. Do it when no journal was lost, or when you have ' +
        'seen at the provider that nothing is under way.',
    )
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser adopt')
    .action(async (options: { config: string; json: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const store = openStore(io, spec, { create: true });
      const running = runningMode(store, spec.store.path);
      try {
        const over = fingerprint('purser.degraded', 'purser', 'quarantined');
        const headline = 'The quarantine was ended by hand (purser adopt)';
        await store.journal.adopt([{ kind: 'resolve', fingerprint: over, headline }], io.clock.now());
      } finally {
        store.close();
      }
      const mode = running ?? spec.mode;
      const does = mode === 'enforce' ? 'purser charges' : 'purser would charge (mode is observe)';
      const text = `The journal is adopted: ${does} within the caps from its next pass on.`;
      io.stdout.write(options.json ? `${JSON.stringify({ adopted: true, mode })}\n` : `${text}\n`);
      const differs = modeDiffers(spec.mode, running);
      if (differs !== null) io.stderr.write(`note: ${differs}\n`);
      done(EXIT.ok);
    });
};
