/** The mailbox page's style sheet. */
export const MAILBOX_CSS = `
:root { color-scheme: light; --ink: #1d2730; --soft: #5b6873; --line: #d9dfe3; --paper: #fff; --back: #f3f5f4; --accent: #1c5d63; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--back); }
header { display: flex; gap: 1rem; align-items: baseline; padding: .9rem 1.5rem; background: var(--accent); color: #fff; }
header p { margin: 0; opacity: .9; font-size: .92rem; }
.brand { color: #fff; font-weight: 700; font-size: 1.15rem; text-decoration: none; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 1.5rem; max-width: 78rem; margin: 0 auto; align-items: flex-start; }
nav { flex: 1 1 20rem; max-width: 30rem; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
nav form { margin: 0; display: flex; gap: .5rem; align-items: center; padding: .75rem; border-bottom: 1px solid var(--line); }
nav input { flex: 1; min-width: 0; font: inherit; padding: .3rem .5rem; border: 1px solid #8b98a1; border-radius: .35rem; }
button { font: inherit; padding: .3rem .8rem; border: 1px solid var(--accent); border-radius: .35rem; background: var(--accent); color: #fff; cursor: pointer; }
label { font-size: .9rem; color: var(--soft); }
ol { list-style: none; margin: 0; padding: 0; }
li + li .mail { border-top: 1px solid var(--line); }
.mail { display: grid; grid-template-columns: 1fr auto; gap: .1rem .75rem; padding: .7rem .9rem; color: inherit; text-decoration: none; }
.mail:hover { background: #f0f6f6; }
.mail.open { background: #e3f0f0; box-shadow: inset 3px 0 var(--accent); }
.who { font-size: .86rem; color: var(--soft); overflow-wrap: anywhere; }
.mail time { font-size: .82rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.subject { grid-column: 1 / -1; font-weight: 600; }
.empty { padding: 1rem; color: var(--soft); }
article { flex: 3 1 30rem; min-width: 0; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.5rem; }
article h1 { margin: 0 0 1rem; font-size: 1.35rem; }
article h2 { margin: 1.5rem 0 .5rem; font-size: .95rem; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; font-size: .94rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 26rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
pre { margin: 0; padding: 1rem; background: var(--back); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .92rem/1.5 ui-monospace, monospace; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid #e0a13b; outline-offset: 2px; }
`;
