/** What whoever has the token may do to the daemon, beside placing orders. */
export type Hands = {
  /** Looks at the account now, whatever its schedule. */
  readonly check: (account: string) => Promise<Handled>;
  readonly pause: (account: string, reason: string) => Promise<Handled>;
  readonly resume: (account: string) => Promise<Handled>;
  /** Takes note of an incident, by its fingerprint: it is not said again. */
  readonly acknowledge: (fingerprint: string, note: string | null) => Promise<Handled>;
  /** Reads the config again. */
  readonly reload: () => Promise<Handled>;
};

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
