// Gives node's own test runner the two words that the browser runner defines, so that one test file serves all four.
import { describe, it, before, after, beforeEach, afterEach } from 'node:test';

Object.assign(globalThis, { describe, it, before, after, beforeEach, afterEach });
