// Owns: finding an entry by typing the start of its name. Time is a parameter.

const FORGET_MS = 800;

export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /** True while letters typed so far still count, so that a space is part of the name. */
  active(at: number): boolean {
    return this.#typed !== '' && at - this.#last < FORGET_MS;
  }

  /** The index that `char`, after what was typed just before, leads to; from `current` on, around the end. */
  find(char: string, at: number, names: { readonly list: readonly string[]; readonly current: number }): number | undefined {
    this.#typed = (this.active(at) ? this.#typed : '') + char.toLocaleLowerCase();
    this.#last = at;
    const again = [...this.#typed].every((letter) => letter === this.#typed[0]);
    const wanted = again ? (this.#typed[0] ?? '') : this.#typed;
    const { list, current } = names;
    const start = again ? current + 1 : Math.max(0, current);
    for (let step = 0; step < list.length; step += 1) {
      const index = (start + step) % list.length;
      if (list[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
    }
    return undefined;
  }
}
