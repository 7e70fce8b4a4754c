import type { OutboxMessage } from '../domain/incident.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import type { DeliveryOutcome, Receiver } from './receiver.ts';
import { SlackApi } from './slack-api.ts';
import { slackBurst } from './slack-burst.ts';
import { SECTION_MAX, type SlackPayload, slackPayload } from './slack-message.ts';
import { slackLine } from './slack-text.ts';
import type { Thread, Threads } from './threads.ts';

/**
 * Posts as a Slack app with `chat:write`. An incident is one message in the channel that is edited as it goes on, and what
 * became of it stands in its thread. A repetition, and the end of one that was told in a burst, is shown in the channel too.
 */
export class SlackBotReceiver implements Receiver {
  readonly integration = 'slack_bot';
  readonly #api: SlackApi;
  readonly #name: string;
  readonly #channel: string;
  readonly #threads: Threads;
  readonly #revision: () => string | null;

  constructor(options: {
    /** Of the receiver, which its threads are kept by. */
    name: string;
    token: Secret;
    channel: string;
    apiUrl: string;
    threads: Threads;
    revision: () => string | null;
    timeoutMs: number;
  }) {
    this.#api = new SlackApi(options);
    this.#name = options.name;
    this.#channel = options.channel;
    this.#threads = options.threads;
    this.#revision = options.revision;
  }

  async deliver(message: OutboxMessage, now: EpochMs): Promise<DeliveryOutcome> {
    const payload = slackPayload(message, this.#revision());
    const thread = await this.#threadOf(message);
    if (thread === null) return await this.#begin([message], payload, now);
    if (!thread.isShared) {
      const { channel, ts } = thread;
      const edited = await this.#api.call('chat.update', { channel, ts, ...payload }, now);
      if (edited.kind === 'failed') return edited.failure;
    }
    const isReminder = message.status === 'firing';
    const note = message.note === undefined ? '' : `\n${slackLine(message.note, SECTION_MAX)}`;
    const said = isReminder ? payload : { text: payload.text + note };
    return await this.#reply(
      [message],
      thread,
      { ...said, reply_broadcast: isReminder || thread.isShared },
      now,
    );
  }

  /** A new burst is one message. What became of incidents is told where each was, and once in a thread that they share. */
  async deliverBurst(messages: readonly OutboxMessage[], now: EpochMs): Promise<DeliveryOutcome> {
    const shared = new Map<string, { thread: Thread; members: OutboxMessage[] }>();
    const fresh: OutboxMessage[] = [];
    for (const message of messages) {
      const thread = await this.#threadOf(message);
      if (thread === null) fresh.push(message);
      else if (thread.isShared) {
        const entry = shared.get(thread.ts) ?? { thread, members: [] };
        entry.members.push(message);
        shared.set(thread.ts, entry);
      } else {
        const outcome = await this.deliver(message, now);
        if (outcome.kind !== 'delivered') return outcome;
      }
    }
    for (const { thread, members } of shared.values()) {
      const payload = { ...slackBurst(members, this.#revision()), reply_broadcast: true };
      const outcome = await this.#reply(members, thread, payload, now);
      if (outcome.kind !== 'delivered') return outcome;
    }
    if (fresh.length === 0) return { kind: 'delivered' };
    return await this.#begin(fresh, slackBurst(fresh, this.#revision()), now);
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  async #threadOf({ fact, startedAt, status }: OutboxMessage): Promise<Thread | null> {
    if (status === 'notice') return null;
    const thread = await this.#threads.read(this.#name, fact.fingerprint);
    return thread?.startedAt === startedAt ? thread : null;
  }

  async #begin(
    messages: readonly OutboxMessage[],
    payload: SlackPayload,
    now: EpochMs,
  ): Promise<DeliveryOutcome> {
    const answer = await this.#api.call('chat.postMessage', { channel: this.#channel, ...payload }, now);
    if (answer.kind !== 'ok') return failureOf(answer);
    const { channel, ts } = answer;
    const isShared = messages.length > 1;
    const threads = messages
      .filter(({ status }) => status !== 'notice')
      .map(({ fact, startedAt }) => [fact.fingerprint, { startedAt, channel, ts, isShared }] as const);
    if (threads.length > 0) await this.#threads.write(this.#name, new Map(threads));
    return { kind: 'delivered' };
  }

  async #reply(
    messages: readonly OutboxMessage[],
    { channel, ts }: Thread,
    body: object,
    now: EpochMs,
  ): Promise<DeliveryOutcome> {
    const said = await this.#api.call('chat.postMessage', { channel, thread_ts: ts, ...body }, now);
    if (said.kind === 'ok') return { kind: 'delivered' };
    if (said.kind === 'failed') return said.failure;
    const [first] = messages;
    const payload =
      first !== undefined && messages.length === 1
        ? slackPayload(first, this.#revision())
        : slackBurst(messages, this.#revision());
    return await this.#begin(messages, payload, now); // its thread was deleted: it is told anew
  }
}

function failureOf(answer: Exclude<Awaited<ReturnType<SlackApi['call']>>, { kind: 'ok' }>): DeliveryOutcome {
  if (answer.kind === 'failed') return answer.failure;
  return { kind: 'wrong', reason: 'misconfigured', detail: 'thread_not_found', retryAfterMs: null };
}
