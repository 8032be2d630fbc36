// The codes of an authenticator app, from the key as a page shows it.

import { createHmac } from 'node:crypto'

/** The code of a key now, or so many steps of half a minute from now. */
export function codeOf (letters, steps = 0) {
  const bits = [...letters.replace(/[^A-Z2-7]/g, '')].map(l => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(l).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)))
  const step = Buffer.alloc(8)
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
  const hash = createHmac('sha1', key).update(step).digest()
  const word = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff
  return `${word % 1000000}`.padStart(6, '0')
}

/** The key that the page of a second factor shows. */
export async function keyOf (page) {
  return page.locator('p', { hasText: /^The key:/ }).locator('code').innerText()
}
