// The self-test's page: runs every check in a namespace of its own and shows what came of it, as it comes.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Client } from '../../workers/door/page/client.ts';
import { formatNumber } from '../format.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import { CHECKS, markerOf, runCheck, type Check, type Outcome } from './checks.ts';
import { cleanUp } from './session-checks.ts';
import type { World } from './world.ts';

const CONTENT_BYTES = 300_000;
/** What one call of getRandomValues gives at most. */
const DRAW_BYTES = 65_536;

export class NxSelftest extends NxElement {
  static override properties = { client: { attribute: false }, outcomes: { state: true }, running: { state: true }, fault: { state: true } };
  static override styles = [controls, css`
    main { max-inline-size: 46rem; margin-inline: auto; padding: clamp(1rem, 4vw, 3rem) 1rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
    .frame { background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); overflow-x: auto; }
    table { border-collapse: collapse; inline-size: 100%; }
    th, td { text-align: start; padding: 0.75rem 1rem; vertical-align: top; overflow-wrap: anywhere; }
    th { font-weight: 600; font-size: 0.875rem; color: var(--nx-quiet); }
    tbody tr { border-block-start: 1px solid var(--nx-line); }
    td.ms { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .failed { color: var(--nx-danger); font-weight: 600; }
  `];

  declare client: Client;
  declare outcomes: ReadonlyMap<Check, Outcome>;
  declare running: boolean;
  declare fault: string | undefined;
  readonly #device = new Watch<DeviceStatus>(this, () => this.client.device);

  constructor() {
    super();
    this.outcomes = new Map();
    this.running = false;
  }

  override firstUpdated(): void {
    void this.#run();
  }

  override render(): TemplateResult {
    return html`<main>
      <h1>${msg('Self-test')}</h1>
      <p class="quiet">${msg('Uses every part once, with two users of its own beside yours. Nothing of yours is read or changed.')}</p>
      <p role="status"><strong>${this.#summary()}</strong></p>
      <p class="alert" role="alert">${this.fault ?? ''}</p>
      <div class="frame"><table>
        <thead><tr><th scope="col">${msg('Check')}</th><th scope="col">${msg('Result')}</th><th scope="col">${msg('Time')}</th></tr></thead>
        <tbody>${CHECKS.map((check) => this.#row(check))}</tbody>
      </table></div>
      <div class="row spread">
        <span class="quiet small">${this.#device.value === undefined ? nothing : msg(str`Release ${this.#device.value.release}`)}</span>
        <button type="button" ?disabled=${this.running} @click=${this.#run}>${msg('Run again')}</button>
      </div>
    </main>`;
  }

  #row(check: Check): TemplateResult {
    const outcome = this.outcomes.get(check);
    return html`<tr><td>${check.name}</td><td class=${outcome?.state ?? ''}>${outcome === undefined ? '–' : this.#word(outcome)}</td>
      <td class="ms">${outcome === undefined ? nothing : `${formatNumber(Math.round(outcome.ms))} ms`}</td></tr>`;
  }

  #word(outcome: Outcome): string {
    switch (outcome.state) {
      case 'ok': return msg('works');
      case 'skipped': return msg(str`not claimed: ${outcome.why}`);
      case 'failed': return msg(str`failed: ${outcome.why}`);
    }
  }

  #summary(): string {
    if (this.running) return msg(str`Running: ${this.outcomes.size} of ${CHECKS.length}`);
    const failed = [...this.outcomes.values()].filter(({ state }) => state === 'failed').length;
    return failed === 0 ? msg('Everything works here.') : msg(str`${failed} of ${CHECKS.length} checks failed.`);
  }

  readonly #run = async (): Promise<void> => {
    if (this.running) return;
    this.running = true;
    this.fault = undefined;
    this.outcomes = new Map();
    const world: World = { client: this.client, content: randomBytes(CONTENT_BYTES) };
    await this.#tidy(world);
    for (const check of CHECKS) {
      const outcome = await runCheck(check, world, () => performance.now());
      this.outcomes = new Map([...this.outcomes, [check, outcome]]);
      mark(markerOf(check, outcome));
    }
    await this.#tidy(world);
    this.running = false;
    mark('SELFTEST: done');
  };

  async #tidy(world: World): Promise<void> {
    const outcome = await runCheck({ name: 'tidy', run: cleanUp }, world, () => performance.now());
    if (outcome.state === 'failed') this.fault = msg(str`The users of the self-test could not be removed: ${outcome.why}`);
  }
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += DRAW_BYTES) crypto.getRandomValues(bytes.subarray(at, at + DRAW_BYTES));
  return bytes;
}

customElements.define('nx-selftest', NxSelftest);
