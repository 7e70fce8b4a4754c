type Origin = { readonly of: string; readonly copiedAtMs: number };

/** Which database is a copy of which other one, and of when. By lineage. */
export class Copies {
  readonly #origins = new Map<string, Origin>();

  add(lineage: string, origin: Origin): void {
    this.#origins.set(lineage, origin);
  }

  isCopy(lineage: string): boolean {
    return this.#origins.has(lineage);
  }

  /** Whether a POST that left then, by that database, is in the journal of this one: its own, or copied with it. */
  holdsPost(lineage: string, post: { readonly lineage: string; readonly askedAtMs: number }): boolean {
    if (post.lineage === lineage) return true;
    const origin = this.#origins.get(lineage);
    if (origin === undefined) return false;
    if (post.lineage === origin.of) return post.askedAtMs <= origin.copiedAtMs;
    return this.holdsPost(origin.of, post);
  }
}
