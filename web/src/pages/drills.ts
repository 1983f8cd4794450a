import type { Schema } from '../api/client';

export type Board = Schema['DrillBoard'];
export type Plan = Schema['DrillPlan'];
export type Run = Schema['DrillRun'];
export type Summary = Schema['DrillRunSummary'];
export type Result = Run['results'][number];

/** One line of the matrix: a drill, and what came of it, as far as that is known. */
export interface Row {
  plan: Plan;
  told?: { run: string; outcome: Result['outcome']; layers: string[]; took: number; index?: number | undefined; at: string };
}

/** From the outermost layer inwards; one that is not here comes last. */
const ORDER = ['tls', 'listener', 'est', 'identity', 'evidence', 'gateway', 'policy', 'broker', 'database', 'ledger'];
const NAMES: Record<string, string> = { tls: 'TLS', est: 'EST' };

export const layerName = (layer: string): string => NAMES[layer] ?? layer.charAt(0).toUpperCase() + layer.slice(1);

/** The layers that any of these meets or may meet. */
export function layers(rows: readonly Row[]): string[] {
  const all = new Set(rows.flatMap(({ plan, told }) => [...plan.first, ...plan.second].map((line) => line.layer).concat(told?.layers ?? [])));
  const place = (layer: string) => (ORDER.includes(layer) ? ORDER.indexOf(layer) : ORDER.length);
  return [...all].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

export const hasOneLine = (row: Row): boolean => row.plan.second.length === 0;
export const gotThrough = (row: Row): boolean => row.told?.outcome === 'got-through';

/** What each drill came to when it was last run. */
export const lastRows = (board: Board): Row[] =>
  board.drills.map(({ last, ...plan }) => {
    const newest = last[0];
    return newest ? { plan, told: { run: newest.run, outcome: newest.outcome, layers: newest.layers, took: newest['took-ms'], index: newest.index, at: newest.at } } : { plan };
  });

/** What the drills of one run came to. */
export const runRows = (run: Run): Row[] =>
  run.drills.map((plan) => {
    const result = run.results.find((each) => each.drill === plan.drill);
    if (!result) return { plan };
    return { plan, told: { run: run.run, outcome: result.outcome, layers: [...new Set(result.stops.map((stop) => stop.layer))], took: result['took-ms'], index: result.index, at: result.at } };
  });

/** By what they go for, in the order in which they come. */
export function groups(rows: readonly Row[]): { name: string; rows: Row[] }[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(row.plan.group, [...(found.get(row.plan.group) ?? []), row]);
  return [...found].map(([name, its]) => ({ name, rows: its }));
}

export const OUTCOMES: Record<Result['outcome'], string> = { stopped: 'stopped', 'got-through': 'got through', 'not-run': 'not run' };

/** 0.2 ms, 41 ms, 5.0 s */
export const took = (milliseconds: number): string => (milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`);

/** How a run stands, in a few words. */
export function standing(run: Summary): string {
  if (run.state === 'requested') return `asked for by ${run['asked-by'] ?? 'somebody'}, has not begun`;
  const done = (run.stopped ?? 0) + (run['got-through'] ?? 0) + (run['not-run'] ?? 0);
  const bad = [run['got-through'] ? `${run['got-through']} got through` : '', run['not-run'] ? `${run['not-run']} not run` : ''].filter(Boolean).join(', ');
  if (run.state === 'running') return `${done} of ${run.total} done${bad ? `, ${bad}` : ''}`;
  return `${run.stopped ?? 0} of ${run.total} stopped${bad ? `, ${bad}` : ''}${run.state === 'broken-off' ? ', broken off' : ''}`;
}
