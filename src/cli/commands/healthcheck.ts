import { findListen } from '../../config/find-listen.ts';
import { loadConfig } from '../../config/load-config.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

const TIMEOUT_MS = 3_000;
const IN_THE_IMAGE = '/etc/purser/purser.yaml';

/** `purser healthcheck`: asks the running daemon for `/readyz`; for Docker's HEALTHCHECK. */
export const healthcheck: CommandFile = (program, io, done) => {
  program
    .command('healthcheck')
    .summary('ask the running purser whether it is ready')
    .description('Asks the purser that runs with this config for /readyz. Exit code 0: ready; 1: not.')
    .option('--config <file>', 'the config (in the image: /etc/purser/purser.yaml)')
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser healthcheck --config /etc/purser/purser.yaml')
    .action(async (options: { config?: string; json: boolean }) => {
      const path = options.config ?? (io.env['NODE_ENV'] === 'production' ? IN_THE_IMAGE : CONFIG_DEFAULT);
      const { isReady, detail } = await ask(io, path);
      io.stdout.write(options.json ? `${JSON.stringify({ ready: isReady, detail })}\n` : `${detail}\n`);
      done(isReady ? EXIT.ok : EXIT.failure);
    });
};

async function ask(io: CliIo, path: string): Promise<{ readonly isReady: boolean; readonly detail: string }> {
  const loaded = loadConfig({ path, env: io.env });
  // A config that went bad under a running daemon does not make the daemon sick.
  const { host, port } = loaded.ok ? loaded.spec.server : findListen({ path, env: io.env });
  const target =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${target}:${port}/readyz`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const said = (await response.text()).trim();
    const isOurs = said === 'ready' || !response.ok;
    const detail = isOurs ? said : 'what answers is no purser';
    return { isReady: response.ok && isOurs, detail: `${detail} (${target}:${port})` };
  } catch (error) {
    const mend = 'see that `purser run` runs here with this config';
    return {
      isReady: false,
      detail: `purser does not answer on ${target}:${port} (${reasonOf(error)}): ${mend}`,
    };
  }
}

/** What fetch says itself is only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
