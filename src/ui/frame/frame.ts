// What runs in `/frame.html` before an app does, and the only script that its policy starts there: it takes away what a policy cannot,
// waits for the app's port and code, and starts it. Where the document is not of opaque origin it starts nothing (docs/apps.md, "Frame").
import type { FrameReady, FrameRun } from '../../workers/contract/app-protocol.ts';

/** Ways to other machines that no content security policy closes. */
const WAYS_OUT = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'RTCIceTransport', 'RTCDtlsTransport', 'RTCSctpTransport', 'WebTransport'];

function closeWaysOut(): void {
  for (const name of WAYS_OUT) Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
}

/** Browsers write what is typed into a page to disk, to bring it back after a crash: not where a field says no. */
function keepFieldsOffDisk(): void {
  const mark = (root: ParentNode) => root.querySelectorAll('input, textarea, select').forEach((field) => { field.setAttribute('autocomplete', 'off'); });
  new MutationObserver(() => { mark(document); }).observe(document, { childList: true, subtree: true });
}

const isRun = (data: unknown): data is FrameRun => typeof data === 'object' && data !== null && (data as Partial<FrameRun>).type === 'nexus.run' && typeof (data as Partial<FrameRun>).code === 'string';

/** The app finds its port as `nexusPort`; its code is a module, for a policy admits scripts of this document's own making alone. */
function run({ code }: FrameRun, port: MessagePort): void {
  Object.defineProperty(globalThis, 'nexusPort', { value: port });
  const script = document.createElement('script');
  script.type = 'module';
  script.src = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  document.head.append(script);
}

function hear({ source, data, ports: [port] }: MessageEvent<unknown>): void {
  if (source !== parent || !port || !isRun(data)) return;
  removeEventListener('message', hear);
  run(data, port);
}

closeWaysOut();
keepFieldsOffDisk();
if (self.origin === 'null') {
  addEventListener('message', hear);
  parent.postMessage({ type: 'nexus.ready' } satisfies FrameReady, '*');
}
