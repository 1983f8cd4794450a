/** How a policy's text is shown and compared, line by line. */
export interface Mistake {
  /** From 1. */
  line: number;
  column: number;
  message: string;
}
export interface Token {
  text: string;
  kind: 'comment' | 'key' | 'value' | 'quantity' | 'plain';
}

const TOKEN = /(#.*$)|("[^"]*")|([A-Za-z][A-Za-z0-9._-]*(?=:(?:\s|$)))|(\b\d+(?:[smhd%]|\.\d+)?)(?![\w.])|([^#"A-Za-z0-9]+|[A-Za-z0-9_.-]+)/g;

/** A line in its parts. A # within a word begins no comment. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  for (const [text, comment, quoted, key, quantity] of line.matchAll(TOKEN)) {
    const kind = comment ? 'comment' : quoted ? 'value' : key ? 'key' : quantity ? 'quantity' : 'plain';
    found.push({ text, kind });
  }
  return found;
}

/** Which lines (from 1) of `after` are not in `before`, by the longest common subsequence. */
export function changedLines(before: string[], after: string[]): Set<number> {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let [a, b] = [before.length, after.length];
  while (a > start && b > start && before[a - 1] === after[b - 1]) {
    a--;
    b--;
  }
  const [old, fresh] = [before.slice(start, a), after.slice(start, b)];
  const changed = new Set<number>();
  const common = table(old, fresh);
  let [i, j] = [0, 0];
  while (j < fresh.length) {
    if (i < old.length && old[i] === fresh[j]) {
      i++;
      j++;
    } else if (i < old.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) {
      i++;
    } else {
      changed.add(start + ++j);
    }
  }
  return changed;
}

/** How long the longest common subsequence is from each pair of places on; nothing where it would take too long. */
function table(old: string[], fresh: string[]): number[][] {
  if (old.length * fresh.length > 1_000_000) return [];
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const row = common[i] as number[];
      row[j] = old[i] === fresh[j] ? (common[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(common[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return common;
}

export interface Fix {
  verb: string;
  apply: (text: string) => string;
}

/** What mends a mistake, where its message says what to write. */
export function fix(mistake: Mistake): Fix | undefined {
  const unit = /^'(\d+)' has no unit; a duration is written (\d+d)\b/.exec(mistake.message);
  const meant = /^.*'([^']+)'.*Did you mean '([^']+)'\?/.exec(mistake.message);
  const [wrong, right] = unit ? [unit[1], unit[2]] : meant ? [meant[1], meant[2]] : [];
  if (!wrong || !right) return undefined;
  return {
    verb: `Write ${right}`,
    apply: (text) => {
      const lines = text.split('\n');
      const line = lines[mistake.line - 1] ?? '';
      const at = line.indexOf(wrong, mistake.column - 1);
      if (at >= 0) lines[mistake.line - 1] = line.slice(0, at) + right + line.slice(at + wrong.length);
      return lines.join('\n');
    },
  };
}

export async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256:${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
