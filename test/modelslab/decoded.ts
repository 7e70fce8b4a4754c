import { enveloped, scripted } from './scripted-transport.ts';

/** Decodes `data` by `call`; the value, or the failure's message. */
export async function decoded<T>(
  call: (
    client: ReturnType<typeof scripted>['client'],
  ) => Promise<{ kind: 'ok'; value: T } | { kind: 'failed'; failure: { reason: string; message: string } }>,
  data: unknown,
): Promise<T | string> {
  const reply = await call(scripted([enveloped(data)]).client);
  return reply.kind === 'ok' ? reply.value : `${reply.failure.reason} ${reply.failure.message}`;
}
