import type { IncidentType } from '../domain/incident.ts';

/**
 * Names one thing that is wrong: "<type>/<account or scope>[/<detail>]", stable across restarts. Building a fact and
 * resolving it must use the same words, so both come through here.
 */
export function fingerprint(type: IncidentType, about: string, detail: string | null = null): string {
  return detail === null ? `${type}/${about}` : `${type}/${about}/${detail}`;
}
