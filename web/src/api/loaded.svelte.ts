import { isPresent, onReturn } from '../app/presence';
import { Refusal, told } from './client';

/** What a page shows of the server, from asking to the answer or the refusal. A later question ends an earlier one. */
export class Loaded<T> {
  value = $state.raw<T>();
  refusal = $state.raw<Refusal>();
  asking = $state(false);
  #controller: AbortController | undefined;
  #again: (() => Promise<void>) | undefined;

  /** Asks; what was there stays in view until the answer. */
  async load(work: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    this.#again = () => this.load(work);
    this.asking = true;
    try {
      const value = await work(controller.signal);
      if (controller.signal.aborted) return;
      this.value = value;
      this.refusal = undefined;
    } catch (e) {
      if (controller.signal.aborted) return;
      this.refusal = e instanceof Refusal ? e : new Refusal(told(e), -1, 'defect');
    } finally {
      if (this.#controller === controller) this.asking = false;
    }
  }

  async again(): Promise<void> {
    await this.#again?.();
  }

  /** Asks now, again after each `pause` while somebody looks, and when somebody is back; returns how to end that. */
  follow(work: (signal: AbortSignal) => Promise<T>, pause: number, changes: (value: T) => boolean = () => true): () => void {
    const look = () => {
      if (isPresent() && (this.value === undefined || changes(this.value))) void this.load(work);
    };
    void this.load(work);
    const timer = setInterval(look, pause);
    const unlisten = onReturn(look);
    return () => {
      clearInterval(timer);
      unlisten();
      this.leave();
    };
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#controller?.abort();
  }
}
