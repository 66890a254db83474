export function firstScreenOf(dist: string, page?: string): string[];
