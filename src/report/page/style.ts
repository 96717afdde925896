/** The style of charts and their tables, on any page that defines --ink, --soft, --line, --page and --accent. */
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

/** The page's only style: for phones and paper, in light and dark. Colours differ in lightness too. */
export const STYLE = `${CHART_STYLE}
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--line:#d8dde3;--page:#fff;--card:#f6f8fa;--accent:#0b62c4}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa6b2;--line:#30363d;--page:#0d1117;--card:#161b22;--accent:#6cb0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:820px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:40px 0 4px;padding-top:12px;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:24px 0 4px}
p{margin:8px 0}
.sub,.note,figcaption{color:var(--soft);font-size:.875rem}
.lead{font-size:1.15rem;line-height:1.45;margin:16px 0;padding:14px 16px;background:var(--card);border-left:4px solid var(--accent);border-radius:4px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:16px 0;font-size:.9rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:10px;margin:16px 0}
.tile{background:var(--card);border-radius:6px;padding:10px 12px}
.tile b{display:block;font-size:1.35rem;line-height:1.25;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.8rem}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:4.5em}
th{color:var(--soft);font-weight:500}
tbody th{color:inherit;font-weight:400}
.stack{display:block;width:100%;height:28px;border-radius:4px;margin:12px 0}
footer{margin-top:40px;padding-top:12px;border-top:1px solid var(--line);color:var(--soft);font-size:.8rem}
@media (max-width:600px){main{padding:16px 14px 32px}
.tiles{grid-template-columns:repeat(2,1fr)}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}.lead{font-size:1.05rem}
table{font-size:.8125rem}th,td{padding-right:6px}tbody th{min-width:6em}}
@media print{@page{size:A4;margin:16mm 14mm}:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--card:#f3f4f6;--accent:#0b62c4}
body{font-size:10.5pt}main{max-width:none;padding:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.appendix{break-before:page}figure,.tile,tr,.lead{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}.table{overflow:visible}}
`
