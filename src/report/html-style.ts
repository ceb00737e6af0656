/** The report's style sheet: one column of text with wider figures, for light and dark screens and for print. */
export const reportStyle = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--muted:#57606a;--line:#d8dee4;--soft:#f4f6f8;--link:#0b62a3;--good:#00694d;--bad:#a8420a}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e6eaee;--muted:#a3adb8;--line:#343c45;--soft:#1d232a;--link:#79b8ea;--good:#3fd0a4;--bad:#fa9a5e}}
*{box-sizing:border-box}
html{font-size:17px;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.6 ui-serif,Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4",Georgia,serif}
main,header{max-width:64rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:4rem}
h1,h2,h3,h4,nav,table,code,.meta,.links,details{font-family:system-ui,"DejaVu Sans",Verdana,sans-serif}
h1{font-size:2.3rem;line-height:1.15;letter-spacing:-.015em;margin:0 0 1rem;max-width:20em;text-wrap:balance}
h2{font-size:1.4rem;line-height:1.3;margin:0 0 .75rem;max-width:34em;text-wrap:balance}
h3{font-size:1.2rem;line-height:1.3;margin:0 0 .5rem;max-width:38em;text-wrap:balance}
h3 .id{color:var(--muted);font-weight:500;margin-right:.6em}
h4{font-size:.82rem;font-weight:650;margin:1.8rem 0 .4rem;color:var(--muted)}
.question{color:var(--muted);font-style:italic}
.lines{max-width:46rem;padding-left:1.4rem;margin:.4rem 0 2rem}
.lines li{margin:.35rem 0}
p{max-width:42rem;margin:.4rem 0 .8rem}
.lead{font-size:1.13rem}
a{color:var(--link);text-underline-offset:.15em}
section{border-top:1px solid var(--line);margin-top:3.5rem;padding-top:2rem}
section.part{border-top:3px solid var(--line)}
section.part>h2{font-size:1.75rem}
section#summary{margin-top:2.5rem}
code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.84em;background:var(--soft);padding:.1em .35em;border-radius:3px;overflow-wrap:anywhere}
pre{background:var(--soft);border-radius:4px;padding:.7rem 1rem;overflow-x:auto;max-width:54rem;margin:.4rem 0 1rem;line-height:1.45}
pre code{background:none;padding:0;overflow-wrap:normal}
dl.meta{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;font-size:.84rem;max-width:54rem;margin:.4rem 0 1rem}
dl.meta dt{color:var(--muted)}
dl.meta dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.82rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums;margin:.4rem 0 1rem}
caption{text-align:left;color:var(--muted);padding:0 0 .4rem;caption-side:top}
th,td{padding:.32rem 1.1rem .32rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
thead th{font-weight:600;border-bottom-color:var(--muted);vertical-align:bottom;text-wrap:balance}
td.number,th.number{text-align:right}
tbody th{font-weight:400}
.good{color:var(--good);font-weight:600}
.bad{color:var(--bad);font-weight:600}
figure{margin:1.4rem 0}
figure .scroll{margin:0 -1.25rem;padding:0 1.25rem}
figure svg{display:block;width:100%;min-width:40rem;max-width:61.5rem;height:auto;margin-left:-.75rem}
nav{margin-top:2rem}
nav ol{list-style:none;margin:0;padding:0;columns:2;column-gap:2.5rem;font-size:.84rem;line-height:1.45}
nav li{break-inside:avoid;padding:.22rem 0 .22rem 3.6rem;text-indent:-3.6rem}
nav .id{display:inline-block;width:3.6rem;text-indent:0;color:var(--muted);font-variant-numeric:tabular-nums}
nav h2{font-size:1.1rem;margin-bottom:.5rem}
nav h3{font-size:.88rem;margin:1.1rem 0 .2rem}
nav h3 a{color:inherit;text-decoration:none}
.links{font-size:.84rem}
details{font-size:.84rem;margin:.4rem 0 1rem}
summary{cursor:pointer;color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{max-width:64rem;margin:4rem auto 3rem;padding:1rem 1.25rem 0;color:var(--muted);font-size:.84rem;border-top:1px solid var(--line)}
@media (max-width:40rem){html{font-size:16px}header{padding-top:2rem}h1{font-size:1.8rem}nav ol{columns:1}}
@media print{html{font-size:10pt}header{padding-top:0}nav,details:not([open]){display:none}section{break-before:page;border:0;margin:0}section#summary{break-before:auto}figure,tr{break-inside:avoid}figure svg{min-width:0}a{color:inherit;text-decoration:none}}
`.trim();
