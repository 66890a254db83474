// A person at a browser without scripts: follows redirects, keeps cookies, reads forms and sends them.
export interface Page { readonly status: number; readonly url: string; readonly text: string; readonly headers: Headers }

export interface Person {
  open(url: string): Promise<Page>;
  /** Sends JSON, as the passkey script does. */
  post(url: string, json: string): Promise<Page>;
  /** Sends the form whose action ends in `action`, with what it holds and `fields`. */
  send(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
}

/** Cookies by name and path, as far as one server needs them. */
function cookieJar() {
  const kept = new Map<string, { value: string; path: string }>();
  return {
    keep(answer: Response) {
      for (const line of answer.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(/;\s*/);
        const name = pair.slice(0, pair.indexOf('='));
        const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
        const over = attributes.some((each) => /^expires=.*1970/i.test(each));
        if (over) kept.delete(`${name}${path}`);
        else kept.set(`${name}${path}`, { value: pair, path });
      }
    },
    header: (url: string) => [...kept.values()].filter(({ path }) => new URL(url).pathname.startsWith(path)).map(({ value }) => value).join('; '),
  };
}

/** `stopAt` is where the person leaves the server: the redirect that an app catches. */
export function person(stopAt: string, headers: Readonly<Record<string, string>> = {}): Person {
  const jar = cookieJar();
  async function visit(url: string, init: RequestInit = {}): Promise<Page> {
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie: jar.header(url), ...headers, ...init.headers as Record<string, string> } });
    jar.keep(answer);
    const location = answer.headers.get('location');
    if (location === null) return { status: answer.status, url, text: await answer.text(), headers: answer.headers };
    const next = new URL(location, url).href;
    return next.startsWith(stopAt) ? { status: answer.status, url: next, text: '', headers: answer.headers } : visit(next);
  }
  return {
    open: (url) => visit(url),
    post: (url, json) => visit(url, { method: 'POST', body: json, headers: { 'content-type': 'application/json' } }),
    send(page, action, fields = {}) {
      const form = [...page.text.matchAll(/<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/g)].find(([, to]) => to!.endsWith(action));
      if (!form) throw new Error(`no form ${action} in: ${page.text}`);
      const hidden = [...form[2]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [name!, value!]);
      return visit(new URL(form[1]!, page.url).href, { method: 'POST', body: new URLSearchParams({ ...Object.fromEntries(hidden) as Record<string, string>, ...fields }) });
    },
  };
}
