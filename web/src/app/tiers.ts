/** The four tiers of AR4SI, by their numbers. */
export type TierNumber = 0 | 2 | 32 | 96;
export type TierWord = 'none' | 'affirming' | 'warning' | 'contraindicated';

export const TIERS: readonly TierNumber[] = [96, 32, 0, 2];

const WORDS: Record<TierNumber, TierWord> = { 0: 'none', 2: 'affirming', 32: 'warning', 96: 'contraindicated' };

export function tierWord(tier: number): TierWord {
  return WORDS[tier as TierNumber] ?? 'none';
}

/** The eight components of the vector, in AR4SI's order. */
export const COMPONENTS = [
  'instance-identity',
  'configuration',
  'executables',
  'file-system',
  'hardware',
  'runtime-opaque',
  'storage-opaque',
  'sourced-data',
] as const;
