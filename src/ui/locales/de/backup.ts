// German for src/ui/backup.
import type { Pairs } from '../pairs.ts';

export const backup: Pairs = {
};
