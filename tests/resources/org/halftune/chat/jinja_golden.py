"""What transformers makes of small templates, one construct each: writes jinja_golden.json beside this file.

    pip install transformers jinja2; python jinja_golden.py

Each template is rendered with VARIABLES by the environment of apply_chat_template. A case without "text" is one where Python raises;
its "error" is for readers."""
import datetime, json, pathlib
from transformers.utils import chat_template_utils as ct


class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 3, 15, 4, 5)


ct.datetime = Fixed
VARIABLES = dict(
    messages=[dict(role="system", content=" Be kind.\n"), dict(role="user", content="naïve 🙂 <b>"), dict(role="assistant", content=None,
              tool_calls=[dict(function=dict(name="add", arguments=dict(a=1, b=2.5, c=[True, None, "x'y"])))])],
    tools=None, documents=None, add_generation_prompt=True, bos_token="<s>", eos_token="</s>",
    d=dict(b=1, a=2, items=3, C="x"), l=[3, 1, 2], e=[], s="a,b,,c", n=-7, f=0.1, t=True, z=None, u="ab🙂cd", big=12345678901234567890,
    text="  one two\tthree \n", users=[dict(name="Zoe", age=3, on=True), dict(name="adam", age=1), dict(name="Bea", age=2, on=False)],
)
# Whole templates: white space, blocks, scopes.
TEMPLATES = [
    "a\n  {% if t %}\n  b\n  {% endif %}\nc\n", "a\n  {%- if t %}\n  b\n  {%- endif %}\nc\n\n", "a {% if t -%}  \n b {%- endif -%} \n c",
    "a\n  {%+ if t %}\nb{%+ endif +%}\nc", "  {{ n }}  \n  {{- n -}}  \n {{ t }}\n", "{# x #}\n  {# y #}\nz{#- q -#}  \n w", "  {#+ keep #}\nx",
    "{% raw %}\n {{ n }} {% if %}\n{% endraw %}\nz", "a {%- raw -%}  {{ x }}  {%- endraw -%}  b", "\n\n{% set x = 1 %}\n\n{{ x }}\n\n", "x{% if t %}y\n{% endif %}\n\tz",
    "{% if t %}  \n\t {% if t %}a{% endif %}\n{% endif %}b", "{{ n }}\n{% if t %}\nq{% endif %}", "\r\na\r{% if t %}\r\nb{% endif %}\rc\r\n", "{{ 'a\\n' }}\n {% if t %}b{% endif %}",
    "{% for x in l %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}",
    "{% for x in e %}a{% else %}none{% endfor %}", "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% else %}e{% endfor %}", "{% for x in l %}{% break %}{% else %}e{% endfor %}",
    "{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}", "{% for x in l if x > 9 %}a{% else %}b{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in d | items %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}",
    "{% for c in u %}[{{ c }}]{% endfor %}", "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in l %}{{ a }}{% endfor %}", "{% for x in nope %}a{% else %}b{% endfor %}", "{% for x in n %}a{% endfor %}", "{% for x in z %}{% endfor %}",
    "{% set x = 0 %}{% for i in l %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(a=1, b='x') %}{% for i in l %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c }}", "{% set ns = namespace(d) %}{{ ns.b }}", "{% set l.x = 1 %}", "{% set q.x = 1 %}",
    "{% for i in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }}{% endfor %}", "{% for i in l %}{% for j in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for i in l %}{% set y = i %}{% endfor %}{{ y }}", "{% if t %}{% set y = 1 %}{% endif %}{{ y }}", "{% if not t %}{% set n = 1 %}{% endif %}{{ n }}",
    "{% set x %}a {{ n }} b{% endset %}[{{ x }}]", "{% set x | upper | replace('A', 'q') %}a{{ n }}b{% endset %}{{ x }}{{ x is string }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a = 1, 2 %}{{ a }}", "{% filter upper %}a{{ s }}{% endfilter %}", "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}",
    "{% macro m(a, b=2, c=a) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(b=5, a=4) }}{{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(q=2) }}", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{{ n }}{% endcall %}",
    "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{% macro m() %}{{ n }}{% set n = 3 %}{{ n }}{% endmacro %}{{ m() }}{{ n }}", "{% macro m() %}{{ v }}{% endmacro %}{% set v = 4 %}{{ m() }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m('a') | upper }}{{ m('a') ~ 'b' }}{{ m is callable }}", "{% if z %}a{% elif n > 0 %}b{% elif n < 0 %}c{% else %}d{% endif %}", "{% if e %}a{% elif d %}b{% endif %}", "{% if nope %}a{% else %}b{% endif %}", "{% if t: %}a{% endif %}", "{% print n, t %}",
    "{% generation %}x{% endgeneration %}", "{% for i in l %}{% generation %}{% set q = i %}{{ q }}{% endgeneration %}{{ q }}{% endfor %}", "{{ strftime_now('%d %b %Y|%Y-%m-%d|%H:%M:%S|%I %p|%A %a %B %j|%-d|%y|%%') }}", "{{ raise_exception('No: ' + s) }}", "{{ n if t }}{{ n if z }}|{{ 'a' if z else 'b' if z else 'c' }}",
    "{% if %}", "{% for x l %}{% endfor %}", "{{ n", "{% if t %}", "{{ (1 }}", "{% endif %}", "{% foo %}", "{{ n | nofilter }}", "{{ n is notest }}", "{{ }}", "{% break %}", "{{ 'abc }}", "{# abc", "{% set true = 1 %}", "{{ n is none is none }}", "{% else %}", "{{ 1 2 }}", "{{ a b }}", "{% raw %}x",
    "{{ [1, 2,] }}{{ {'a': 1,} }}{{ (1,) }}{{ () }}{{ {} }}{{ [] }}", "{{ {'a': {'b': {}}} }}", "{{ {'a': {}}}}", "{{ \"a\" 'b' }}", "{{'\\x41\\u00e9\\101\\q\\\\n\\'\\\"'}}", "{% set x = 'a\nb' %}{{ x }}", "{%-if t-%} x {%-endif-%}", "{{-n-}} x", "{{- - n }}", "{{ n-1 }}", "{{n -1}}",
    "a{% for x in [] %}b{% endfor %}\n\n\nc", "{{ messages[0]['content'] | trim + '|' }}", "{{ - 2 ** 2 }}{{ 2 ** -1 }}{{ 2 ** 3 ** 2 }}", "{{ not t == z }}{{ not (t and z) }}", "{% set messages = messages[1:] %}{{ messages | length }}", "{{ range(3) | list }}{{ range(3, 0, -1) | list }}{{ range(5)[1:] | list }}",
    "{{ messages[0].nope.more }}", "{{ messages[9] }}|{{ messages[9].x }}", "{{ nope }}|{{ nope.x }}", "{{ nope() }}", "{{ 'a' + nope }}", "{{ 'a' ~ nope }}", "{{ nope + 1 }}", "{{ nope < 1 }}", "{{ nope == nope2 }}{{ nope == z }}{{ nope | length }}{{ nope | list }}{{ not nope }}{{ nope is none }}", "{{ 'a' in nope }}", "{{ nope in 'abc' }}", "{{ nope | tojson }}", "{{ nope | int }}",
    "{{ nope | upper }}|{{ nope | trim }}|{{ nope | default('x') }}|{{ nope | join(',') }}", "{{ z.x }}|{{ z['x'] }}|{{ n.x }}|{{ l.x }}|{{ s.nope }}", "{{ z[0] }}|{{ n[0] }}|{{ d[0] }}|{{ l['x'] }}|{{ l[1.5] }}|{{ d[l] }}", "{{ l.append(4) }}", "{{ d.update({}) }}", "{{ l.sort() }}", "{{ range(1000000) }}", "{{ 'a' + 1 }}", "{{ 1 + 'a' }}", "{{ l + 'a' }}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ 1 < 'a' }}", "{{ z < z }}", "{{ {} < {} }}", "{{ 'a'() }}",
]
# Expressions, printed; parted by ¦.
EXPRESSIONS = """d ¦ l ¦ s ¦ n ¦ f ¦ t ¦ z ¦ u ¦ big ¦ text ¦ users ¦ messages ¦ e ¦ 1.0 ¦ 1e3 ¦ 1e16 ¦ 1.5e-5 ¦ 123456789.123 ¦ 0.0001 ¦ 0.00001 ¦ 1e22 ¦ -0.0 ¦ 1_000
0x1f ¦ 10000000000000000.0 ¦ 3.0e-10 ¦ 100000.0 ¦ 3/2 ¦ 4/2 ¦ 7//2 ¦ -7//2 ¦ -7%3 ¦ 7%-3 ¦ 7.5%2 ¦ -7.5//2 ¦ 2*3.0 ¦ 1-0.9 ¦ n+t ¦ true+true ¦ 5 % 3.5
'ab'*3 ¦ 3*'ab' ¦ l*2 ¦ l+[4] ¦ (1,)+(2,) ¦ '%s-%d' % ('a', 3) ¦ '%s' % n ¦ '%5.2f|%-4s|%04d%%' % (f, 'x', 5) ¦ 1 < 2 < 3 ¦ 1 < 3 < 2 ¦ 1 == 1.0
true == 1 ¦ 'a' < 'b' ¦ [1,2] < [1,3] ¦ 'a' == 'a' ¦ z == false ¦ n != 7 ¦ l == [3,1,2] ¦ (1,2) == [1,2] ¦ d == {'a':2,'b':1,'items':3,'C':'x'}
'1' == 1 ¦ 0.1+0.2 ¦ 1 in l ¦ 9 not in l ¦ 'b' in s ¦ 'b' in d ¦ '' in s ¦ z in l ¦ 1.0 in l ¦ t and n ¦ z and n ¦ z or n ¦ t or n ¦ e or 'x' ¦ not e
not n ¦ '' or z or 'last' ¦ t and 'a' or 'b' ¦ u|length ¦ u[2] ¦ u[-1] ¦ u[2:4] ¦ u[::-1] ¦ u[::2] ¦ u[-2:] ¦ u[:-2] ¦ u[10:] ¦ u[9] ¦ l[0] ¦ l[-1]
l[::-1] ¦ l[1:] ¦ l[:1] ¦ l[-2:] ¦ l[5:] ¦ l[::-2] ¦ l[2:0:-1] ¦ (1,2,3)[1:] ¦ l[:none] ¦ s[none:2] ¦ d['a'] ¦ d['items'] ¦ d.a ¦ d.items() ¦ d.keys()
d.values() ¦ d.get('a') ¦ d.get('q') ¦ d.get('q', 5) ¦ d.nope ¦ 'abc'[1] ¦ l.0 ¦ text.strip() ¦ text.lstrip() ¦ text.rstrip() ¦ 'xxaxx'.strip('x')
'xyaxy'.strip('yx') ¦ 'xxa'.lstrip('x') ¦ 'axx'.rstrip('x') ¦ s.split(',') ¦ s.split(',', 1) ¦ s.rsplit(',', 1) ¦ text.split() ¦ text.split(none, 1)
' a  b c '.split(maxsplit=1) ¦ s.split(',')[-1] ¦ 'abc'.split('') ¦ s.replace(',', ';') ¦ s.replace(',', ';', 1) ¦ 'abc'.replace('', '-') ¦ s.upper()
s.lower() ¦ "they're bill's".title() ¦ 'hELLO wORLD'.capitalize() ¦ 'hi there'.title() ¦ s.find('b') ¦ s.find('q') ¦ u.find('c') ¦ s.count(',')
s.index('b') ¦ s.index('q') ¦ s.startswith('a') ¦ s.startswith(('x', 'a')) ¦ s.endswith('c') ¦ '-'.join(['a','b']) ¦ '-'.join(l) ¦ ','.join('abc')
'abcabc'.removeprefix('abc') ¦ 'abcabc'.removesuffix('abc') ¦ 'a-b'.partition('-') ¦ '12'.isdigit() ¦ 'ab'.isalpha() ¦ 'a1'.isalnum() ¦ ' '.isspace()
'AB'.isupper() ¦ 'ab'.islower() ¦ '7'.zfill(3) ¦ '-7'.zfill(4) ¦ 'a'.ljust(3) ~ '.' ¦ 'a'.rjust(3, '*') ¦ '{} {1}'.format(1)
'{0}-{1}-{0}'.format('a', 'b') ¦ '{x}{{}}'.format(x=3) ¦ '{} {}'.format('a', n) ¦ 'a\\nb\\r\\nc'.splitlines() ¦ 'ß'.upper() ¦ 'ß'.capitalize()
'ǆ'.title() ¦ 'İ'.lower() ¦ 'ΑΣ'.lower() ¦ d|tojson ¦ l|tojson ¦ messages|tojson ¦ messages|tojson(indent=2) ¦ d|tojson(indent=4) ¦ e|tojson(indent=2)
{}|tojson(indent=2) ¦ f|tojson ¦ 1e-7|tojson ¦ 1e20|tojson ¦ u|tojson ¦ '"\\\\/\\n\\t\\x01\\x7f\u2028<>&'|tojson ¦ u|tojson(ensure_ascii=true)
{2:1, true:2, none:3}|tojson ¦ {1.5:1}|tojson ¦ d|tojson(sort_keys=true) ¦ {'b':1,'a':2}|tojson(sort_keys=true) ¦ l|tojson(separators=(',', ':'))
d|tojson(indent=1, separators=(',', ': ')) ¦ big|tojson ¦ (1,2)|tojson ¦ t|tojson ¦ z|tojson ¦ 'x'|tojson(indent=3) ¦ d.items()|tojson
[{}, []]|tojson(indent=2) ¦ text|trim ¦ 'xax'|trim('x') ¦ s|upper ¦ 'AbC'|lower ¦ 'hELLO wORLD'|capitalize ¦ "foo bar-baz they're (x"|title
s|replace('a','b') ¦ n|string ¦ n|string|length ¦ s|length ¦ l|first ¦ l|last ¦ e|first ¦ e|last ¦ s|first ¦ l|reverse|list ¦ s|reverse ¦ l|join
l|join('-') ¦ users|join(', ', attribute='name') ¦ d|list ¦ s|list ¦ l|sort ¦ l|sort(reverse=true) ¦ users|sort(attribute='age') ¦ ['b','A','c']|sort
['b','A','c']|sort(case_sensitive=true) ¦ [1,1,2,'a','A']|unique|list ¦ l|sum ¦ users|sum(attribute='age') ¦ l|min ¦ l|max ¦ n|abs ¦ f|round ¦ 2.5|round
3.14159|round(2) ¦ 7|round ¦ '12'|int ¦ 'x'|int ¦ 'x'|int(5) ¦ 3.9|int ¦ '3.9'|int ¦ '1.5'|float ¦ 'q'|float ¦ t|int ¦ z|default('q')
z|default('q', true) ¦ ''|d('q', true) ¦ d|dictsort ¦ d|dictsort(by='value', reverse=true) ¦ d|items|list ¦ d|length ¦ users|map(attribute='name')|list
users|map(attribute='on', default='-')|list ¦ l|map('string')|list ¦ ['a','b']|map('upper')|join(',') ¦ l|select('>', 1)|list ¦ l|select('odd')|list
[0,1,none]|select|list ¦ l|reject('equalto', 1)|list ¦ l|reject('in', [1,2])|list ¦ users|selectattr('on')|list
users|selectattr('on', 'defined')|map(attribute='name')|list ¦ users|selectattr('name', 'equalto', 'Bea')|list|length
users|rejectattr('on')|map(attribute='name')|list ¦ 'a\\nb\\n\\nc'|indent ¦ 'a\\nb'|indent(2, true) ¦ 'a\\n\\nb'|indent(2, blank=true)
'%s/%s'|format('a', 1) ¦ 'one two'|wordcount ¦ l|map('abs')|list ¦ l|count ¦ e|length ¦ '<b>'|safe ¦ users|map(attribute='name')|sort|join('|')
d|attr('a') ¦ x is defined and x|length ¦ 0 ¦ n is number ¦ t is number ¦ t is boolean ¦ n is integer ¦ f is float
s is string ¦ z is none ¦ nope is defined ¦ nope is not defined ¦ nope is undefined ¦ d is mapping ¦ l is mapping ¦ l is iterable ¦ s is iterable
n is iterable ¦ d is iterable ¦ l is sequence ¦ d is sequence ¦ s is sequence ¦ n is sequence ¦ t is true ¦ t is false ¦ n is true ¦ 1 is true ¦ 3 is odd
4 is even ¦ 9 is divisibleby 3 ¦ 9 is divisibleby(4) ¦ n is eq -7 ¦ n is eq(-7) ¦ n is ne 3 ¦ n is lt 3 ¦ n is gt(3) ¦ 1 is in l ¦ 1 is in(l)
9 is not in l ¦ n is sameas n ¦ s is lower ¦ 'A' is upper ¦ d.a is defined ¦ d.q is defined ¦ d['q'] is defined ¦ messages[0].tool_calls is defined
messages[2].tool_calls is iterable and messages[2].tool_calls|length > 0 ¦ 'upper' is filter ¦ 'odd' is test ¦ range is callable ¦ l[7] is defined
z.x is defined ¦ not n is none ¦ n is not none and t ¦ s is string and 'a' in s ¦ (l | map('string')) is iterable ¦ (l | map('string')) is sequence
n is number and not t is none ¦ l | map('string') | length ¦ (l|reverse)|length ¦ 1|length ¦ d.items()|length ¦ d.items()|list ¦ d.keys()|list
d.values()|sum ¦ range(3)|length ¦ range(0)|first ¦ dict(a=1) ¦ dict(d, q=2) ¦ {'a': [1, (2, 'x')], "b'c": '"'}
['a\\nb', "it's", '"', 'é\u200b🙂', '\\x00'] ¦ 'a' ~ 1 ~ 1.0 ~ true ~ none ~ l ¦ 1 ~ 2 ¦ 'x' ~ {} ¦ 'a' if t else 'b' ¦ (1 if z) ¦ d.b.c
messages[1].content[0:2] ¦ messages[-1].tool_calls[0].function.arguments|tojson ¦ messages[2]['tool_calls'][0]['function']['arguments']['c'][2]
messages|map(attribute='role')|list ¦ messages|selectattr('role', 'equalto', 'user')|list|length ¦ messages|map(attribute='content.x')|list
messages[::-1]|map(attribute='role')|join ¦ users|map(attribute='name')|first ¦ (users|first).name ¦ users|length - 1 ¦ l|length != 3 ¦ -l|length
'a' 'b' ~ 'c' ¦ 1 if nope is defined else 2 ¦ lipsum is defined ¦ joiner is defined ¦ cycler is defined"""


def rendered(template):
    try:
        return dict(template=template, text=ct.render_jinja_template([json.loads(json.dumps(VARIABLES["messages"]))], chat_template=template,
                    **{k: v for k, v in json.loads(json.dumps(VARIABLES)).items() if k != "messages"})[0][0])
    except Exception as e:
        return dict(template=template, error=f"{type(e).__name__}: {e}")


def expressions():
    for line in EXPRESSIONS.split("\n"):
        yield from (e.strip() for e in line.split(" ¦ "))


if __name__ == "__main__":
    cases = [rendered(t) for t in TEMPLATES] + [rendered("{{ " + e + " }}") for e in expressions()]
    out = pathlib.Path(__file__).with_name("jinja_golden.json")
    out.write_text(json.dumps(dict(variables=VARIABLES, cases=cases), ensure_ascii=False, indent=0) + "\n")
    print(len(cases), sum("error" in c for c in cases))
