import type { IncomingMessage, ServerResponse } from 'node:http';
import { planPatch } from './control-patch.ts';
import { accountPicture, accountSummary } from './control-picture.ts';
import { sentenceOf } from './control-sentence.ts';
import { FAULTS_SCHEMA } from './faults.ts';
import { hasBody, parseJson, readBody } from './http-exchange.ts';
import { advance, advanceAccount } from './provider/advance.ts';
import { lookup } from './provider/lookup.ts';
import type { ProviderFace, Target } from './provider-face.ts';
import { writeRecord } from './record-stream.ts';

const ROUTES: Readonly<Record<string, string>> = {
  'GET /control/': 'this list',
  'GET /control/accounts': 'all accounts in short',
  'GET /control/accounts/{name}': 'everything about one account, except its tokens',
  'PATCH /control/accounts/{name}':
    'balance, burn, cards, subscription, reseller, pay_link, pay_link_late, complete_3ds, fail_3ds, password, expire_token, refund',
  'GET /control/faults': 'the faults that are set',
  'PATCH /control/faults': 'sets the faults that are named',
  'GET /control/charges': 'every charge that the processor executed',
  'GET /control/requests': 'every request that was received',
};

/** The tester's side door: what people, banks and bad luck do. Wrong input changes nothing and says what to write. */
export async function serveControl(
  face: ProviderFace,
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const { world, clock, responder } = face;
  const method = request.method ?? 'GET';
  const body = hasBody(request) ? await readBody(request) : '';
  const name = /^\/accounts\/([^/]+)$/.exec(target.path)?.[1];
  if (name !== undefined) return serveAccount(face, response, { method, name: decoded(name), body });
  switch (`${method} ${target.path}`) {
    case 'GET ':
    case 'GET /':
      return responder.json(response, 200, ROUTES);
    case 'GET /accounts':
      advance(world, clock.now());
      return responder.json(response, 200, Object.values(world.accounts).map(accountSummary));
    case 'GET /faults':
      return responder.json(response, 200, world.faults);
    case 'PATCH /faults':
      return setFaults(face, response, body);
    case 'GET /charges':
      advance(world, clock.now());
      return writeRecord(response, world.charges, ({ amountCents, at, ...charge }) => ({
        ...charge,
        amount_cents: amountCents,
        at: new Date(at).toISOString(),
      }));
    case 'GET /requests':
      return writeRecord(response, face.log.entries(), (entry) => ({
        ...entry,
        at: new Date(entry.at).toISOString(),
      }));
    default: {
      const error = `${method} /control${target.path} is not known; GET /control/ lists what is`;
      return responder.json(response, 404, { error });
    }
  }
}

async function serveAccount(
  face: ProviderFace,
  response: ServerResponse,
  request: { readonly method: string; readonly name: string; readonly body: string | null },
): Promise<void> {
  const { world, clock, responder, stateFile } = face;
  const account = lookup(world.accounts, request.name);
  if (account === null) {
    const error = `there is no account "${request.name.slice(0, 80)}"; GET /control/accounts lists them`;
    return responder.json(response, 404, { error });
  }
  advanceAccount(world, account, clock.now());
  if (request.method === 'PATCH') {
    const plan = planPatch({ world, account, now: clock.now() }, parseJson(request.body ?? ''));
    if (plan.kind === 'refused') return responder.json(response, 400, { error: plan.sentence });
    for (const change of plan.changes) change();
    world.revision += 1;
    if (stateFile !== null) await stateFile.save();
  } else if (request.method !== 'GET') {
    return responder.json(response, 405, { error: 'an account takes GET and PATCH' });
  }
  responder.json(response, 200, accountPicture(world, account, clock.now()));
}

async function setFaults(face: ProviderFace, response: ServerResponse, body: string | null): Promise<void> {
  const parsed = FAULTS_SCHEMA.safeParse(parseJson(body ?? ''));
  if (!parsed.success) {
    const error = sentenceOf(parsed.error, { what: 'fault', known: Object.keys(FAULTS_SCHEMA.shape) });
    return face.responder.json(response, 400, { error });
  }
  Object.assign(face.world.faults, parsed.data);
  face.world.revision += 1;
  if (face.stateFile !== null) await face.stateFile.save();
  face.responder.json(response, 200, face.world.faults);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // A stray "%": the name as it came is not known either.
  }
}
