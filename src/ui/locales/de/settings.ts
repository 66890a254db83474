// German for src/ui/settings.
import type { Pairs } from '../pairs.ts';

export const settings: Pairs = {
};
