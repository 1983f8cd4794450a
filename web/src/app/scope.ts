import type { Schema } from '../api/client';

const some = (names: readonly string[], all: string): string => (names.length === 0 ? all : names.join(', '));

/** The devices that somebody may touch, in words. */
export const scopeText = (areas: Schema['ApiToken']['scope']): string =>
  areas.map((area) => `${some(area.products, 'all products')} in ${some(area.regions, 'all regions')}`).join('; ');
