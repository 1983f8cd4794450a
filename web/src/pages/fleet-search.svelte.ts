import { SvelteMap } from 'svelte/reactivity';
import { get, type Refusal, type Schema } from '../api/client';

export type FleetDevice = Schema['FleetDevice'];
export type Facets = Schema['FleetPage']['facets'];

/** What a query of the fleet finds: how many, their facets, and of the rows the pages that were looked at. */
export class FleetSearch {
  readonly #size: number;
  /** The query that all this is the answer to. */
  answered = $state<string>();
  found = $state<number>();
  of = $state(0);
  facets = $state.raw<Facets>();
  /** How long the last question took, in milliseconds. */
  took = $state(0);
  refusal = $state.raw<Refusal>();
  #pages = new SvelteMap<number, FleetDevice[]>();
  #asked = new Set<number>();
  #query = '';
  #order = 'tier';
  #controller = new AbortController();
  #sight: [number, number] = [0, 0];

  /** Fetches so many rows at once, 1 to 1,000. */
  constructor(size = 100) {
    this.#size = size;
  }

  /** Another query: what was found before stays until this one's first page is there. */
  async ask(query: string, order: string): Promise<void> {
    this.#query = query;
    this.#order = order;
    await this.#anew();
  }

  /** The same once more, as something has changed. */
  async refresh(): Promise<void> {
    await this.#anew();
  }

  row(index: number): FleetDevice | undefined {
    return this.#pages.get(Math.floor(index / this.#size))?.[index % this.#size];
  }

  /** These rows are to be seen: what is missing of them is fetched. */
  look(from: number, to: number): void {
    this.#sight = [from, to];
    for (let page = Math.floor(from / this.#size); page * this.#size < to; page++) {
      if (!this.#asked.has(page)) void this.#fetch(page);
    }
  }

  leave(): void {
    this.#controller.abort();
  }

  async #anew(): Promise<void> {
    this.#controller.abort();
    this.#controller = new AbortController();
    const [from] = this.#sight;
    const page = Math.floor(from / this.#size);
    this.#asked = new Set();
    await this.#fetch(page, true);
  }

  async #fetch(page: number, only = false): Promise<void> {
    const { signal } = this.#controller;
    this.#asked.add(page);
    const began = performance.now();
    try {
      const asked = this.#query;
      const query = { query: asked, order: this.#order, skip: String(page * this.#size), limit: String(this.#size) };
      const answer = await get('/fleet', { query, signal });
      if (signal.aborted) return;
      if (only) this.#pages.clear();
      this.#pages.set(page, answer.items);
      this.answered = asked;
      this.found = answer.found;
      this.of = answer.of;
      this.facets = answer.facets;
      this.took = performance.now() - began;
      this.refusal = undefined;
      if (only) this.look(...this.#sight);
    } catch (e) {
      if (signal.aborted) return;
      this.#asked.delete(page);
      this.refusal = e as Refusal;
    }
  }
}
