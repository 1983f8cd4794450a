import type { Schema } from '../api/client';
import { told } from '../app/time.svelte';

type Certificate = Schema['Certificate'];

/** One box: a certificate, or a run of renewals that are over. */
export interface Node {
  key: string;
  name: string;
  fact: string;
  state: string;
  lane: number;
  row: number;
  parent: Node | undefined;
}
export interface Lineage {
  nodes: Node[];
  lanes: number;
  depth: number;
  roots: number;
  forks: number;
}

/** A device's certificates as a graph: what renewed what goes down, lines of their own and forks go aside. */
export function drawn(certificates: Certificate[]): Lineage {
  const known = new Set(certificates.map((certificate) => certificate.digest));
  const renewed = new Map<string, Certificate[]>();
  const roots: Certificate[] = [];
  for (const certificate of [...certificates].sort((a, b) => a.begins.localeCompare(b.begins))) {
    if (certificate.parent && known.has(certificate.parent)) renewed.set(certificate.parent, [...(renewed.get(certificate.parent) ?? []), certificate]);
    else roots.push(certificate);
  }
  const lineage: Lineage = { nodes: [], lanes: 0, depth: 0, roots: roots.length, forks: 0 };
  const place = (certificate: Certificate, lane: number, row: number, parent: Node | undefined): void => {
    const run = [certificate];
    let children = renewed.get(certificate.digest) ?? [];
    while (children.length === 1 && run.at(-1)?.state === 'retired' && children[0]?.state === 'retired') {
      run.push(children[0]);
      children = renewed.get(children[0].digest) ?? [];
    }
    const last = run.at(-1) ?? certificate;
    const node: Node = {
      key: certificate.serial,
      name: run.length === 1 ? `LDevID ${certificate.generation}, ${inUse(certificate.state)}` : `LDevID ${certificate.generation} to ${last.generation}`,
      fact: run.length === 1 ? `to ${told(certificate.ends)}` : `retired, ${run.length - 1} renewals`,
      state: last.state,
      lane,
      row,
      parent,
    };
    lineage.nodes.push(node);
    lineage.depth = Math.max(lineage.depth, row + 1);
    lineage.lanes = Math.max(lineage.lanes, lane + 1);
    if (children.length > 1) lineage.forks++;
    children.forEach((child, i) => place(child, i === 0 ? lane : lineage.lanes, row + 1, node));
  };
  roots.forEach((root) => place(root, lineage.lanes, 0, undefined));
  return lineage;
}

const inUse = (state: string): string => (state === 'active' ? 'in use' : state);
