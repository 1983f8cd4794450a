const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** 12,480 */
export const number = (n: number): string => grouped.format(n);

/** 93.0 % of what there is. */
export function share(part: number, of: number): string {
  return of === 0 ? '0 %' : `${((100 * part) / of).toFixed(1)} %`;
}

/** 1 device, 212 devices */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** First 4 … last 4 of a digest, where it need not be compared. */
export function brief(digest: string): string {
  const hex = digest.replace(/^sha256:/, '');
  return hex.length > 12 ? `${hex.slice(0, 4)}…${hex.slice(-4)}` : hex;
}

/** A subject without its kind, where the kind is plain: device:meter-12 is meter-12. */
export const bare = (subject: string): string => subject.replace(/^(device|operator|product|release|service):/, '');

/** "instance-identity" as a person writes it. */
export function phrase(word: string): string {
  const words = word.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
