import { type AccountSpec, type FleetSpec, isRemote } from '../domain/spec.ts';
import { TokenSource } from '../keeper/token-source.ts';
import { ProviderClient } from '../modelslab/provider-client.ts';
import type { Caller } from '../modelslab/reading.ts';
import type { Transport } from '../modelslab/transport.ts';
import { UndiciTransport } from '../modelslab/undici-transport.ts';
import { TokenFiles } from '../store/token-files.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { quietLog } from './quiet-log.ts';

/** One account at the provider, for commands that move no money: they need neither journal nor keeper. */
export type OpenAccount = {
  readonly spec: FleetSpec;
  readonly account: AccountSpec;
  readonly client: ProviderClient;
  readonly caller: Caller;
  readonly transport: Transport;
  readonly stripeUrl: string;
};

/** Of a sandbox that lives in another process there is only its daemon. */
export const SANDBOX_INSIDE = {
  code: 'sandbox_inside',
  message: 'with `provider: sandbox` the imitation lives inside purser, out of reach of this command',
  mend: 'Start `purser sandbox` and write the provider that it prints into the config.',
};

/**
 * Opens the account with its own credentials, does the work and closes. `mode: observe` refuses everything but reads.
 * A token of the vault is used, never refreshed: a purser may run beside this.
 */
export async function withAccount<T>(
  io: CliIo,
  spec: FleetSpec,
  account: AccountSpec,
  work: (open: OpenAccount) => Promise<T>,
): Promise<T> {
  const { provider } = spec;
  if (!isRemote(provider)) {
    throw new ExitWith(EXIT.usage, SANDBOX_INSIDE);
  }
  const transport = new UndiciTransport();
  try {
    const log = quietLog(io);
    const client = new ProviderClient({
      baseUrl: provider.baseUrl,
      transport,
      clock: io.clock,
      random: io.random,
      log,
      guard: spec.mode === 'enforce' ? 'read_write' : 'read_only',
      allowLogin: true,
    });
    const tokens = new TokenSource({
      account: account.name,
      client,
      clock: io.clock,
      log,
      vault: new TokenFiles(spec.store.path),
      mayRotate: () => false,
      onToken: (token) => io.redactor.add(token),
    });
    const answer = await tokens.get(account, io.stop);
    if (answer.kind !== 'token') {
      const isRefused = answer.kind === 'refused';
      throw new ExitWith(EXIT.failure, {
        code: isRefused ? 'credentials_refused' : 'unreachable',
        message: `${account.name}: ${isRefused ? 'the provider refuses the credentials' : answer.reason}`,
        mend: isRefused ? answer.mend : 'Is the network up, and provider.base_url right? Then try again.',
        requestId: answer.requestId,
      });
    }
    const caller = { account: account.name, token: answer.token, signal: io.stop };
    return await work({ spec, account, client, caller, transport, stripeUrl: provider.stripeUrl });
  } finally {
    await transport.close();
  }
}
