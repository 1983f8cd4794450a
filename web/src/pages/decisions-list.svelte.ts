import { get, type Refusal } from '../api/client';
import type { Decision } from '../app/live.svelte';

const PAGE = 100;
const MOST = 600;
/** The least that a row is high, in pixels. */
const ROW = 33;

/** What a screen holds at most; so many more when the reader comes near the end of it. */
const screenful = () => Math.ceil(innerHeight / ROW);

export interface DecisionFilter {
  subject: string;
  verdict: string;
  request: string;
}

/** Decisions, newest first: those on record, and before them those that come while one looks. */
export class DecisionsList {
  rows = $state.raw<Decision[]>([]);
  /** Came meanwhile, and held back while the reader reads. */
  waiting = $state.raw<Decision[]>([]);
  /** How many rows are drawn; the rest is when the reader comes near to it. */
  #drawn = $state(screenful());
  asking = $state(true);
  refusal = $state.raw<Refusal>();
  #next = '';
  #filter: DecisionFilter = { subject: '', verdict: '', request: '' };
  #controller = new AbortController();

  get drawn(): Decision[] {
    return this.rows.slice(0, this.#drawn);
  }

  get drawsAll(): boolean {
    return this.#drawn >= this.rows.length;
  }

  drawMore(): void {
    this.#drawn += screenful();
  }

  get hasMore(): boolean {
    return this.#next !== '' && this.rows.length < MOST;
  }

  async ask(filter: DecisionFilter): Promise<void> {
    this.#filter = filter;
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#next = '';
    this.waiting = [];
    this.#drawn = screenful();
    await this.#fetch([]);
  }

  async more(): Promise<void> {
    if (!this.asking) await this.#fetch(this.rows);
  }

  /** Takes what came; `hold` keeps the rows where they are, `top` says that the reader is at the first of them. */
  arrived(decisions: Decision[], hold: boolean, top: boolean): void {
    const known = new Set([...this.rows.slice(0, PAGE), ...this.waiting].map((decision) => decision.receipt));
    const fitting = decisions.filter((decision) => this.#fits(decision) && !known.has(decision.receipt)).reverse();
    if (fitting.length === 0) return;
    if (hold) this.waiting = [...fitting, ...this.waiting].slice(0, MOST);
    else this.rows = [...fitting, ...this.rows].slice(0, MOST);
    // A thousand decisions a second are no thousand rows a second: out of view nothing need change.
    if (!hold && top) this.#drawn = Math.min(this.#drawn, screenful());
  }

  showWaiting(): void {
    this.rows = [...this.waiting, ...this.rows].slice(0, MOST);
    this.waiting = [];
  }

  leave(): void {
    this.#controller.abort();
  }

  #fits(decision: Decision): boolean {
    const { subject, verdict, request } = this.#filter;
    return (subject === '' || decision.subject === subject) && (verdict === '' || decision.verdict === verdict) && (request === '' || decision.request === request);
  }

  async #fetch(before: Decision[]): Promise<void> {
    const { signal } = this.#controller;
    this.asking = true;
    try {
      const { subject, verdict } = this.#filter;
      const page = await get('/decisions', { query: { subject, verdict, cursor: this.#next, limit: String(PAGE) }, signal });
      if (signal.aborted) return;
      this.rows = [...before, ...page.items.filter((decision) => this.#fits(decision))];
      this.#next = page.next ?? '';
      this.refusal = undefined;
    } catch (e) {
      if (!signal.aborted) this.refusal = e as Refusal;
    } finally {
      if (!signal.aborted) this.asking = false;
    }
  }
}
