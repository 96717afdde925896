import { expect, test } from 'vitest'
import { isSecretName } from './secret-name.ts'

test.each([
  'ACME_APIKEY APIKEY HUNTER_API_KEY API_KEY_2 ACME_APIKEY2 apiKey X-Api-Key api.key API_KEYS apiKeyOld',
  'PGPASSWORD MYSQL_PWD DB_PASS DBPASS SMTPPASS PASSWORD Password1 passwd KEY_PASSPHRASE PASSWORD_OLD',
  'GITHUB_PAT GITLAB_PAT_V2 NPM_TOKEN ACCESSTOKEN accessToken CI_JOB_TOKEN TOKEN token_value refresh-token',
  'ACME_AUTH BASIC_AUTH AUTH Authorization Proxy-Authorization Set-Cookie Cookie HTTPAUTH',
  'CLIENT_SECRET clientsecret SECRET SECRET_KEY_BASE SecretKey AWS_SECRET_ACCESS_KEY ACCESS_KEY CREDENTIALS',
  'X-Amz-Signature sig jwt ACME_JWT SIGNING_KEY SUBSCRIPTION-KEY Ocp-Apim-Subscription-Key ssh_key',
])('a secret by its name: %s', (names) => {
  for (const name of names.split(' ')) expect([name, isSecretName(name)]).toEqual([name, true])
})

test.each([
  'AUTHOR GIT_AUTHOR_NAME AUTHORITY XAUTHORITY SSH_AUTH_SOCK OAUTH_SCOPE AUTHENTICATED',
  'PATH PATTERN MANPATH PATIENT PATCH SPAT PAT PWD OLDPWD COMPASS BYPASS PASSENGER PASSPORT_COUNTRY PGPASSFILE',
  'MONKEY KEYBOARD DONKEY TURKEY KEYWORD HOTKEY sort_keys KEY_ID ACCESS_KEY_ID idempotency-key key',
  'TOKENIZER MAX_TOKENS TOKENS SECRETARY SECRETARIAT COOKIES_ACCEPTED design signal PIN OTP_ISSUER significant',
  'email job_title company first_name HOME LANG NODE_ENV DATABASE_URL',
])('an ordinary name: %s', (names) => {
  for (const name of names.split(' ')) expect([name, isSecretName(name)]).toEqual([name, false])
})

test('where keys open something, a lone one is a secret; an idempotency key opens nothing', () => {
  for (const name of ['key', 'ACME_KEY', 'x-key', 'partnerKey'])
    expect(isSecretName(name, { loneKey: true })).toBe(true)
  for (const name of ['Idempotency-Key', 'MONKEY', 'keyword', 'KEY_ID', ''])
    expect(isSecretName(name, { loneKey: true })).toBe(false)
})
