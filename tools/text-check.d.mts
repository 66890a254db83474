export function textFaults(root: string): string[];
