import { get, post, Refusal } from '../api/client';
import { changedLines, digestOf, type Mistake } from './text';

const KEY = 'policy-draft';
const PAUSE = 500;

/** A policy that somebody writes, beside the one in force. It stays in this browser until it is applied or dropped. */
export class Draft {
  live = $state('');
  liveDigest = $state('');
  text = $state('');
  mistakes = $state.raw<Mistake[]>([]);
  /** The digest of the text, once the server has understood exactly that text. */
  understood = $state('');
  checking = $state(false);
  refusal = $state.raw<Refusal>();
  known = $state(false);
  readonly differs = $derived(this.text !== this.live);
  readonly changed = $derived(changedLines(this.live.split('\n'), this.text.split('\n')));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  async load(): Promise<void> {
    try {
      this.live = await get('/policy');
      this.liveDigest = await digestOf(this.live);
      if (!this.known) this.text = localStorage.getItem(KEY) ?? this.live;
      this.known = true;
      this.refusal = undefined;
      this.touched();
    } catch (e) {
      this.refusal = e as Refusal;
    }
  }

  /** The text has changed: it is kept, and checked in a moment. */
  touched(): void {
    if (!this.known) return;
    if (this.text === this.live) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, this.text);
    this.understood = '';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), PAUSE);
  }

  /** Asks the server whether it understands the text as it is now. */
  async check(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    this.checking = true;
    try {
      const { policy } = await post('/policy/check', { body: this.text, type: 'application/yaml' });
      if (asked !== this.#asked) return;
      this.mistakes = [];
      this.understood = policy;
      this.refusal = undefined;
    } catch (e) {
      if (asked !== this.#asked) return;
      const refusal = e as Refusal;
      const errors = refusal.members?.errors;
      if (Array.isArray(errors)) this.mistakes = errors as Mistake[];
      else this.refusal = refusal;
    } finally {
      if (asked === this.#asked) this.checking = false;
    }
  }

  drop(): void {
    this.text = this.live;
    this.touched();
  }
}
