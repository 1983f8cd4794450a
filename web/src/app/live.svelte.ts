import { address, open, type Refusal, type Schema } from '../api/client';
import { isPresent, onReturn } from './presence';

export type Decision = Schema['Decision'];

const KEPT = 1_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const LOOK = 30_000;
/** What comes in 30 ms is shown at once: a thousand decisions a second are thirty changes of the page at most. */
const TOGETHER = 30;

/** What to do with decisions that have just come, oldest first. */
type Listener = (decisions: Decision[]) => void;

/**
 * Decisions as they are made. One connection for all pages, while somebody looks; it resumes after the last one that
 * came. What comes within 30 ms is told at once, and later where the page is slow to show it.
 */
class Live {
  state = $state<'off' | 'live' | 'waiting'>('off');
  /** Whether some were lost between two connections. */
  gap = $state(false);
  #last = '';
  #recent: Decision[] = [];
  #arrived: Decision[] = [];
  /** When what is told next may be told: the page has a third of its time for its reader at least. */
  #free = 0;
  #listeners = new Set<Listener>();
  #controller: AbortController | undefined;

  /** Stays connected while somebody looks; returns how to end that. */
  follow(): () => void {
    const look = () => (isPresent() ? void this.#stay() : this.#leave());
    document.addEventListener('visibilitychange', look);
    const unlisten = onReturn(look);
    const timer = setInterval(look, LOOK);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      unlisten();
      clearInterval(timer);
      this.#leave();
    };
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Those that came most recently, newest first. */
  recent(): Decision[] {
    return this.#recent.toReversed();
  }

  #leave(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.state = 'off';
  }

  async #stay(): Promise<void> {
    if (this.#controller) return;
    const controller = (this.#controller = new AbortController());
    let pause = FIRST_PAUSE;
    this.state = 'waiting';
    while (!controller.signal.aborted) {
      try {
        await this.#read(controller.signal, () => (pause = FIRST_PAUSE));
      } catch (e) {
        if (controller.signal.aborted) return;
        if ((e as Refusal).status === 401) return this.#leave();
      }
      this.state = 'waiting';
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  async #read(signal: AbortSignal, connected: () => void): Promise<void> {
    const headers: Record<string, string> = this.#last === '' ? {} : { 'last-event-id': this.#last };
    const answer = await open('GET', address('/decisions/events'), { signal, headers });
    if (!answer.body) return;
    this.state = 'live';
    connected();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + value).split('\n\n');
      rest = events.pop() ?? '';
      events.forEach((event) => this.#take(event));
    }
  }

  #take(event: string): void {
    let kind = '';
    let data = '';
    for (const line of event.split('\n')) {
      if (line.startsWith('event: ')) kind = line.slice(7);
      else if (line.startsWith('data: ')) data += line.slice(6);
      else if (line.startsWith('id: ')) this.#last = line.slice(4);
    }
    if (kind === 'gap') this.gap = true;
    if (kind !== 'decision') return;
    if (this.#arrived.length === 0) setTimeout(() => this.#tell(), Math.max(TOGETHER, this.#free - performance.now()));
    this.#arrived.push(JSON.parse(data) as Decision);
  }

  #tell(): void {
    const arrived = this.#arrived.slice(-KEPT);
    this.#arrived = [];
    this.#recent = [...this.#recent, ...arrived].slice(-KEPT);
    const begun = performance.now();
    this.#listeners.forEach((listener) => listener(arrived));
    requestAnimationFrame(() => setTimeout(() => (this.#free = 1.5 * performance.now() - 0.5 * begun)));
  }
}

export const live = new Live();
