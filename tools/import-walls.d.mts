export interface Imported {
  readonly spec: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
  readonly line: number;
}
export function importsOf(text: string): Imported[];
export function wallFaults(root: string): string[];
