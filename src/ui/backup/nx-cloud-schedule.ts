// Owns: asking how often a backup goes to the account by itself and how many stay there, and saying how that goes. Doing it is the
// authority's (docs/sync.md, "Bundles in an account").
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { CloudBackupChoice, CloudBackupSchedule, CloudBackupTime } from '../../workers/contract/backup.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';

export class NxCloudSchedule extends NxElement {
  static override properties = { client: { attribute: false }, state: { attribute: false }, schedule: { state: true }, fault: { state: true }, said: { state: true } };
  static override styles = [controls, css`
    form { display: grid; gap: 1rem; }
    h3 { font-size: 1.0625rem; }
    .fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 1rem; align-items: start; }
    .note[hidden] { display: none; }
  `];

  declare client: Client;
  /** Of sync: with it changes what a backup waits for. */
  declare state: SyncState;
  /** Undefined until the authority has answered. */
  declare schedule: CloudBackupSchedule | undefined;
  declare fault: string;
  /** As a function, so that it follows the language. */
  declare said: () => string;

  constructor() {
    super();
    this.state = 'off';
    this.fault = '';
    this.said = () => '';
    new Watch(this, () => this.client.facts, ({ type }) => { if (type === 'backup.changed' || type === 'facts.missed') void this.#load(); });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('state')) void this.#load();
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.schedule) return nothing;
    const { every, keep, fault } = this.schedule;
    const times: readonly (readonly [CloudBackupTime, string])[] = [['never', msg('Never')], ['day', msg('Every day')], ['week', msg('Every week')]];
    return html`<section class="card" aria-labelledby="name"><form novalidate @submit=${this.#submitted} @input=${() => { this.fault = ''; }}>
      <div class="stack-tight"><h3 id="name">${msg('On a schedule')}</h3>
        <p class="quiet small">${msg('Where something changed since the last time, while your home is open on this device. What you choose counts for this device.')}</p></div>
      <div class="fields">
        <label class="field"><span>${msg('Back up to the account')}</span><select name="every">${times.map(([each, label]) => html`<option value=${each} ?selected=${each === every}>${label}</option>`)}</select></label>
        <div class="stack-tight"><label class="field"><span>${msg('Newest to keep there')}</span>
          <input type="number" name="keep" min="1" max=${LIMITS.cloudBackups} step="1" inputmode="numeric" .value=${keep === null ? '' : String(keep)} aria-describedby="keep-hint"></label>
          <span class="hint" id="keep-hint">${msg('Empty: all of them. Otherwise the oldest go from the account after each upload from here, whichever device made them.')}</span></div>
      </div>
      <p class="quiet small" id="how">${sentences(this.schedule, Date.now()).join(' ')}</p>
      <p class="note" role="status" ?hidden=${this.said() === ''}>${this.said()}</p>
      <p class="alert" role="alert">${this.fault || (fault ? msg(str`The last try came to nothing. ${sentenceOf(fault)}`) : nothing)}</p>
      <div><button type="submit" aria-describedby="how">${msg('Save schedule')}</button></div>
    </form></section>`;
  }

  async #load(): Promise<void> {
    const answer = await this.client.call.cloudBackupSchedule({});
    // A home that is not linked any more has none, and is shown none.
    this.schedule = answer.ok ? answer.value : undefined;
  }

  readonly #submitted = (event: Event): void => {
    event.preventDefault();
    const typed = this.find<HTMLInputElement>('[name=keep]');
    const every = this.find<HTMLSelectElement>('[name=every]')?.value as CloudBackupTime;
    const keep = typed === undefined || (typed.value === '' && !typed.validity.badInput) ? null : typed.valueAsNumber;
    const isKnown = keep === null || (Number.isInteger(keep) && keep >= 1 && keep <= LIMITS.cloudBackups);
    this.fault = isKnown ? '' : msg(str`Keep 1 to ${formatNumber(LIMITS.cloudBackups)} backups, or leave it empty to keep all.`);
    this.said = () => '';
    if (isKnown) void this.#save({ every, keep });
  };

  async #save(choice: CloudBackupChoice): Promise<void> {
    const answer = await this.client.call.setCloudBackupSchedule(choice);
    if (!answer.ok) {
      this.fault = sentenceOf(answer.error);
      return;
    }
    this.schedule = answer.value;
    this.said = () => msg('Saved.');
  }
}

/** What was done, and what is next. */
function sentences({ every, made, looked, next, working, waits }: CloudBackupSchedule, now: number): readonly string[] {
  const last = made === undefined ? [] : [msg(str`Last backup: ${formatDateTime(made)}.`)];
  if (every === 'never' || next === undefined) return [...last, msg('Nothing goes there by itself.')];
  const unchanged = looked !== undefined && made !== undefined && looked > made ? [msg(str`Nothing had changed since on ${formatDateTime(looked)}.`)] : [];
  return [...last, ...unchanged, nextSentence({ next, working, waits }, now)];
}

function nextSentence({ next, working, waits }: { readonly next: number; readonly working: boolean; readonly waits: CloudBackupSchedule['waits'] }, now: number): string {
  if (working) return msg('A backup is on its way.');
  switch (waits) {
    case 'paused': return msg('The next one is due, and waits until sync goes on.');
    case 'renewed': return msg('The next one is due, and waits until this device has the new keys of your home.');
    case 'arriving': return msg('The next one is due, and waits until all of your home has come to this device.');
    case 'signed_out': return msg('The next one is due, and waits until you are signed in.');
    case 'metered': return msg('The next one is due, and waits for a connection that costs nothing.');
    case undefined: return next <= now ? msg('The next one begins in a moment.') : msg(str`Next: ${formatDateTime(next)}.`);
  }
}

customElements.define('nx-cloud-schedule', NxCloudSchedule);
