/** Each entry brings the schema from the version before it to its own (1, 2, …). Never edit one that was released. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- What is remembered of an account between passes.
  CREATE TABLE account (
    name TEXT PRIMARY KEY,
    identity TEXT,
    has_equation_held INTEGER NOT NULL DEFAULT 0,
    anchor_id TEXT,
    anchor_at INTEGER,
    scanned_at INTEGER,
    first_low_at INTEGER,
    let_go_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- Intents as they stand; doc is the whole intent, the columns are what is searched.
  CREATE TABLE intent (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    identity TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    anchor TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    settled_cents INTEGER NOT NULL DEFAULT 0,
    payment_intent TEXT,
    card TEXT,
    armed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX one_open_intent ON intent (account, kind) WHERE is_open = 1;
  CREATE INDEX intent_by_need ON intent (identity, kind, anchor, attempt);
  CREATE INDEX intent_by_account ON intent (account, kind, armed_at);
  CREATE INDEX intent_by_time ON intent (armed_at);
  CREATE INDEX intent_by_payment ON intent (payment_intent) WHERE payment_intent IS NOT NULL;
  CREATE INDEX intent_open_by_card ON intent (card) WHERE is_open = 1;

  -- The journal proper: appended to, never changed.
  CREATE TABLE transition (
    intent TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (intent, ordinal)
  ) STRICT, WITHOUT ROWID;

  -- One row per POST on the wire, written before it.
  CREATE TABLE send (
    intent TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (intent, ordinal)
  ) STRICT, WITHOUT ROWID;

  -- What counts against the caps: a reservation stands at the end of time until it is posted.
  CREATE TABLE exposure (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    grp TEXT,
    at INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    intent TEXT UNIQUE,
    credit TEXT
  ) STRICT;
  CREATE INDEX exposure_by_account ON exposure (account, at, amount_cents);
  CREATE INDEX exposure_by_group ON exposure (grp, at, amount_cents) WHERE grp IS NOT NULL;
  CREATE INDEX exposure_by_time ON exposure (at, amount_cents);

  -- Rows of the provider's ledger that were taken in.
  CREATE TABLE credit (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    is_told INTEGER NOT NULL,
    intent TEXT,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;

  -- Rows that were seen while they were no money yet: they are not charges that came later.
  CREATE TABLE seen_row (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE hold (
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    intent TEXT,
    PRIMARY KEY (account, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE card_decline (
    seq INTEGER PRIMARY KEY,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    code TEXT NOT NULL,
    intent TEXT NOT NULL,
    is_forgiven INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX card_decline_by_card ON card_decline (card, at);
  CREATE TABLE card_success (card TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE incident (
    fingerprint TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    resolved_at INTEGER,
    told_at INTEGER NOT NULL,
    fact TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incident_firing ON incident (started_at) WHERE status = 'firing';

  -- The transactional outbox: messages are written with their facts, deliveries when they are routed.
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    is_routed INTEGER NOT NULL DEFAULT 0,
    doc TEXT NOT NULL
  ) STRICT;
  CREATE INDEX message_unrouted ON message (seq) WHERE is_routed = 0;
  CREATE TABLE delivery (
    message TEXT NOT NULL,
    seq INTEGER NOT NULL,
    receiver TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    state TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (message, receiver)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_waiting ON delivery (receiver, fingerprint, seq) WHERE state = 'waiting';

  -- The last pass over each account, for people; losing it loses nothing.
  CREATE TABLE snapshot (
    account TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What commands beside a running keeper ask it to do.
  CREATE TABLE hand_order (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    state TEXT NOT NULL,
    posted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    doc TEXT NOT NULL,
    answer TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hand_order_posted ON hand_order (posted_at) WHERE state = 'posted';

  -- Intents have said since then what wanted them, and the provider's id of its last answer.
  UPDATE intent SET doc = json_set(doc, '$.origin', 'policy', '$.requestId', null);
  `,
  `
  -- Settings that are kept true at the provider, and things that are done once.
  CREATE TABLE upkeep (
    account TEXT NOT NULL,
    task TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (account, task)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the provider said was credited in all when the anchor was newest: a wallet that says less is of an earlier instant.
  ALTER TABLE account ADD COLUMN credited_micro_usd INTEGER;
  `,
  `
  -- And what was used by then: where that has gone on, a total that has fallen is no earlier one.
  ALTER TABLE account ADD COLUMN used_micro_usd INTEGER;
  `,
  `
  -- Whether a row names no payment: only such a row may be that of a charge which was settled by its payment.
  ALTER TABLE credit ADD COLUMN is_nameless INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- A person's word on an incident, and the gravest that people were told of it.
  ALTER TABLE incident ADD COLUMN acknowledged_at INTEGER;
  ALTER TABLE incident ADD COLUMN note TEXT;
  ALTER TABLE incident ADD COLUMN told_severity TEXT NOT NULL DEFAULT 'critical';
  UPDATE incident SET told_severity = json_extract(fact, '$.severity');
  DROP INDEX incident_firing;
  CREATE INDEX incident_open ON incident (started_at) WHERE status <> 'resolved';
  CREATE INDEX delivery_by_incident ON delivery (fingerprint);
  -- What a delivery may be told together with.
  ALTER TABLE delivery ADD COLUMN burst TEXT;
  -- Where an incident was told, so that its end is told there too.
  CREATE TABLE thread (
    receiver TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    is_shared INTEGER NOT NULL,
    is_over INTEGER NOT NULL,
    PRIMARY KEY (receiver, fingerprint)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX thread_by_place ON thread (receiver, ts) WHERE is_over = 0;
  `,
  `
  -- Balances over time, for people; losing them loses nothing. Ordered by time, so that they are appended and dropped
  -- in whole pages; one account is read step by step, since the instants of a step are known.
  CREATE TABLE sample_account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE sample (
    step_s INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    account INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    lowest INTEGER NOT NULL,
    burn INTEGER,
    PRIMARY KEY (step_s, at_s, account)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Intents in the order in which they were armed, which makes an index by time superfluous. In the order of their ids
  -- such large rows filled the inner pages of the tree too: an arming wrote 20 pages, and 16 since.
  CREATE TABLE intent_by_seq (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    identity TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    anchor TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    settled_cents INTEGER NOT NULL DEFAULT 0,
    payment_intent TEXT,
    card TEXT,
    armed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  -- Indices first: to sort a large table for them SQLite would want a place for temporary files.
  DROP INDEX one_open_intent;
  DROP INDEX intent_by_need;
  DROP INDEX intent_by_account;
  DROP INDEX intent_by_payment;
  DROP INDEX intent_open_by_card;
  CREATE UNIQUE INDEX one_open_intent ON intent_by_seq (account, kind) WHERE is_open = 1;
  CREATE INDEX intent_by_need ON intent_by_seq (identity, kind, anchor, attempt);
  CREATE INDEX intent_by_account ON intent_by_seq (account, kind, armed_at);
  CREATE INDEX intent_by_payment ON intent_by_seq (payment_intent) WHERE payment_intent IS NOT NULL;
  CREATE INDEX intent_open_by_card ON intent_by_seq (card) WHERE is_open = 1;
  INSERT INTO intent_by_seq SELECT NULL, * FROM intent ORDER BY armed_at, id;
  DROP TABLE intent;
  ALTER TABLE intent_by_seq RENAME TO intent;
  `,
  `
  -- Whether a new account is one that had another name.
  CREATE INDEX account_by_identity ON account (identity);
  `,
  `
  -- Whether a pause was there when its account was seen to be who it is known as.
  ALTER TABLE hold ADD COLUMN is_confirmed INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What of purser's own was taken back while an account was frozen, for that or for something else.
  ALTER TABLE hold ADD COLUMN refund TEXT;
  ALTER TABLE hold ADD COLUMN refund_intent TEXT;
  UPDATE hold SET (refund, refund_intent) = (
    SELECT substr(id, 8), intent FROM credit
    WHERE credit.account = hold.account AND id LIKE 'refund/%' AND taken_at >= hold.since - 300000 ORDER BY taken_at DESC LIMIT 1
  ) WHERE kind = 'freeze';
  `,
  `
  -- Settled charges that hold back no further one of that account: a person has let go of them (\`purser resume\`).
  CREATE TABLE let_go (account TEXT NOT NULL, intent TEXT NOT NULL, PRIMARY KEY (account, intent)) STRICT, WITHOUT ROWID;
  INSERT INTO let_go SELECT account.name, intent.id FROM account
  JOIN intent ON intent.account = account.name OR intent.identity = account.identity
  WHERE intent.state = 'settled' AND intent.changed_at < account.let_go_at;
  `,
  `
  -- The payment of a credit: what takes it back names that alone. Rows of before lack it.
  ALTER TABLE credit ADD COLUMN payment TEXT;
  CREATE INDEX credit_by_payment ON credit (payment) WHERE payment IS NOT NULL;
  `,
];
