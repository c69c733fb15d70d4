import assert from 'node:assert/strict';
import test from 'node:test';
import { MfaDevice } from '../../src/simulator/mfa.ts';
import { World } from '../../src/simulator/world.ts';

test('a virtual MFA device shows the codes of RFC 6238, and takes each once, a step early or late', () => {
  const device = new MfaDevice('serial', new World().createUser('u'), Buffer.from('12345678901234567890'));
  assert.equal(device.secret, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  const at = (seconds: number) => new Date(seconds * 1000);
  // Appendix B, the last six digits
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(device.codeAt(at(seconds)), code);
  }
  const now = at(1_234_567_890);
  assert.equal(device.takes(device.codeAt(at(1_234_567_890 - 60)), now), false);
  assert.equal(device.takes(device.codeAt(at(1_234_567_890 - 30)), now), true);
  assert.equal(device.takes(device.codeAt(at(1_234_567_890 - 30)), now), false);
  assert.equal(device.takes(device.codeAt(at(1_234_567_890 + 30)), now), true);
  assert.equal(device.takes('005924', now), false, 'a later one was used');
});
