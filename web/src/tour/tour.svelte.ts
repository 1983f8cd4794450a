import { get } from '../api/client';
import { to } from '../app/route.svelte';

/** Where the reader was in it, or that it is over: in this browser. */
const KEY = 'tour';
const OVER = 'over';
/** Whom the demo's story is about; that they are all there, and one boots what it should not, tells it from any fleet. */
export const TAMPERED = 'meter-12';
const CAST = [TAMPERED, 'pump-07', 'pump-03', 'cam-03', 'pump-14'];

/** The pages of its stops, in order. */
export const STOPS: readonly string[] = [
  to(['fleet']),
  to(['fleet', TAMPERED]),
  to(['decisions'], { subject: `device:${TAMPERED}` }),
  to(['policy']),
  to(['ledger']),
];

/** The tour of the demo's story, offered where its devices are. */
class Tour {
  /** From 1; 0 where nobody takes it. */
  stop = $state(0);
  /** Whether the story was played here; unknown until asked. */
  isHere = $state<boolean>();
  isOver = $state(localStorage.getItem(KEY) === OVER);

  /** Asks once, and only while it may still be wanted. */
  async look(): Promise<void> {
    if (this.isHere !== undefined) return;
    try {
      const query = CAST.map((id) => `id:${id}`).join(' ');
      const page = (await get('/fleet', { query: { query, limit: String(CAST.length) } })) as { found: number; items: { id: string; reason?: string }[] };
      const tampered = page.items.find((device) => device.id === TAMPERED);
      this.isHere = page.found === CAST.length && (tampered?.reason?.startsWith('boot.measurement differs') ?? false);
    } catch {
      this.isHere = false;
    }
    const before = Number(localStorage.getItem(KEY));
    if (this.isHere && this.stop === 0 && before >= 1 && before <= STOPS.length) this.stop = before;
  }

  /** To this stop, from 1. */
  goTo(stop: number): void {
    this.stop = Math.min(Math.max(1, stop), STOPS.length);
    this.isOver = false;
    localStorage.setItem(KEY, String(this.stop));
    location.hash = STOPS[this.stop - 1] ?? '';
  }

  end(): void {
    this.stop = 0;
    this.isOver = true;
    localStorage.setItem(KEY, OVER);
  }
}

export const tour = new Tour();
