// A person at the simulator's sign-in page, without a browser: reads the page's form, presses a button of it, and follows where it leads.

export type Button = 'allow' | 'deny';

/** Opens the page, presses the button, and gives what the last page answers. */
export async function answerPage(
  address: string,
  button: Button,
): Promise<{ readonly url: string; readonly status: number; readonly text: string }> {
  const page = await fetch(address);
  const html = await page.text();
  if (page.status !== 200) return { url: address, status: page.status, text: html };
  const { origin } = new URL(address);
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name!, value!]);
  const user = /<option>([^<]+)<\/option>/.exec(html)![1]!;
  if (!html.includes(`<button name="answer" value="${button}">`)) throw new Error(`The page has no button ${button}.`);
  const answer = await fetch(new URL(/action="([^"]+)"/.exec(html)![1]!, address), {
    method: 'POST',
    // As a browser sends it with a form.
    headers: { Origin: origin },
    body: new URLSearchParams([...fields, ['user', user], ['answer', button]]),
    redirect: 'manual',
  });
  const next = answer.headers.get('location');
  if (next === null) return { url: address, status: answer.status, text: await answer.text() };
  const last = await fetch(next);
  return { url: next, status: last.status, text: await last.text() };
}
