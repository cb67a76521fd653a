/** The only style sheet of the pages. Contrast is 7:1 or better, focus is always visible, nothing is told by colour alone. */
export const styleSheet = `
:root { color-scheme: light dark; --ink: #14181f; --soft: #414a57; --paper: #ffffff; --line: #6b7684;
  --deed: #0b4a8f; --on-deed: #ffffff; --fault: #9b1c1c; --focus: #b35c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f4f7; --soft: #c3cad4; --paper: #14181f; --line: #8f9bab;
  --deed: #9ecbff; --on-deed: #0b1a2b; --fault: #ffb4ab; --focus: #ffb454; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: break-word; }
header { max-width: 30rem; margin: 0 auto; padding: 1rem 1rem 0; color: var(--soft); font-weight: 600; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
p, ul, ol, dl { margin: 0 0 1rem; }
label, legend { display: block; font-weight: 600; margin-bottom: .25rem; }
fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; }
.field { margin-bottom: 1.25rem; }
.choice { display: flex; gap: .75rem; align-items: flex-start; padding: .5rem 0; }
.choice input { width: 1.5rem; height: 1.5rem; flex: none; margin: 0; }
.choice label { font-weight: 400; margin: 0; }
.hint { color: var(--soft); margin: 0 0 .25rem; }
.fault { color: var(--fault); font-weight: 600; margin: 0 0 .25rem; }
.faulty { border-left: .3rem solid var(--fault); padding-left: .75rem; }
input[type=text], input[type=email], input[type=password] { width: 100%; font: inherit; color: inherit;
  background: var(--paper); border: 2px solid var(--line); border-radius: .25rem; padding: .6rem .7rem; min-height: 2.9rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; border: 2px solid var(--deed); border-radius: .25rem;
  background: var(--deed); color: var(--on-deed); padding: .6rem 1.1rem; min-height: 2.9rem; cursor: pointer; text-decoration: none; }
button.plain { background: transparent; color: var(--deed); }
a { color: var(--deed); }
:focus-visible, .errors:focus { outline: 3px solid var(--focus); outline-offset: 2px; }
.errors, .notice { border: 3px solid var(--fault); border-radius: .25rem; padding: 1rem; margin-bottom: 1.5rem; }
.notice { border-color: var(--deed); }
.errors h2 { margin: 0 0 .5rem; font-size: 1.125rem; }
.errors ul, .errors p, .notice p { margin: 0; }
code, .codes { font: 1.0625rem/1.7 ui-monospace, monospace; }
.qr { background: #fff; padding: .5rem; width: 14rem; margin: .5rem 0; }
.qr svg { display: block; width: 100%; height: auto; }
.row { border-top: 1px solid var(--line); padding: .75rem 0; }
[hidden] { display: none; }
`
