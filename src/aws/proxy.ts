/**
 * The proxy that the usual variables name for this address, undefined where it is asked directly. The lower-case name of a variable wins, as with
 * curl and Python; `NO_PROXY` lists hosts that stand for themselves and all below them, with an optional port, or `*`.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  const read = (name: string) => env[name] || env[name.toUpperCase()] || undefined;
  const proxy = read(`${url.protocol.slice(0, -1)}_proxy`) ?? read('all_proxy');
  if (proxy === undefined || isExempt(url, read('no_proxy') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, host = '', onlyPort] = /^(.{0,255}?)(?::(\d{1,5}))?$/.exec(entry.toLowerCase()) ?? [];
      const name = host.replace(/^\*?\./, '');
      return (onlyPort === undefined || onlyPort === ownPort) && (hostname === name || hostname.endsWith(`.${name}`));
    });
}
