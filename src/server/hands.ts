/** What whoever has the token may do to the daemon, beside placing orders. */
export type Hands = {
  /** Looks at the account now, whatever its schedule. */
  readonly check: (account: string) => Promise<Handled>;
  readonly pause: (account: string, reason: string) => Promise<Handled>;
  /** Where somebody saw what he lifts, and it is another by now, nothing is done. */
  readonly resume: (account: string, seen: SeenHold | null) => Promise<Handled>;
  /** Takes note of an incident, by its fingerprint: it is not said again. */
  readonly acknowledge: (fingerprint: string, note: string | null) => Promise<Handled>;
  /** Reads the config again. */
  readonly reload: () => Promise<Handled>;
};

/** What a resume lifts, a freeze before a pause; with nothing held it only forgives cards. */
export const LIFTABLES = ['freeze', 'pause', 'nothing'] as const;
export type Liftable = (typeof LIFTABLES)[number];

/** `since` is `null` where any hold of the kind is meant. */
export type SeenHold = { readonly kind: Liftable; readonly since: number | null };

/** `text` says what was done, or why not and what to do. */
export type Handled = {
  readonly outcome: 'done' | 'refused' | 'unknown_account' | 'unknown_incident';
  readonly text: string;
};

export const HANDLED_STATUS = {
  done: 200,
  refused: 409,
  unknown_account: 404,
  unknown_incident: 404,
} as const;
