export interface View {
  name: string;
  query: string;
}

const KEY = 'views';
const GIVEN: readonly View[] = [
  { name: 'All', query: '' },
  { name: 'Contraindicated', query: 'tier:contraindicated' },
  { name: 'Warning', query: 'tier:warning' },
  { name: 'Firmware over a year old', query: 'stale:>1y' },
  { name: 'Nothing known', query: 'tier:none' },
];

/** Queries with a name: some come along, some the reader saved in this browser. */
export class SavedViews {
  #own = $state<View[]>(read());
  readonly all = $derived([...GIVEN, ...this.#own]);

  save(name: string, query: string): void {
    this.#own = [...this.#own.filter((view) => view.query !== query), { name, query }];
    localStorage.setItem(KEY, JSON.stringify(this.#own));
  }

  isOwn(query: string): boolean {
    return this.#own.some((view) => view.query === query);
  }

  forget(query: string): void {
    this.#own = this.#own.filter((view) => view.query !== query);
    localStorage.setItem(KEY, JSON.stringify(this.#own));
  }
}

function read(): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((view): view is View => typeof view?.name === 'string' && typeof view?.query === 'string') : [];
  } catch {
    return [];
  }
}
