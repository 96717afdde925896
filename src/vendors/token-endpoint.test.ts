import { afterEach, expect, test } from 'vitest'
import { ServersUnderTest } from '../../test/support/vendors/server-under-test.ts'
import { requestToken } from './token-endpoint.ts'

const servers = new ServersUnderTest()
afterEach(() => servers.closeAll())

const CLIENT = { clientId: 'me', clientSecret: 's3cret', clientAuthentication: 'body' } as const

test('a reply of the token endpoint is read to 64 KiB', async () => {
  const sent = { bytes: 0 }
  const { url } = await servers.http((_, response) => {
    const chunk = Buffer.alloc(2 ** 20, 0x20)
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent.bytes += chunk.length
    }
    response.on('drain', more)
    response.on('error', () => {})
    more()
  })
  const reply = await requestToken({ ...CLIENT, tokenUrl: `${url}/token` }, 2_000)
  expect(reply).toEqual({ kind: 'unavailable', reason: 'the token endpoint answers with too much' })
  expect(sent.bytes).toBeLessThan(64 * 2 ** 20)
})

test('a token endpoint that changes the protocol is not waited for', async () => {
  const { url } = await servers.raw((socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
  )
  const reply = await requestToken({ ...CLIENT, tokenUrl: `${url}/token` }, 2_000)
  expect(reply).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('changes the protocol') })
})
