// Draws the course of a run with uPlot, in the colours of the page's scheme, and again while it goes on.
{
  const place = document.querySelector('[data-series]')
  const live = document.body.dataset.events !== undefined
  const HEIGHT = 190

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

  // What each chart shows: columns of the series, with their labels and colours.
  const CHARTS = {
    left: [
      ['left', 'credits left', '--accent'],
      ['ideal', 'even use', '--quiet', [6, 4]],
    ],
    rates: [
      ['refreshed', 'refreshed', '--accent'],
      ['notFound', 'not found', '--look'],
      ['others', 'failed, unknown, superseded', '--act'],
    ],
    pace: [
      ['concurrency', 'at once', '--live'],
      ['sent', 'sent a second', '--accent'],
    ],
    latency: [
      ['p50', 'p50', '--accent'],
      ['p95', 'p95', '--look'],
      ['p99', 'p99', '--act'],
    ],
  }

  const axis = (size) => ({
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
    ...(size === undefined ? {} : { size }),
  })

  // A faint line wherever the pace has another reason.
  const marks = (series) => (plot) => {
    const { ctx, bbox } = plot
    ctx.save()
    ctx.strokeStyle = colour('--look')
    ctx.globalAlpha = 0.45
    ctx.beginPath()
    for (const { at } of series.reasons) {
      const x = Math.round(plot.valToPos(at, 'x', true))
      if (x < bbox.left || x > bbox.left + bbox.width) continue
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
    }
    ctx.stroke()
    ctx.restore()
  }

  const options = (name, series, width) => ({
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), place.dataset.zone),
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] } },
    axes: [{ ...axis(), values: (_, ticks) => ticks.map((tick) => clock(tick, series.at)) }, axis(64)],
    series: [
      { value: (_, at) => (at === null ? '–' : clock(at, series.at)) },
      ...CHARTS[name].map(([, label, stroke, dash]) => ({
        label,
        stroke: colour(stroke),
        width: 2,
        points: { show: false },
        value: (_, value) => (value === null ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 1 })),
        ...(dash === undefined ? {} : { dash }),
      })),
    ],
    hooks: name === 'pace' ? { draw: [marks(series)] } : {},
  })

  const clock = (seconds, all) => {
    const long = (all.at(-1) ?? 0) - (all[0] ?? 0) > 600
    const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: place.dataset.zone }
    return new Date(seconds * 1_000).toLocaleTimeString('en-US', long ? parts : { ...parts, second: '2-digit' })
  }

  let plots = []
  let latest = null

  const draw = () => {
    for (const plot of plots) plot.destroy()
    plots = [...place.querySelectorAll('[data-chart]')].map((element) => {
      const name = element.dataset.chart
      const data = [latest.at, ...CHARTS[name].map(([column]) => latest[column])]
      return new uPlot(options(name, latest, element.clientWidth), data, element)
    })
  }

  const load = async () => {
    const reply = await fetch(place.dataset.series).catch(() => null)
    if (reply?.ok !== true) return
    latest = await reply.json()
    draw()
  }

  if (place !== null) {
    load()
    if (live) setInterval(() => document.hidden || load(), 5_000)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => latest !== null && draw())
    let width = innerWidth
    addEventListener('resize', () => {
      if (latest === null || innerWidth === width) return
      width = innerWidth
      draw()
    })
  }
}
