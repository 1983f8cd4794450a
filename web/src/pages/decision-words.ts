import type { Schema } from '../api/client';
import { span } from '../app/time.svelte';

const REQUESTS: Record<string, string> = {
  connect: 'Connect',
  enrol: 'Enrol',
  renew: 'Renew certificate',
  attest: 'State evidence',
  install: 'Install release',
};

/** What was asked for. */
export const asked = (decision: Schema['Decision']): string => REQUESTS[decision.request] ?? decision.request;

/** What was answered: "Permitted for 24 h", "Denied". */
export function outcome(decision: Schema['Decision']): string {
  if (decision.verdict === 'deny') return 'Denied';
  return decision.grant ? `Permitted for ${span(Date.parse(decision.grant.until) - Date.parse(decision.at))}` : 'Permitted';
}
