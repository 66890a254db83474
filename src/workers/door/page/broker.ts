// The page's part in finding the authority: it asks the service worker for it, or answers that its own worker is it.
import type { AuthorityWanted, Line } from '../../contract/relay.ts';

export interface Broker {
  /** A port to the authority wherever it is; `onNobody` where no window has it. Waits for a service worker to be active. */
  find(onNobody: () => void): Promise<MessagePort>;
}

export interface Hosting {
  readonly namespace: string;
  /** True while this page's worker holds the office. */
  hosts(): boolean;
  connect(line: Line, port: MessagePort): void;
}

export function createBroker(container: ServiceWorkerContainer, { namespace, hosts, connect }: Hosting): Broker {
  container.addEventListener('message', (event: MessageEvent<AuthorityWanted | undefined>) => {
    const message = event.data;
    if (message?.type === 'authority.who' && message.namespace === namespace && hosts()) {
      (event.source as ServiceWorker).postMessage({ type: 'authority.here', ask: message.ask } satisfies AuthorityWanted);
    }
    const [port] = event.ports;
    if (message?.type === 'authority.connect' && message.namespace === namespace && port) connect(message.line, port);
  });
  container.startMessages();

  return {
    async find(onNobody) {
      const { active } = await container.ready;
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', (event: MessageEvent<AuthorityWanted | undefined>) => {
        if (event.data?.type === 'authority.nobody') onNobody();
      });
      active?.postMessage({ type: 'authority.find', namespace } satisfies AuthorityWanted, [port2]);
      return port1;
    },
  };
}
