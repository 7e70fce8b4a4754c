import type { WireCall } from './wire-call.ts';

export type Posts = {
  readonly intent: string;
  readonly bytes: string;
  readonly firstAtMs: number;
  lastAtMs: number;
  count: number;
  /** POSTs that no answer, and no failure, came back for in the life that sent them. */
  underWay: number;
  /** POSTs of which it was told that they did nothing. */
  refusals: number;
};

const HOUR_MS = 3_600_000;
/** No key is sent after that: the provider may have forgotten it. */
const KEY_AGE_MAX_MS = 23 * HOUR_MS;
/** After the first, quick ones no replay goes out before the ledger was looked at again. */
const BLIND_POSTS_MAX = 4;
const BLIND_MAX_MS = 2 * 60_000;

/** Every POST of every key, by lineage. */
export class PostBook {
  readonly #posts = new Map<string, Posts>();

  of(lineage: string, key: string | null): Posts | undefined {
    return this.#posts.get(`${lineage} ${key ?? ''}`);
  }

  /** When the key last left by then, from any of these databases. */
  lastUntil(lineages: readonly string[], key: string, untilMs: number): number | undefined {
    const lasts = lineages.flatMap((lineage) => this.of(lineage, key)?.lastAtMs ?? []);
    return lasts.findLast((atMs) => atMs <= untilMs);
  }

  /** What charging.md says of replays ("In doubt"): one at a time, not for ever, and after a look. */
  add(
    lineage: string,
    post: {
      readonly key: string;
      readonly intent: string;
      readonly call: WireCall;
      readonly bytes: string;
      readonly atMs: number;
    },
    lookedAtMs: number,
  ): { readonly posts: Posts; readonly breaches: readonly string[] } {
    const { key, intent, call, bytes, atMs } = post;
    const before = this.of(lineage, key);
    const isTakenUp = before !== undefined && before.intent !== intent;
    const known = isTakenUp ? undefined : before;
    const posts = known ?? {
      intent,
      bytes: before?.bytes ?? bytes,
      firstAtMs: before?.firstAtMs ?? atMs,
      lastAtMs: atMs,
      count: 0,
      underWay: 0,
      refusals: 0,
    };
    this.#posts.set(`${lineage} ${key}`, posts);
    const breaches: string[] = [];
    if (isTakenUp && before.refusals < before.count)
      breaches.push(`${key} of ${before.intent}, which may have been charged, is taken up by ${intent}`);
    if (posts.underWay > 0) breaches.push(`${key} left again while it is under way`);
    if (atMs - posts.firstAtMs > KEY_AGE_MAX_MS) breaches.push(`${key} left again when it was too old`);
    const isQuick = posts.count < BLIND_POSTS_MAX && atMs - posts.firstAtMs <= BLIND_MAX_MS;
    const isBlind = posts.count > 0 && !isQuick && lookedAtMs < posts.lastAtMs;
    if (call.endpoint === 'fundWallet' && isBlind)
      breaches.push(`${key} left again, and nobody had looked at the ledger`);
    posts.count += 1;
    posts.underWay += 1;
    posts.lastAtMs = atMs;
    return { posts, breaches };
  }

  returned(lineage: string, key: string | null, { isRefusal }: { readonly isRefusal: boolean }): void {
    const posts = this.of(lineage, key);
    if (posts === undefined) return;
    posts.underWay = Math.max(0, posts.underWay - 1);
    if (isRefusal) posts.refusals += 1;
  }

  crashed(lineage: string): void {
    for (const [place, posts] of this.#posts) if (place.startsWith(`${lineage} `)) posts.underWay = 0;
  }
}
