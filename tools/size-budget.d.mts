export function firstScreenOf(dist: string, page?: string, view?: string): string[];
