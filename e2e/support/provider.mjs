// An identity provider: oidc-provider, with its own pages for signing in, at which any name will do.

import http from 'node:http'

import { Provider } from 'oidc-provider'

import { freePort } from './demo.mjs'

/** A provider that knows one client, to be stopped. */
export async function startProvider (client, secret) {
  const issuer = `http://localhost:${await freePort()}`
  const back = []
  let handle = (_, response) => response.writeHead(503).end()
  const server = http.createServer((request, response) => handle(request, response))
  await new Promise(resolve => server.listen(new URL(issuer).port, '127.0.0.1', resolve))
  return {
    issuer,

    /** Says where people are sent back to; it serves from then on. */
    sendsBackTo (address) {
      back.push(address)
      const provider = new Provider(issuer, {
        clients: [{ client_id: client, client_secret: secret, redirect_uris: back, response_types: ['code'], grant_types: ['authorization_code'] }],
        findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
        cookies: { keys: ['a key of this test'] },
        pkce: { required: () => true }
      })
      handle = provider.callback()
    },

    /** Signs somebody in at its pages, and agrees. */
    async signIn (page, name) {
      await page.locator('input[name=login]').fill(name)
      await page.locator('input[name=password]').fill('any')
      await page.locator('button[type=submit]').click()
      await page.getByRole('button', { name: 'Continue' }).click()
    },

    async stop () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
