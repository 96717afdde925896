/**
 * How charts, and tables that belong to them, look on any page that gives --ink, --soft, --line, --page and --accent a
 * colour. Text does not shrink with the screen: where there is little room, the narrow chart takes the place of the wide.
 */
export const CHART_STYLE = `
:root{--refreshed:#0b62c4;--notFound:#8cb9ea;--failed:#c2410c;--unknown:#a16207;--superseded:#6b7280;--unused:#c9d1d9;--changed:#0f766e}
@media (prefers-color-scheme:dark){:root{--refreshed:#4a94e8;--notFound:#2f5f94;--failed:#f2824e;--unknown:#d8a526;--superseded:#8b949e;--unused:#3d444d;--changed:#35b8a6}}
figure,.table{margin:16px 0}.table{overflow-x:auto}
caption{text-align:left;font-weight:600;padding:6px 0}
tbody th{min-width:7em}.table small{display:block;color:var(--soft);font-size:.8rem;font-weight:400;line-height:1.4}
.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:0}
.sum th,.sum td{font-weight:600}
td.bar{width:22%;min-width:60px;padding-right:0}
td.bar svg{display:block;width:100%;height:10px;margin-top:6px}
.chart{container-type:inline-size}.chart svg{display:block;width:100%;height:auto}.chart .narrow{display:none}
@container (max-width:560px){.chart .wide{display:none}.chart .narrow{display:block}}
.chart text{fill:var(--soft);font-size:12px}
.axes line{stroke:var(--line);stroke-width:1}.axes .tick{stroke:var(--soft)}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.line.spent,.line.pace{stroke:var(--accent)}.area{shape-rendering:crispEdges}.area.spent{shape-rendering:auto;fill:var(--accent);opacity:.16}
.line.ideal{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:6 5}
.line.p50{stroke:var(--accent)}.line.p95{stroke:var(--unknown);stroke-dasharray:7 3}.line.p99{stroke:var(--failed);stroke-dasharray:2 3}
.idle{fill:var(--soft);opacity:.14}
circle.mark{fill:var(--page);stroke:var(--ink)}line.mark{stroke:var(--soft);stroke-dasharray:2 3;opacity:.6}.chart text.mark{fill:var(--ink);font-size:10px}
.of-refreshed{fill:var(--refreshed)}.of-notFound{fill:var(--notFound)}.of-failed{fill:var(--failed)}.of-unknown{fill:var(--unknown)}
.of-superseded{fill:var(--superseded)}.of-unused{fill:var(--unused)}.of-changed{fill:var(--changed)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:2px 0 0;padding:0;color:var(--soft);font-size:.875rem}
.legend svg{width:22px;height:10px;margin-right:6px}
@media (max-width:600px){td.bar,th.bar{display:none}}
@media print{:root{--refreshed:#0b62c4;--notFound:#8cb9ea;--failed:#c2410c;--unknown:#a16207;--superseded:#6b7280;--unused:#c9d1d9;--changed:#0f766e}}
`
