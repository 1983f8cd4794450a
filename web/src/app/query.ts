/** The query language of the fleet, as far as the page writes in it; the server reads it, and says what is wrong. */
export interface Term {
  readonly not: boolean;
  readonly field: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

const TERM = /(-?)(?:([a-z]+):)?("[^"]*"|[^\s"]+)/g;

export function terms(text: string): Term[] {
  return [...text.matchAll(TERM)].map((match) => ({
    not: match[1] === '-',
    field: match[2] ?? '',
    value: (match[3] ?? '').replace(/^"(.*)"$/, '$1'),
    from: match.index,
    to: match.index + match[0].length,
  }));
}

const written = (value: string) => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

export const has = (text: string, field: string, value: string): boolean =>
  terms(text).some((term) => !term.not && term.field === field && term.value === value);

export const asks = (text: string, field: string): boolean => terms(text).some((term) => !term.not && term.field === field);

/** The same query with field:value, or without it if it was there. */
export function toggled(text: string, field: string, value: string): string {
  const there = terms(text).find((term) => !term.not && term.field === field && term.value === value);
  if (there) return `${text.slice(0, there.from)} ${text.slice(there.to)}`.replace(/\s+/g, ' ').trim();
  return `${text.trim()} ${field}:${written(value)}`.trim();
}
