export function serverNode(): { command: string; args: string[]; env: Record<string, string> };
