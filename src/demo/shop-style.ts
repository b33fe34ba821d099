/** The shop's style sheet. */
export const SHOP_CSS = `
:root { color-scheme: light; --ink: #23201c; --soft: #655e55; --paper: #fbf7f0; --card: #fff; --line: #e4dccf; --deep: #174a4f; --warm: #b4532a; --sun: #f3d9a8; --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; font: 17px/1.6 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: var(--paper); }
h1, h2, h3, .brand { font-family: var(--serif); line-height: 1.15; text-wrap: balance; }
a { color: var(--deep); }
form { margin: 0; }
:focus-visible { outline: 3px solid var(--warm); outline-offset: 3px; border-radius: 3px; }
.wrap { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.5rem; padding-block: .8rem; }
.brand { display: flex; align-items: center; gap: .6rem; font-size: 1.45rem; font-weight: 700; color: var(--deep); text-decoration: none; }
.brand img { width: 2.3rem; height: 2.3rem; }
.top nav { margin-left: auto; display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.2rem; }
.top nav a { text-decoration: none; padding: .25rem 0; }
.top nav a:hover { text-decoration: underline; }
.count { display: inline-block; min-width: 1.5em; padding: 0 .35em; border-radius: 1em; background: var(--warm); color: #fff; font-size: .8rem; text-align: center; }
.plain { font: inherit; border: 0; background: none; color: var(--deep); padding: .25rem 0; cursor: pointer; text-decoration: underline; }
.hero { background: var(--deep); color: #fff; }
.hero .wrap { padding-block: 3.2rem 3.4rem; display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 2rem; }
.hero h1 { font-size: clamp(2rem, 5vw, 3.4rem); margin: 0 0 .8rem; max-width: 16ch; }
.hero p { margin: 0; max-width: 44ch; color: #dfeceb; font-size: 1.1rem; }
.hero .stack { display: flex; }
.hero .stack img { width: 9.2rem; height: auto; margin-left: -3.4rem; filter: drop-shadow(0 10px 18px rgb(0 0 0 / .35)); }
.hero .stack img:nth-child(1) { rotate: -8deg; } .hero .stack img:nth-child(3) { rotate: 7deg; }
.needs { display: flex; flex-wrap: wrap; gap: .5rem; margin: 2rem 0 1.5rem; padding: 0; list-style: none; }
.needs a { display: block; padding: .35rem .95rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); text-decoration: none; color: var(--ink); font-size: .94rem; }
.needs a:hover { border-color: var(--deep); }
.needs a[aria-current] { background: var(--deep); border-color: var(--deep); color: #fff; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1.4rem; padding: 0; margin: 0 0 3rem; list-style: none; }
.card { display: flex; flex-direction: column; height: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; overflow: hidden; text-decoration: none; color: inherit; transition: translate .15s, box-shadow .15s; }
.card:hover { translate: 0 -3px; box-shadow: 0 10px 24px rgb(60 40 10 / .12); }
.card img { width: 100%; height: 15rem; padding: 1.1rem; background: #f2eadd; }
.card .about { padding: .9rem 1rem 1.1rem; display: flex; flex-direction: column; gap: .2rem; flex: 1; }
.card strong { font-family: var(--serif); font-size: 1.12rem; line-height: 1.25; }
.card .by { color: var(--soft); font-size: .9rem; }
.card .price { margin-top: auto; padding-top: .5rem; font-weight: 600; color: var(--warm); }
.product { display: grid; grid-template-columns: minmax(0, 22rem) minmax(0, 1fr); gap: 3rem; margin: 2.5rem 0 3rem; align-items: start; }
.product > img { width: 100%; height: auto; background: #f2eadd; border-radius: .8rem; padding: 1.5rem; }
.product h1 { font-size: 2.2rem; margin: 0; }
.product .by { color: var(--soft); margin: .3rem 0 1.2rem; }
.product .blurb { font-size: 1.15rem; max-width: 48ch; }
.product .price { font-size: 1.5rem; font-weight: 600; color: var(--warm); margin: 1.2rem 0; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .65rem 1.5rem; border: 2px solid var(--deep); border-radius: .5rem; background: var(--deep); color: #fff; cursor: pointer; text-decoration: none; }
button:hover, .button:hover { background: #0f373b; }
button.second { background: transparent; color: var(--deep); }
button.small { padding: .2rem .7rem; font-size: .9rem; font-weight: 400; }
button.plain { padding: .25rem 0; border: 0; background: none; color: var(--deep); font-weight: 400; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.8rem; margin: 2rem 0; }
.panel.narrow { max-width: 34rem; }
.panel h1, .panel h2 { margin-top: 0; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input, select, textarea { font: inherit; width: 100%; padding: .55rem .7rem; border: 1px solid #8f867a; border-radius: .4rem; background: #fff; color: inherit; }
form .button-row { margin-top: 1.3rem; display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; }
.hint { color: var(--soft); font-size: .95rem; }
.note { padding: .7rem 1rem; border-left: 4px solid var(--deep); background: #e6f0ef; border-radius: .3rem; }
.note.bad { border-color: var(--warm); background: #f9e7df; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .6rem .6rem .6rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: .9rem; color: var(--soft); font-weight: 600; }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums; }
td.short { width: 1%; white-space: nowrap; }
td form { display: inline; }
.table { overflow-x: auto; }
td code { margin-right: .4em; }
code { font: .9em ui-monospace, monospace; background: #f2eadd; padding: .1em .35em; border-radius: .25em; }
.empty { text-align: center; padding: 3rem 1rem; color: var(--soft); }
.foot { border-top: 1px solid var(--line); background: var(--card); margin-top: 3rem; }
.foot .wrap { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; align-items: center; padding-block: 1.4rem 2rem; color: var(--soft); font-size: .94rem; }
.foot .wrap > span { margin-right: auto; }
.tag { display: inline-block; border-radius: 1em; padding: .05em .7em; font-size: .86rem; background: #e6f0ef; color: var(--deep); }
[hidden] { display: none !important; }
@media (max-width: 46rem) { .product { grid-template-columns: 1fr; gap: 1.5rem; } .product > img { max-height: 20rem; } .hero .wrap { grid-template-columns: 1fr; } .hero .stack { display: none; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; scroll-behavior: auto !important; } }
`;
