/** The console's style sheet. One file, no import, no font, no picture from elsewhere. Data. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f5f1; --paper: #ffffff; --raised: #fbfaf7; --ink: #1d2421; --soft: #55605b; --line: #dcdad2; --edge: #85897f;
  --accent: #0f5c4d; --accent-ink: #ffffff; --accent-soft: #e2efeb; --accent-text: #0b5143;
  --good: #17613f; --good-soft: #e0f1e7; --bad: #9c2a1f; --bad-soft: #fbe6e2; --warn: #7a4b00; --warn-soft: #fcefd4;
  --plain-soft: #eceae4; --focus: #1a4fd6; --mark: #fff3b8; --shadow: 0 1px 2px rgb(30 30 20 / .06);
  --c1: #0f6b58; --c2: #b4532a; --c3: #6a6f87; --c4: #a3841b; --c5: #7b4a93; --c6: #2d6ea3;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", Menlo, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131715; --paper: #1b201e; --raised: #202624; --ink: #e9ece9; --soft: #a9b3ae; --line: #333b37; --edge: #7c8782;
    --accent: #63c2aa; --accent-ink: #0b1f1a; --accent-soft: #1d3a33; --accent-text: #8fd9c5;
    --good: #7fd3a3; --good-soft: #17352a; --bad: #ff9d8f; --bad-soft: #43201b; --warn: #f0c06a; --warn-soft: #3b2d10;
    --plain-soft: #2a312e; --focus: #9bb8ff; --mark: #4d4412; --shadow: none;
    --c1: #5fc2a9; --c2: #ee9165; --c3: #a4aac4; --c4: #dcbd5a; --c5: #c698dd; --c6: #7fb9e8;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5; font-size: 1rem;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
h1, h2, h3 { line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.15rem; } h3 { font-size: 1rem; }
p, ul, ol, dl { margin: 0; } a { color: var(--accent-text); text-underline-offset: .18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
code, kbd, .mono { font-family: var(--mono); font-size: .875em; overflow-wrap: anywhere; }
kbd { border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35em; background: var(--paper); }
small, .small { font-size: .875rem; } .soft { color: var(--soft); } .nowrap { white-space: nowrap; } .right { text-align: right; }
.skip { position: absolute; left: -999rem; top: .5rem; background: var(--paper); padding: .6rem 1rem; z-index: 9; border-radius: 6px; }
.skip:focus { left: .5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.app { display: grid; grid-template-columns: 14.5rem minmax(0, 1fr); min-height: 100vh; }
.side { background: var(--paper); border-right: 1px solid var(--line); padding: 1.25rem .9rem; position: sticky; top: 0; height: 100vh;
  overflow-y: auto; display: flex; flex-direction: column; gap: 1.25rem; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 700; font-size: 1.15rem; color: var(--ink); text-decoration: none; padding: 0 .5rem; }
.brand svg { width: 1.6rem; height: 1.6rem; color: var(--accent); }
.side ul { list-style: none; padding: 0; display: grid; gap: .15rem; }
.side nav a { display: flex; align-items: center; gap: .7rem; padding: .5rem .6rem; border-radius: 8px; color: var(--ink); text-decoration: none; }
.side nav a:hover { background: var(--plain-soft); }
.side nav a[aria-current] { background: var(--accent-soft); color: var(--accent-text); font-weight: 600; }
.side nav svg { width: 1.2rem; height: 1.2rem; flex: none; }
.side nav .count { margin-left: auto; font-size: .8rem; font-weight: 650; padding: 0 .5rem; border-radius: 99px; background: var(--bad-soft); color: var(--bad); }
.who { margin-top: auto; border-top: 1px solid var(--line); padding: .9rem .5rem 0; font-size: .875rem; display: grid; gap: .5rem; }
.who strong { display: block; overflow-wrap: anywhere; }
.menu { display: none; }
main { padding: 1.75rem clamp(1rem, 3vw, 2.5rem) 4rem; max-width: 82rem; width: 100%; min-width: 0; display: grid; gap: 1.5rem; align-content: start; }
main:focus { outline: none; }
.head { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: end; justify-content: space-between; }
.head p { color: var(--soft); margin-top: .3rem; max-width: 46rem; }
.trail { font-size: .875rem; margin-bottom: .35rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); padding: 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; min-width: 0; }
.card > header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: baseline; }
.card.flush { padding: 0; gap: 0; overflow: hidden; } .card.flush > header { padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); }
.inset { padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); } .grow { flex: 1 1 14rem; width: auto; } .fit { width: auto; }
.columns { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; }
.halves { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; min-width: 0; } figure { margin: 0; } .row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; position: relative; }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
.tile { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.1rem; display: grid; gap: .2rem; align-content: start; box-shadow: var(--shadow); }
.tile .figure { font-size: 1.9rem; font-weight: 650; line-height: 1.15; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.tile .label { font-size: .875rem; color: var(--soft); } .tile .more { font-size: .875rem; }
.tile.alarm { border-color: var(--bad); } .tile.alarm .figure { color: var(--bad); } .tile.fine .figure { color: var(--good); }
.table { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; padding: .6rem .9rem; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: .8125rem; white-space: nowrap; background: var(--raised); }
tbody th { font-size: inherit; color: inherit; background: none; white-space: normal; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover, tbody tr.at { background: var(--raised); } tbody tr.at { box-shadow: inset 3px 0 0 var(--accent); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .6rem .9rem; color: var(--soft); font-size: .875rem; }
.chips { display: flex; flex-wrap: wrap; gap: .3rem; }
.chip { display: inline-flex; gap: .35rem; align-items: center; padding: .05rem .55rem; border-radius: 99px; font-size: .8125rem; font-weight: 550; background: var(--plain-soft); color: var(--ink); max-width: 100%; overflow-wrap: anywhere; }
td .chip { white-space: nowrap; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
.find { display: grid; gap: .75rem; grid-template-columns: minmax(10rem, 14rem) minmax(0, 1fr) auto; align-items: end; }
blockquote { margin: 0; border-left: 3px solid var(--accent); padding-left: 1rem; }
.choices { list-style: none; padding: 0; display: grid; gap: .2rem; min-width: 16rem; }
.chip.good { background: var(--good-soft); color: var(--good); } .chip.bad { background: var(--bad-soft); color: var(--bad); }
.chip.warn { background: var(--warn-soft); color: var(--warn); } .chip.accent { background: var(--accent-soft); color: var(--accent-text); }
form.inline { display: inline; }
.fields { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); align-items: start; }
.fields .wide { grid-column: 1 / -1; }
.field { display: grid; gap: .3rem; align-content: start; min-width: 0; border: 0; padding: 0; margin: 0; }
.field > label, legend { font-weight: 600; font-size: .9rem; padding: 0; } .field .help { font-size: .875rem; color: var(--soft); }
.field .error { font-size: .875rem; color: var(--bad); font-weight: 600; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: .5rem .65rem; width: 100%; min-height: 2.6rem; }
textarea { min-height: 7rem; resize: vertical; line-height: 1.45; } textarea.short { min-height: 4.5rem; }
[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
input[type=checkbox], input[type=radio] { width: 1.15rem; height: 1.15rem; min-height: 0; flex: none; margin: .18rem 0 0; accent-color: var(--accent); }
.check { display: flex; gap: .6rem; align-items: flex-start; min-height: 1.75rem; } .check span span { display: block; color: var(--soft); font-size: .875rem; }
.checks { display: grid; gap: .35rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.button { display: inline-flex; align-items: center; justify-content: center; gap: .45rem; font: inherit; font-weight: 600; font-size: .9375rem; padding: .5rem .95rem; min-height: 2.6rem; width: auto;
  border-radius: 8px; border: 1px solid var(--edge); background: var(--paper); color: var(--ink); text-decoration: none; cursor: pointer; }
.button:hover { background: var(--plain-soft); } .button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.button.primary:hover { filter: brightness(1.08); } .button.danger { border-color: var(--bad); color: var(--bad); }
.button.small { min-height: 2rem; padding: .2rem .65rem; font-size: .875rem; }
.filters { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); align-items: end; } .filters .check { align-items: center; min-height: 2.6rem; }
.filters .row { grid-column: 1 / -1; } .filters label { font-size: .8125rem; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; border-bottom: 1px solid var(--line); padding: 0; list-style: none; }
.tabs a { display: inline-block; padding: .55rem .85rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
.tabs a:hover { background: var(--plain-soft); border-radius: 8px 8px 0 0; } .tabs a[aria-current] { border-color: var(--accent); font-weight: 600; color: var(--accent-text); }
.note { border: 1px solid var(--line); border-left: 4px solid var(--edge); background: var(--paper); border-radius: 8px; padding: .8rem 1rem; display: grid; gap: .4rem; }
.note.good { border-left-color: var(--good); background: var(--good-soft); } .note.bad { border-left-color: var(--bad); background: var(--bad-soft); }
.note.warn { border-left-color: var(--warn); background: var(--warn-soft); } .note ul { padding-left: 1.2rem; }
.empty { text-align: center; padding: 2.5rem 1.25rem; display: grid; gap: .6rem; justify-items: center; } .empty p { color: var(--soft); max-width: 34rem; }
.todo { list-style: none; padding: 0; } .todo li { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; justify-content: space-between; padding: .85rem 1.25rem; border-bottom: 1px solid var(--line); }
.todo li:last-child { border-bottom: 0; } .todo p { color: var(--soft); font-size: .9rem; }
.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .45rem 1.25rem; } .facts dt { color: var(--soft); font-size: .9rem; } .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; padding: 0; } .timeline > li { border-left: 2px solid var(--line); padding: 0 0 1.25rem 1.25rem; position: relative; margin-left: .4rem; display: grid; gap: .35rem; }
.timeline > li::before { content: ""; position: absolute; left: -.44rem; top: .4rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--paper); border: 2px solid var(--edge); }
.timeline > li.good::before { border-color: var(--good); background: var(--good); } .timeline > li.bad::before { border-color: var(--bad); background: var(--bad); }
.timeline time, time { font-variant-numeric: tabular-nums; } .timeline > li:last-child { padding-bottom: 0; }
.pager { display: flex; flex-wrap: wrap; gap: .6rem; justify-content: space-between; align-items: center; padding: .9rem 1.25rem; border-top: 1px solid var(--line); }
.copy { display: flex; gap: .5rem; align-items: stretch; } .copy input, .copy textarea { font-family: var(--mono); font-size: .875rem; }
.copy .button { display: none; } .js .copy .button { display: inline-flex; }
pre { margin: 0; font-family: var(--mono); font-size: .8125rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; overflow: auto; max-height: 28rem; white-space: pre-wrap; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font-weight: 600; padding: .2rem 0; } details[open] > summary { margin-bottom: .75rem; }
ins { background: var(--good-soft); color: var(--good); text-decoration: underline; } del { background: var(--bad-soft); color: var(--bad); }
.prose { white-space: pre-wrap; max-width: 46rem; } .chart { width: 100%; height: auto; display: block; } .chart text { fill: var(--soft); font-size: 12px; font-family: inherit; }
.chart .axis { stroke: var(--line); } .chart .s1 { fill: var(--c1); } .chart .s2 { fill: var(--c2); } .chart .s3 { fill: var(--c3); } .chart .s4 { fill: var(--c4); } .chart .s5 { fill: var(--c5); } .chart .s6 { fill: var(--c6); }
.chart .l1 { stroke: var(--c1); } .chart .l2 { stroke: var(--c2); } .chart .l3 { stroke: var(--c3); } .chart .l4 { stroke: var(--c4); } .chart .l5 { stroke: var(--c5); } .chart .l6 { stroke: var(--c6); } .chart .line { fill: none; stroke-width: 2.5; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; font-size: .875rem; } .legend li { display: flex; gap: .45rem; align-items: center; } .legend svg { width: .85rem; height: .85rem; }
.legend .s1 { fill: var(--c1); } .legend .s2 { fill: var(--c2); } .legend .s3 { fill: var(--c3); } .legend .s4 { fill: var(--c4); } .legend .s5 { fill: var(--c5); } .legend .s6 { fill: var(--c6); }
.preview { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: 12px; background: #fff; } .preview.phone { max-width: 24.5rem; height: 42rem; margin-inline: auto; display: block; }
.lone { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; } .lone main { max-width: 27rem; padding: 0; }
dialog { border: 1px solid var(--line); border-radius: 12px; background: var(--paper); color: var(--ink); padding: 1.5rem; max-width: 32rem; width: calc(100% - 2rem); } dialog::backdrop { background: rgb(0 0 0 / .5); }
@media (max-width: 60rem) {
  .app { grid-template-columns: minmax(0, 1fr); } .side { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: .75rem 1rem; gap: .5rem; }
  .side > nav, .side > .who { display: none; } .menu { display: block; } .menu > summary { list-style: none; } .menu[open] > summary { margin-bottom: .5rem; }
  .menu > summary::-webkit-details-marker { display: none; } .bar { display: flex; justify-content: space-between; align-items: center; } .columns { grid-template-columns: minmax(0, 1fr); }
  h1 { font-size: 1.45rem; } .find { grid-template-columns: minmax(0, 1fr); } main { padding-top: 1.25rem; } .facts { grid-template-columns: minmax(0, 1fr); gap: .1rem; } .facts dd { margin-bottom: .6rem; }
}
@media (prefers-reduced-motion: no-preference) { a, .button, .side nav a { transition: background-color .12s; } }
@media print {
  :root { --ground: #fff; --paper: #fff; --raised: #fff; --ink: #000; --soft: #333; --line: #bbb; } .side, .skip, .filters, .pager, .noprint, form { display: none !important; }
  .app { display: block; } main { padding: 0; max-width: none; } .card, .tile { box-shadow: none; break-inside: avoid; } a { color: inherit; } .table { overflow: visible; }
}
`;
