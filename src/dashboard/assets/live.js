// Keeps a page up to date: each message has texts for the elements that ask for them by name, and the verdict. In another
// state it is another page, so it is loaded again; now and then where more is on it than what changes every second.
{
  const { events, state, renew: reloadAfter } = document.body.dataset
  const note = document.getElementById('live-note')
  const say = (text) => {
    if (note !== null && note.textContent !== text) note.textContent = text
  }
  // A browser has six connections to one host: a page that nobody sees leaves its own to the others.
  let source = null
  let wasAway = false
  let shownVerdict = null
  const close = () => {
    source?.close()
    source = null
  }
  const open = () => {
    if (document.hidden || source !== null) return
    source = new EventSource(events)
    source.onmessage = ({ data }) => {
      const message = JSON.parse(data)
      const verdict = document.querySelector('.verdict')
      if (message.away) {
        wasAway = true
        // Nothing that a page offers is to be had without it.
        for (const offer of document.querySelectorAll('a.button')) {
          offer.removeAttribute('href')
          offer.setAttribute('aria-disabled', 'true')
        }
        say('The database is unreachable: what is shown is how it was last. To mend it: spenddown doctor')
        // What was judged is no longer known.
        if (verdict !== null) {
          verdict.className = 'verdict unsure away'
          document.title = message.title
          const icon = document.querySelector('link[rel=icon]')
          icon.href = icon.href.replace(/icon[a-z-]*\.svg/, 'icon-unsure.svg')
        }
      } else say('Live: it is brought up to date every second.')
      if (!message.away && (wasAway || message.state !== state)) {
        close()
        location.reload()
        return
      }
      for (const element of document.querySelectorAll('[data-live]')) {
        const text = message.text[element.dataset.live]
        if (text !== undefined && element.textContent !== text) element.textContent = text
      }
      const card = document.querySelector('[data-live-verdict]')
      if (card !== null && message.verdict !== undefined && message.verdict !== shownVerdict) {
        shownVerdict = message.verdict
        card.innerHTML = shownVerdict
      }
      for (const bar of document.querySelectorAll('[data-live-done]')) bar.value = message.done ?? bar.value
    }
    source.onerror = () => {
      say('Not live just now: trying again.')
      // A refusal ends the stream for good: the browser itself does not try again then.
      if (source?.readyState !== EventSource.CLOSED) return
      close()
      setTimeout(open, 10_000)
    }
  }
  // What is drawn on the server is drawn there again.
  const renew = async (element) => {
    const reply = await fetch(element.dataset.renewedFrom).catch(() => null)
    if (reply?.ok === true) element.innerHTML = await reply.text()
  }
  for (const element of document.querySelectorAll('[data-renewed-from]'))
    setInterval(() => document.hidden || renew(element), 5_000)
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  open()
  if (reloadAfter !== undefined) setInterval(() => document.hidden || location.reload(), Number(reloadAfter) * 1_000)
}
