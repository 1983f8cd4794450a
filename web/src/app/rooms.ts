import type { Component } from 'svelte';
import type { IconName } from '../ui/Icon.svelte';
import type { Route } from './route.svelte';

/** A page takes where the reader is below its room. */
export type Page = Component<{ route: Route }>;

export interface Room {
  /** The first part of its links. */
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** The letter after G. */
  readonly key: string;
  readonly group: '' | 'People' | 'Record';
  /** Each is fetched when somebody goes there. */
  readonly page: () => Promise<{ default: Page }>;
}

export const ROOMS: readonly Room[] = [
  { path: 'fleet', name: 'Fleet', icon: 'fleet', key: 'F', group: '', page: () => import('../pages/Fleet.svelte') },
  { path: 'decisions', name: 'Decisions', icon: 'decisions', key: 'D', group: '', page: () => import('../pages/Decisions.svelte') },
  { path: 'policy', name: 'Policy', icon: 'policy', key: 'P', group: '', page: () => import('../pages/Policy.svelte') },
  { path: 'waves', name: 'Waves', icon: 'waves', key: 'W', group: '', page: () => import('../pages/Waves.svelte') },
  { path: 'drills', name: 'Drills', icon: 'drills', key: 'R', group: '', page: () => import('../pages/Drills.svelte') },
  { path: 'approvals', name: 'Approvals', icon: 'approvals', key: 'A', group: 'People', page: () => import('../pages/Approvals.svelte') },
  { path: 'operators', name: 'Operators', icon: 'operators', key: 'O', group: 'People', page: () => import('../pages/Operators.svelte') },
  { path: 'tokens', name: 'Tokens', icon: 'tokens', key: 'T', group: 'People', page: () => import('../pages/Tokens.svelte') },
  { path: 'ledger', name: 'Ledger', icon: 'ledger', key: 'L', group: 'Record', page: () => import('../pages/Ledger.svelte') },
  { path: 'cryptography', name: 'Cryptography', icon: 'lock', key: 'C', group: 'Record', page: () => import('../pages/Cryptography.svelte') },
];

export const room = (path: string | undefined): Room | undefined => ROOMS.find((each) => each.path === path);
