// German for src/ui/files.
import type { Pairs } from '../pairs.ts';

export const files: Pairs = {
};
