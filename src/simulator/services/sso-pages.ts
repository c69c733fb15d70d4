import type { IdentityCenter, SsoClient, SsoRequest } from '../identity-center.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import type { World } from '../world.ts';

/** The pages on which a person allows or denies a sign-in: `/authorize` for a client with a browser, `/device` for one that shows a code. */
export function ssoPage(request: WireRequest, world: World): WireAnswer | undefined {
  const page = Object.hasOwn(pages, `${request.method} ${request.path}`) ? pages[`${request.method} ${request.path}`] : undefined;
  return page?.(request, world);
}

const pages: Readonly<Record<string, (request: WireRequest, world: World) => WireAnswer>> = {
  'GET /authorize'(request, world) {
    const center = world.identityCenter;
    const value = (name: string) => single(request.query[name]);
    const client = center.clients.get(value('client_id') ?? '');
    if (!client || client.expiresAt <= world.now()) return refusal('The application is not registered.');
    const redirectUri = value('redirect_uri') ?? '';
    if (!isRegistered(redirectUri, client)) return refusal('The application did not register this redirect URI.');
    const challenge = value('code_challenge') ?? '';
    if (value('response_type') !== 'code') return refusal('The response type must be code.');
    if (value('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge))
      return refusal('The request lacks a code challenge S256.');
    const asked = (value('scopes') ?? value('scope') ?? '').split(/[ +,]/).filter((scope) => scope !== '');
    if (asked.some((scope) => !client.scopes.includes(scope))) return refusal('The application did not register these scopes.');
    const expiresAt = new Date(world.now().getTime() + center.requestSeconds * 1000);
    const key = center.token();
    center.requests.set(key, { client, expiresAt, browser: { redirectUri, state: value('state'), challenge } });
    return question(world, client, 'authorize', { request: key });
  },

  'POST /authorize'(request, world) {
    const center = world.identityCenter;
    const form = new URLSearchParams(request.body.toString());
    const key = form.get('request') ?? '';
    const asked = center.requests.get(key);
    if (!asked?.browser || asked.user !== undefined || asked.expiresAt <= world.now())
      return refusal('This request was answered already, or is over.');
    center.requests.delete(key);
    const back = new URL(asked.browser.redirectUri);
    if (answer(asked, form, center)) {
      const code = center.token();
      center.requests.set(code, asked);
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    if (asked.browser.state !== undefined) back.searchParams.set('state', asked.browser.state);
    return { ...html(303, 'Signing in', ''), headers: { ...pageHeaders, Location: back.href } };
  },

  'GET /device'(request, world) {
    const userCode = single(request.query.user_code);
    if (userCode === undefined) return html(200, 'Enter the code', codeForm);
    const asked = deviceRequest(userCode, world);
    return asked ? question(world, asked.client, 'device', { user_code: userCode }) : refusal('No application waits for this code.');
  },

  'POST /device'(request, world) {
    const form = new URLSearchParams(request.body.toString());
    const asked = deviceRequest(form.get('user_code') ?? '', world);
    if (!asked) return refusal('No application waits for this code.');
    return answer(asked, form, world.identityCenter)
      ? html(200, 'Request allowed', '<p>You can close this page and go back to the application.</p>')
      : html(200, 'Request denied', '<p>The application gets nothing. You can close this page.</p>');
  },
};

/** Whether a redirect address is one that the client registered: a loopback address, at any port (RFC 8252, section 7.3). */
function isRegistered(redirectUri: string, client: SsoClient): boolean {
  const withoutPort = (uri: string) => {
    if (!URL.canParse(uri)) return undefined;
    const url = new URL(uri);
    url.port = '';
    return url.protocol === 'http:' && url.hostname === '127.0.0.1' ? url.href : undefined;
  };
  const given = withoutPort(redirectUri);
  return given !== undefined && client.redirectUris.some((registered) => withoutPort(registered) === given);
}

function deviceRequest(userCode: string, world: World): SsoRequest | undefined {
  const waits = ({ device, user, denied, expiresAt }: SsoRequest) =>
    device?.userCode === userCode.trim().toUpperCase() && user === undefined && !denied && expiresAt > world.now();
  return [...world.identityCenter.requests.values()].find(waits);
}

/** Notes what the person answered; whether it was yes. */
function answer(asked: SsoRequest, form: URLSearchParams, { users }: IdentityCenter): boolean {
  const user = form.get('user') ?? '';
  if (form.get('answer') === 'allow' && users.includes(user)) asked.user = user;
  else asked.denied = true;
  return asked.user !== undefined;
}

const codeForm = `<form method="get" action="device">
<p><label>The code that the application shows <input name="user_code" autocomplete="off" required pattern="[A-Za-z]{4}-[A-Za-z]{4}"></label></p>
<p><button>Next</button></p>
</form>`;

/** `action` is relative: an editor in a browser shows the page below a path of its own. */
function question(world: World, client: SsoClient, action: string, hidden: Readonly<Record<string, string>>): WireAnswer {
  const { users, startUrl } = world.identityCenter;
  const fields = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
  const options = users.map((user) => `<option>${escaped(user)}</option>`);
  const code =
    hidden.user_code === undefined ? '' : `<p>Allow only if it shows the code <strong>${escaped(hidden.user_code)}</strong>.</p>`;
  const scopes = client.scopes.length === 0 ? '' : ` It asks for: ${escaped(client.scopes.join(', '))}.`;
  return html(
    200,
    `Allow ${client.name}?`,
    `<p><strong>${escaped(client.name)}</strong> wants to reach your AWS accounts.${scopes}</p>
${code}
<p>Identity Center <code>${escaped(startUrl)}</code>, account ${world.accountId}, simulated by Keystow: nothing here is real.</p>
<form method="post" action="${action}">
${fields.join('\n')}
<p><label>Signed in as <select name="user">${options.join('')}</select></label></p>
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></p>
</form>`,
  );
}

const refusal = (why: string) => html(400, 'This request cannot be answered', `<p>${escaped(why)}</p>`);

// No form-action: it would hold for the redirect to the application too.
const pageHeaders = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

function html(status: number, title: string, content: string): WireAnswer {
  const style =
    'body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}button,input,select{font:inherit;padding:.3em 1em}';
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: pageHeaders,
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1>
${content}
</main></body></html>
`,
  };
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const single = (value: string | string[] | undefined) => [value].flat()[0];
