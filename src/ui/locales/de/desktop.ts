// German for src/ui/desktop.
import type { Pairs } from '../pairs.ts';

export const desktop: Pairs = {
};
