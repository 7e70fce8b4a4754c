/** Everything that can go wrong with one request, by where it goes wrong. */
export const WEATHER = {
  not_sent: 'any',
  request_lost: 'any',
  response_lost: 'any',
  request_late: 'any',
  response_late: 'any',
  duplicated: 'any',
  cut_mid_body: 'any',
  error_before_effect: 'any',
  error_after_effect: 'any',
  unavailable_before: 'any',
  unavailable_after: 'any',
  rate_limited: 'any',
  unauthorized: 'any',
  conflict: 'money',
  unprocessable: 'money',
  garbage: 'any',
  wrong_types: 'any',
  huge_body: 'any',
  slow: 'any',
  stale: 'wallet',
  torn: 'wallet',
  wallet_behind_rows: 'ledger',
  rows_behind_wallet: 'ledger',
  missing_row: 'ledger',
  duplicate_row: 'ledger',
  late_row: 'money',
  late_row_unheard: 'money',
  late_row_unavailable: 'money',
  list_behind: 'list',
  list_lacks: 'list',
} as const;
export type WeatherName = keyof typeof WEATHER;
export const WEATHER_NAMES = Object.keys(WEATHER) as readonly WeatherName[]; // the keys of the table above

/** What happens at an instant, to a machine, its disk, an account or the world around. */
export const DISTURBANCES = [
  'crash',
  'crash_before_commit',
  'crash_after_commit',
  'crash_before_send',
  'crash_after_send',
  'wipe',
  'restore',
  'pause',
  'clock_jump',
  'reload',
  'outage',
  'disk_full',
  'disk_error',
  'disk_busy',
  'written_though_failed',
  'card_declines',
  'card_swapped',
  'asks_3ds',
  'person_confirms',
  'person_refuses',
  'foreign_credit',
  'auto_funding',
  'refund',
  'token_expires',
  'slack_down',
  'burn_changes',
  'second_instance',
  'operator',
  'card_runs_dry',
  'disk_refuses_arms',
  'plan_lapses',
  'plan_canceled',
  'plan_paused',
  'plan_left',
  'plan_unpaid',
  'own_recharge',
  'account_leaves',
  'order_fund',
  'order_ensure',
] as const;
export type DisturbanceName = (typeof DISTURBANCES)[number];

/** Only in the seeds that have a theme of which they are a part. */
export const THEMED: readonly FaultName[] = [
  'late_row_unheard',
  'late_row_unavailable',
  'disk_refuses_arms',
  'list_behind',
  'plan_lapses',
  'plan_canceled',
  'plan_paused',
  'plan_left',
  'list_lacks',
  'plan_unpaid',
  'own_recharge',
  'account_leaves',
  'order_fund',
  'order_ensure',
];

/** A standing weakness of the provider, drawn once per seed. */
export const WEAKNESSES = [
  'short_key_memory',
  'declines_not_cached',
  'no_key_lock',
  'bare_fund_answer',
  'no_card_faces',
] as const;
export type WeaknessName = (typeof WEAKNESSES)[number];

export type FaultName = WeatherName | DisturbanceName | WeaknessName;
