// What a device is called before anybody named it: the browser and the system that it says to be. Coarse, and a help alone.
const BROWSERS: readonly (readonly [RegExp, string])[] = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrom(e|ium)\//, 'Chrome'], [/Epiphany\//, 'GNOME Web'], [/Safari\//, 'Safari']];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/CrOS/, 'ChromeOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']];

const found = (table: readonly (readonly [RegExp, string])[], said: string): string | undefined => table.find(([pattern]) => pattern.test(said))?.[1];

/** "Firefox, Linux"; "Browser" where nothing is known. */
export const deviceNameOf = (userAgent: string): string => [found(BROWSERS, userAgent) ?? 'Browser', found(SYSTEMS, userAgent)].filter((part) => part !== undefined).join(', ');

/** What a new device is called beside others: with the first number that none of them has, so that each can be told apart. */
export function nameAmong(name: string, taken: readonly string[]): string {
  let at = 1;
  const numbered = (): string => (at === 1 ? name : `${name} ${at}`);
  while (taken.includes(numbered())) at += 1;
  return numbered();
}
