import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../domain/ports.ts';
import { PurserError } from '../domain/purser-error.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { serveControl } from './control.ts';
import { Responder } from './http-exchange.ts';
import type { Account } from './provider/account.ts';
import { issueToken } from './provider/auth.ts';
import { lookup } from './provider/lookup.ts';
import { type AccountSeed, openAccount, openWorld } from './provider/open-world.ts';
import { standStill } from './provider/stand-still.ts';
import type { World } from './provider/world.ts';
import { type ProviderFace, serveProvider } from './provider-face.ts';
import { servePublic } from './public-face.ts';
import { RequestLog } from './request-log.ts';
import { readWorld, StateFile } from './state-file.ts';
import { serveStripe } from './stripe-face.ts';

export type SandboxOptions = {
  /** Default "127.0.0.1". */
  readonly host?: string;
  /** 0: any free port. Without it, the one that the world had before, so that its links stay good, or any free one. */
  readonly port?: number;
  readonly seed: string;
  readonly accounts: readonly AccountSeed[];
  /** How many hours of virtual time pass in a real one. */
  readonly speed: number;
  readonly clock: Clock;
  /** Where the world is kept; it is read if the file exists. Without it, nothing is written. */
  readonly statePath?: string;
};

export type Sandbox = {
  readonly baseUrl: string;
  readonly stripeUrl: string;
  readonly controlUrl: string;
  readonly accounts: readonly Pick<AccountSeed, 'name' | 'email' | 'password' | 'token'>[];
  close(): Promise<void>;
};

/** How much of a world can be lost by a crash beyond what is written before an answer: burn, and nothing else. */
const SAVE_PERIOD_MS = 5 * SECOND_MS;
const KEEP_ALIVE_MS = 65 * SECOND_MS;

/** The imitated provider, its Stripe and its control, on one port. Rejects where the port or the state file is bad. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, statePath, host = '127.0.0.1', port } = options;
  const world = findWorld(options);
  const stateFile = statePath === undefined ? null : new StateFile({ path: statePath, world, clock });
  const closing = new AbortController();
  const face: ProviderFace = {
    world,
    clock,
    log: new RequestLog(),
    responder: new Responder(clock),
    stateFile,
    closing: closing.signal,
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(face, request, response).catch((cause: unknown) => crash(face, response, cause));
  });
  // A state that cannot be written is a reason not to start.
  await stateFile?.save();
  const before = URL.parse(world.origin)?.port ?? '';
  const origin =
    port === undefined && before !== ''
      ? await listen(server, { host, port: Number(before) }).catch(() => listen(server, { host, port: 0 }))
      : await listen(server, { host, port: port ?? 0 });
  world.origin = origin;
  const saving = stateFile === null ? Promise.resolve() : saveNowAndThen(stateFile, face);

  return {
    baseUrl: `${origin}/api/agents/v1`,
    stripeUrl: `${origin}/stripe`,
    controlUrl: `${origin}/control`,
    accounts: options.accounts.map((account) => credentialsOf(world, account)),
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await saving;
      await stateFile?.save();
    },
  };
}

/** The world of the state file with the accounts that it does not know yet, or a new one. */
function findWorld(options: SandboxOptions): World {
  const { seed, speed, clock, statePath } = options;
  const now = clock.now();
  const found = statePath === undefined ? null : readWorld(statePath);
  const world = found ?? openWorld({ seed, speed, origin: '', now });
  if (found !== null) standStill(world, now);
  world.speed = speed;
  for (const account of options.accounts) {
    const known = lookup(world.accounts, account.name);
    if (known === null) openAccount(world, account, now);
    else if (liveTokenOf(world, known, now) === null) {
      issueToken(world, known, { text: account.token, expiresAt: null });
    }
  }
  return world;
}

/** An account of a state file may have refreshed its token since: the newest that works is given out. */
function credentialsOf(world: World, seed: AccountSeed): Sandbox['accounts'][number] {
  const account = lookup(world.accounts, seed.name);
  const { name, email, password } = account ?? seed;
  const token = account === null ? null : liveTokenOf(world, account, world.savedAt);
  return { name, email, password, token: token ?? seed.token };
}

function liveTokenOf(world: World, account: Account, now: EpochMs): string | null {
  const isLive = (text: string): boolean => {
    const token = lookup(world.tokens, text);
    return token !== null && (token.expiresAt === null || token.expiresAt > now);
  };
  return account.tokens.findLast(isLive) ?? null;
}

async function serve(face: ProviderFace, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark + 1);
  if (path.startsWith('/api/agents/v1/')) {
    return serveProvider(face, request, response, { path: path.slice('/api/agents/v1'.length), query });
  }
  if (path.startsWith('/stripe/'))
    return serveStripe(face, request, response, { path: path.slice('/stripe'.length), query });
  if (path === '/control' || path.startsWith('/control/')) {
    return serveControl(face, request, response, { path: path.slice('/control'.length), query });
  }
  return servePublic(face, request, response, { path, query });
}

/** A fault of the sandbox itself: said aloud in the answer, because a fault that looks like weather is never found. */
function crash(face: ProviderFace, response: ServerResponse, cause: unknown): void {
  const sentence = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  if (response.headersSent || response.destroyed) response.destroy();
  else face.responder.json(response, 500, { message: `The sandbox itself failed: ${sentence}` });
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const reason = 'code' in cause ? String(cause.code) : cause.message;
      const message = `the sandbox cannot listen on ${at.host}:${at.port} (${reason})`;
      reject(
        new PurserError({
          code: 'listen_failed',
          message,
          mend: 'Free the port, or name another with --port.',
          cause,
        }),
      );
    });
    server.listen(at.port, at.host, () => {
      const { port } = server.address() as AddressInfo; // A TCP server that listens has such an address.
      resolve(`http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`);
    });
  });
}

async function saveNowAndThen(stateFile: StateFile, face: ProviderFace): Promise<void> {
  while (!face.closing.aborted) {
    await face.clock.sleep(SAVE_PERIOD_MS, face.closing);
    // A disk that fails meanwhile is told to whoever asks next for something that must be written.
    await stateFile.save().catch(() => null);
  }
}
