"""Names that try to be more than names: 200 and more, for every field of every form."""

from __future__ import annotations

from typing import Final

_SCRIPTS: Final = r"""
<script>window.__pwned=1</script>
<img src=x onerror=window.__pwned=1>
<svg onload=window.__pwned=1>
</title><script>window.__pwned=1</script>
</style><script>window.__pwned=1</script>
"><script>window.__pwned=1</script>
'><script>window.__pwned=1</script>
<iframe src=//x.invalid>
javascript:window.__pwned=1
<a href=javascript:window.__pwned=1>K</a>
<link rel=stylesheet href=//x.invalid>
<base href=//x.invalid>
<meta http-equiv=refresh content=0;url=//x.invalid>
<!-- K
--> K
]]>
<![CDATA[K]]>
&lt;script&gt;
&#60;script&#62;
&amp;
&nbsp;
&bogus;
<
>
"
'
`
</table></div></main>
<plaintext>
<textarea>
" onmouseover="window.__pwned=1
url(//x.invalid/a.png)
@import url(//x.invalid);
*/ body{display:none} /*
expression(alert(1))
<details open ontoggle=alert(1)>
<style>@import '//x.invalid';</style>
<object data=//x.invalid>
<math><mtext></mtext></math>
"""
_MARKUP: Final = r"""
#eval("1")
#import "x"
#read("/etc/passwd")
#sys.inputs
#include "a"
#set page(width: 1cm)
$ x^2 $
$
$$
*bold*
_low_
= Heading
== Heading
- point
+ point
/ term: K
@ref
<label>
#
##
\
\\
\n
\u{1F600}
// K
/* K */
https://x.invalid/
[K]
]
[
{
}
{{ K }}
{% K %}
${K}
%s %d
{0}
{K!r}
#(1+1)
#panic()
~
--
---
...
"K"
#bibliography("x")
#link("https://x.invalid")
context K
#pagebreak()
"""
_FIELDS: Final = r"""
=cmd|' /C calc'!A0
+cmd|' /C calc'!A0
-2+3+cmd|' /C calc'!A0
@SUM(1+1)
=HYPERLINK("//x.invalid")
{ INCLUDETEXT "x" }
{ DDEAUTO c:\\x }
MERGEFIELD K
w:fldSimple
<w:t>K</w:t>
</w:t></w:r></w:p>
<?xml version='1.0'?>
<!DOCTYPE K>
<!ENTITY x SYSTEM 'file:///etc/passwd'>
&x;
xml:space
rId1
..\..\K
../../etc/passwd
C:\CON
NUL
'; DROP TABLE people; --
" OR 1=1
null
None
NaN
undefined
true
0
-0
1e309
0x41
{"a": 1}
[1, 2]
\"
K\
%00
%0A
"""
_CONTROLS: Final = tuple(f"K{chr(code)}L" for code in (*range(32), *range(0x7F, 0xA0)))
_ODD: Final = (
    "K\ud800L", "K\udfffL", "K\ufffeL", "K\uffffL", "K\U0001fffeL", "K\ufdd0L", "K\ufeffL", "K\u202eL M",
    "K\u202dL", "K\u2066L\u2069", "K\u2067L", "K\u2068L", "K\u200fL", "K\u200eL", "K\u061cL", "K\u200bL",
    "K\u200dL", "K\u200cL", "K\xadL", "K\u2028L", "K\u2029L", "K\U000e0041\U000e0042L", "K\u180eL",
    "K\u2060L", "K\u206fL", "K\ufff9L", "K\ue000L", "K\U0010fffdL", "K\u0378L",
)  # fmt: skip
_SCRIPTS_OF_THE_WORLD: Final = (
    "\u738b\u5c0f\u660e", "\u5c71\u7530\u592a\u90ce", "\uae40\ubbfc\uc900",
    "\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "\u05d0\u05d1\u05e8\u05d4\u05dd",
    "\u0928\u0947\u0939\u093e", "\u0e2a\u0e21\u0e0a\u0e32\u0e22", "\u0411\u043e\u0440\u0438\u0441",
    "\u0391\u03bb\u03ad\u03be\u03b7\u03c2", "Zo\u00eb", "Zoe\u0308", "Nguy\u1ec5n", "O\u2019Neill",
    "\u00c5se-\u00d8rsted", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1ec\U0001f1e7", "\u2764\ufe0f", "Z" + "\u0310\u0343\u0361" * 20 + "o", "\u0301alone",
    "\U0001d4da", "\u1e9e", "\ufb01", "\u2126", "\u212a", "\u0131", "\u10a0", "\u13a0", "\u1200", "\ufffd",
)  # fmt: skip
_LONG: Final = (
    "W" * 300, "m" * 80, "a-" * 120, "x/" * 100, "\u738b" * 90, "\u0639" * 90, "i" * 400, "long " * 60,
    "K\n" * 12, "\U0001f600" * 60, "K\tL\tM", "K  L   M", "  K  ", "a" * 30 + "\u0301" * 40,
    "2026-01-02/2026-03-04/" * 12, "K" + "\u00a0K" * 60,
)  # fmt: skip
_LINES: Final = (_SCRIPTS + _MARKUP + _FIELDS).split("\n")

NAMES: Final = tuple(
    dict.fromkeys(
        name for name in (*_LINES, *_CONTROLS, *_ODD, *_SCRIPTS_OF_THE_WORLD, *_LONG) if name.strip()
    )
)
"""Without two alike, and none blank."""
