// One app's port: what comes in is parsed before it is trusted, bounded in number, and answered; who asks is known by the port alone.
// Whoever sends what is no request is cut off.
import type { Result } from '../../result.ts';
import { APP_LIMITS, type AppArgs, type AppCall, type AppFailure, type AppMessage, type AppValue } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { APP_ARGUMENTS, isRequest } from './app-arguments.ts';
import { holdsToken, LEFT_ALONE } from './token-scanner.ts';

export type AppHandlers = { readonly [C in AppCall]: (args: AppArgs<C>) => Promise<Result<AppValue<C>, NexusError>> };

export interface AppPort {
  tell(message: Extract<AppMessage, { event: string }>): void;
  close(): void;
}

export interface AppPortDeps {
  readonly handlers: AppHandlers;
  /** A fault that a person can do something about, told from a bug. */
  readonly expected: (fault: unknown) => NexusError | undefined;
  /** Tells of a bug and gives the id by which a person can name it. */
  readonly incident: (call: string, fault: unknown) => string;
  /** An answer looked like a key or a token, and was not given. */
  readonly withheld: (call: AppCall) => void;
  /** It was closed: by us, or because it broke the protocol. */
  readonly closed: (why: 'asked' | 'broke_protocol') => void;
}

const failureOf = ({ code, retryAfterMs }: NexusError): AppFailure => ({ code, ...(retryAfterMs !== undefined && { retryAfterMs }) });

export function serveAppPort(port: MessagePort, { handlers, expected, incident, withheld, closed }: AppPortDeps): AppPort {
  let open = true;
  let running = 0;
  const post = (message: AppMessage) => { if (open) port.postMessage(message); };

  function close(why: 'asked' | 'broke_protocol'): void {
    if (!open) return;
    post({ event: 'closed' });
    open = false;
    port.onmessage = null;
    port.close();
    closed(why);
  }

  /** All of it or nothing: what is beside a token in an answer is not worth the risk. */
  function passed(call: AppCall, result: Result<unknown, NexusError>): Result<unknown, NexusError> {
    if (!result.ok || !holdsToken(result.value, LEFT_ALONE[call])) return result;
    withheld(call);
    return { ok: false, error: nexusError('grants.withheld') };
  }

  async function answer(call: AppCall, args: unknown): Promise<Result<unknown, NexusError>> {
    if (running > APP_LIMITS.inFlight) return { ok: false, error: nexusError('grants.busy') };
    if (!APP_ARGUMENTS[call](args)) return { ok: false, error: nexusError('door.bad_argument', { detail: call }) };
    try {
      return passed(call, await (handlers[call] as (given: unknown) => Promise<Result<unknown, NexusError>>)(args));
    } catch (fault) {
      return { ok: false, error: expected(fault) ?? nexusError('internal', { detail: incident(`app.${call}`, fault) }) };
    }
  }

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isRequest(data)) return close('broke_protocol');
    running += 1;
    void answer(data.call, data.args).then((result) => {
      running -= 1;
      post(result.ok ? { id: data.id, ok: true, value: result.value } : { id: data.id, ok: false, error: failureOf(result.error) });
    });
  };
  return { tell: post, close: () => close('asked') };
}
