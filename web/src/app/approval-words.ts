import type { Schema } from '../api/client';

type Approval = Schema['Approval'];

const VERBS: Record<string, string> = {
  'device.add': 'Register a device',
  'device.change': 'Change the record of',
  'device.import': 'Import devices',
  'device.reinstate': 'Reinstate',
  'device.release': 'Release',
  'device.quarantine': 'Quarantine',
  'device.revoke': 'Revoke',
  'product.change': 'Change the product',
  'release.change': 'Change the release',
  'evidence.send': 'State evidence',
  'operator.ask-change': 'Give an operator more rights',
  'policy.apply': 'Apply a policy',
  'reference-values.apply': 'Apply reference values',
  'wave.release': 'Let go the wave',
  'wave.call-off': 'Call off the wave',
};
const PATHS = /^\/api\/v1\/(?:devices|products|releases|waves)\/([^/]+)/;

/** What was asked for: "Release pump-1". */
export function titled({ verb, path }: Pick<Approval, 'verb' | 'path'>): string {
  const named = PATHS.exec(path)?.[1];
  const about = named === undefined || named === 'import' ? '' : ` ${decodeURIComponent(named)}`;
  return `${VERBS[verb] ?? verb}${about}`;
}

const STATES: Record<Approval['state'], string> = {
  open: 'Open',
  approved: 'Agreed to',
  executed: 'Carried out',
  refused: 'Refused',
  withdrawn: 'Taken back',
  voided: 'Void',
  expired: 'Too late',
};
export const stated = (state: Approval['state']): string => STATES[state];

/** Who must agree, as a person says it: "2 of role:releaser" is "two releasers". */
export const quorum = (text: string): string =>
  text.replace(/(\d+) of (role|team):([A-Za-z0-9._-]+)/g, (_, n: string, kind: string, name: string) =>
    kind === 'role' ? (n === '1' ? `one ${name}` : `${n} ${name}s`) : `${n} of the team ${name}`);

/** Why others must agree, as a sentence goes on after "It". */
export const because = (grounds: readonly string[]): string => grounds.join(', and ');
