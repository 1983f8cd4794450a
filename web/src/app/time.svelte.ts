/** The moment, once a second, for what is told relative to it. */
class Now {
  at = $state(Date.now());

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.at = Date.now();
    }, 1000);
  }
}
export const now = new Now();

// Which abbreviations a zone has depends on the language: CET is British, PST American.
const zones = [[], 'en-GB', 'en-US'].map((locale) => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }));

/** The reader's zone as the reader knows it: CET. */
export function zoneName(at: Date = new Date()): string {
  const names = zones.map((zone) => zone.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC');
  return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0] ?? 'UTC';
}

const two = (n: number) => String(n).padStart(2, '0');
const day = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const clock = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/** 15:02:07 for today, else 2026-11-02 15:02, in the reader's zone. */
export function told(instant: string, form: 'short' | 'day' | 'full' = 'short'): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  if (form === 'day') return day(at);
  if (form === 'full') return `${day(at)} ${clock(at)}`;
  return day(at) === day(new Date()) ? clock(at) : `${day(at)} ${clock(at).slice(0, 5)}`;
}

/** The exact instant: 2026-11-23 14:02:07.481 UTC. */
export function exact(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : `${at.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** How long something took or lasts: 4 min, 3 h, 461 d. */
export function span(milliseconds: number): string {
  const s = Math.abs(milliseconds) / 1000;
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400 * 2) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}
