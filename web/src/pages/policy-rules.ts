/** Where a policy's file says something: the line, and its text. */
export interface Place {
  line: number;
  text: string;
}

/**
 * Finds "appraise[4]", as a reason names its rule, in the file: the section at the margin, then its fifth item. An item
 * may go over lines; what is behind its first line and indented more belongs to it.
 */
export function ruleIn(policy: string, rule: string): Place | undefined {
  const named = /^([a-z-]+)\[(\d+)\]$/.exec(rule);
  const lines = policy.split('\n');
  if (!named) {
    const at = lines.findIndex((line) => line.startsWith(`${rule}:`));
    return at < 0 ? undefined : { line: at + 1, text: lines[at]?.trim() ?? '' };
  }
  let item = -1;
  const begin = lines.findIndex((line) => line.startsWith(`${named[1]}:`));
  for (let i = begin + 1; begin >= 0 && i < lines.length && !/^[a-z]/.test(lines[i] ?? ''); i++) {
    if (/^\s*- /.test(lines[i] ?? '') && ++item === Number(named[2])) return { line: i + 1, text: (lines[i] ?? '').trim().slice(2) };
  }
  return undefined;
}
