// What AWS documents as opaque is a message in the format of protocol buffers, after one byte: fields with rising numbers, texts and numbers, and one of the numbers
// is when it was issued. Observed in tokens of 2019 to 2022. Of what begins otherwise nobody knows what a number means.

const origins = ['origin_ec', 'er/aws', 'aws'];
const issuedFields = [5, 6];
// AWS gives nobody temporary credentials for longer: GetSessionToken and GetFederationToken, 129,600 seconds.
const longestMs = 129_600_000;
const [earliest, latest] = [Date.UTC(2010, 0) / 1000, Date.UTC(2100, 0) / 1000];
const [aNumber, aText] = [0, 2];

/** When an AWS session token, as it stands in a text, has surely ended, in milliseconds since 1970; undefined where it does not say when it was issued. */
export function sessionTokenEnds(token: string): number | undefined {
  const base64 = token
    .replace(/%2[Ff]|\\{1,3}(?:\/|u002[Ff])/g, '/')
    .replace(/%2[Bb]|\\{1,3}u002[Bb]/g, '+')
    .replace(/(?:=|%3[Dd])+$/, '');
  const bytes = Buffer.from(base64, 'base64');
  let at = 1;
  let field = 0;
  let issued: number | undefined;

  const number = (): number | undefined => {
    let [value, weight] = [0, 1];
    for (let count = 0; count < 10 && at < bytes.length; count++) {
      const byte = bytes[at++]!;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
      weight *= 128;
    }
    return undefined;
  };

  while (at < bytes.length) {
    const key = number();
    if (key === undefined || key >> 3 <= field) return undefined;
    field = key >> 3;
    const value = number();
    if (value === undefined) return undefined;
    if ((key & 7) === aText) {
      if (field === 1 && !origins.includes(bytes.toString('latin1', at, at + value))) return undefined;
      at += value;
    } else if ((key & 7) !== aNumber) return undefined;
    else if (field === 1) return undefined;
    else if (issuedFields.includes(field) && value > earliest && value < latest) issued = value;
  }
  return at === bytes.length && issued !== undefined ? issued * 1000 + longestMs : undefined;
}
