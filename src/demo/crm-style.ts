/** The CRM's style sheet. */
export const CRM_CSS = `
:root { color-scheme: light; --ink: #1e2430; --soft: #5a6473; --line: #dde2e8; --paper: #fff; --back: #f2f4f7; --accent: #34458c; --yes: #1b6b3a; --no: #9c2f24; }
* { box-sizing: border-box; }
body { margin: 0; font: 15.5px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
header { background: var(--accent); color: #fff; }
header div { max-width: 82rem; margin: 0 auto; padding: .8rem 1.5rem; display: flex; gap: 1.5rem; align-items: baseline; flex-wrap: wrap; }
header a { color: #fff; text-decoration: none; }
header a:hover { text-decoration: underline; }
header .brand { font-weight: 700; font-size: 1.15rem; margin-right: auto; }
main { max-width: 82rem; margin: 1.5rem auto 3rem; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 0 0 .8rem; }
.lead { color: var(--soft); margin: 0 0 1.2rem; max-width: 70ch; }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.2rem 1.4rem; margin-bottom: 1.3rem; overflow-x: auto; }
form.find { display: flex; gap: .5rem; align-items: center; margin-bottom: 1rem; flex-wrap: wrap; }
input { font: inherit; padding: .35rem .6rem; border: 1px solid #8a94a3; border-radius: .35rem; min-width: 16rem; }
button { font: inherit; padding: .35rem 1rem; border: 1px solid var(--accent); border-radius: .35rem; background: var(--accent); color: #fff; cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .7rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { font-size: .86rem; color: var(--soft); }
tbody tr:hover { background: #f7f9fc; }
.who { font-weight: 600; }
.sub { display: block; color: var(--soft); font-size: .88rem; }
.yes, .no { display: inline-block; border-radius: 1em; padding: .08em .65em; font-size: .86rem; font-weight: 600; white-space: nowrap; }
.yes { background: #e0f2e6; color: var(--yes); } .no { background: #fae6e3; color: var(--no); }
.num { text-align: right; font-variant-numeric: tabular-nums; }
.pages { display: flex; gap: 1rem; margin-top: 1rem; }
a { color: var(--accent); }
code, pre { font: .88em ui-monospace, monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.empty { color: var(--soft); padding: 1.5rem 0; }
:focus-visible { outline: 3px solid #d98b1f; outline-offset: 2px; }
`;
