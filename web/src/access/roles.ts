import type { Schema } from '../api/client';

export type Assignment = Schema['Assignment'];
export type Role = Assignment['role'];

/** Each role with what it may, beside seeing. */
export const ROLES: readonly { role: Role; may: string; everywhere: boolean }[] = [
  { role: 'viewer', may: 'nothing: see only', everywhere: false },
  { role: 'operator', may: 'register devices, make tokens, quarantine, revoke, have drills run', everywhere: false },
  { role: 'releaser', may: 'release from quarantine or a latch, call a wave off', everywhere: false },
  { role: 'policy-administrator', may: 'change policy and reference values, accept the clock', everywhere: true },
  { role: 'access-administrator', may: 'change who may do what', everywhere: true },
];

/** "operator in Lyon, Oslo, of meter-2" */
export function worded({ role, regions, products }: Assignment): string {
  return [role, regions ? `in ${regions.join(', ')}` : '', products ? `of ${products.join(', ')}` : ''].filter(Boolean).join(' ');
}

/** What an operator sees of the fleet, in a few words. */
export function scope(roles: readonly Assignment[]): string {
  if (roles.some(({ regions, products }) => !regions && !products)) return 'Whole fleet';
  const named = [...new Set(roles.flatMap(({ regions, products }) => [...(regions ?? []), ...(products ?? [])]))];
  return named.length === 0 ? 'Nothing' : named.length <= 3 ? named.join(', ') : `${named.slice(0, 2).join(', ')} and ${named.length - 2} more`;
}

/** Words with commas between, as somebody writes a list. */
export const listed = (text: string): string[] => [...new Set(text.split(',').map((word) => word.trim()).filter(Boolean))];
