// What a run says: a table for people and one file of rows a measurement for machines.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reached, type Row } from './measurement.ts';

const HEAD = ['what', 'ours', 'theirs', 'unit', 'ratio', 'target', '', 'against'];
const RIGHT = new Set([1, 2, 4]);

const cellsOf = (row: Row): string[] => [
  row.id, String(row.ours), String(row.theirs), row.unit, row.ratio.toFixed(2), `${row.atMost ? '≤' : '≥'} ${row.target}`,
  reached(row) ? 'ok' : 'missed', row.against,
];

export function tableOf(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  return lines
    .map((cells) => cells.map((cell, column) => (RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
}

/** Writes `bench/results/<id>.json`. */
export function writeRows(id: string, rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(rows, undefined, 2)}\n`);
}
