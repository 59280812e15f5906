package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.LocalDateTime;
import java.util.Map;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates are downloaded with models. Any template ends within a second, hostile ones with an error that names them. */
class HostileTemplatesTest {
    private static final Conversation QUESTION =
            Conversation.of(Message.of("user", "Where does Lily live?"), Message.of("assistant", "By the park."));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10**9) %}a{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% for k in range(99999) %}{% endfor %}{% endfor %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}",
                "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
                "{{ ''.__class__ }}",
                "{{ ''['__class__'] }}",
                "{{ ''.class.forName('java.lang.Runtime').getRuntime() }}",
                "{{ ''.getClass().forName('java.lang.Runtime') }}",
                "{{ messages.__class__.__mro__ }}",
                "{{ messages.getClass().getName() }}",
                "{{ messages[0].getClass() }}",
                "{{ messages | map('__class__') | list }}",
                "{{ messages | attr('__class__') }}",
                "{{ messages[0].clear() }}",
                "{{ messages.pop() }}",
                "{{ messages[0].update({'role': 'x'}) }}",
                "{{ 'a' * 10**9 }}",
                "{{ 'a' * 100000000 }}",
                "{{ [0] * 10**9 }}",
                "{{ 10 ** 10 ** 10 }}",
                "{{ 2 ** 64 }}",
                "{{ '%999999999d' % 1 }}",
                "{{ ('%999999d' * 100) % 1 }}",
                "{{ 'a'.rjust(999999999) }}",
                "{{ 'a'.zfill(999999999) }}",
                "{{ 'a' | indent(999999999, true) }}",
                "{% set ns = namespace(a='x') %}{% for i in range(100) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}",
                "{% set ns = namespace(a='x') %}{% for i in range(100) %}{% set ns.a = ns.a + ns.a %}{% endfor %}{{ ns.a }}",
                "{% set ns = namespace(a=['x']) %}{% for i in range(100) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
                "{% set ns = namespace(a=['x']) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}",
                "{% set ns = namespace(a=['x']) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a | tojson }}",
                "{% set ns = namespace(a=[], b=[]) %}{% for i in range(90) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
                "{% set ns = namespace(a=[]) %}{% for i in range(50000) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}",
                "{% set ns = namespace(a=1) %}{% set ns.a = ns %}{{ ns }}",
                "{% for i in range(10000) %}{{ 'aaaaaaaaaa' * 1000 }}{% endfor %}",
                "{% for i in range(99999) %}{{ messages }}{% endfor %}",
                "{% set a = 'a' * 8000000 %}{{ a ~ 'b' in a ~ a }}",
                "{% set a = 'a' * 4000000 %}{{ (a ~ a).find(a ~ 'b') }}",
                "{% set a = 'a' * 4000000 %}{{ (a ~ a).split(a ~ 'b') }}",
                "{% set a = 'a' * 4000000 %}{{ (a ~ a) | replace(a ~ 'b', '') }}",
                "{% set a = 'b' * 4000000 %}{{ ('a' * 4000000).strip(a ~ 'a') }}",
                "{% set a = 'b' * 4000000 %}{{ ('a' * 4000000) | trim(a ~ 'a') }}",
                "{{ ('a' * 100000).replace('', 'b' * 100000) }}",
                "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
                "{{ ('b' * 100000).join('a' * 100000) }}",
                "{% set a = ['a' * 1000000] * 50000 %}{{ a | sort }}",
                "{{ ('1' * 8000000 ~ 'x') | int }}{{ 'a' * 100000000 }}",
                "{{ [[[[1] * 1000] * 1000] * 1000] * 1000 }}",
                "{% for a in messages %}{% for b in range(99999) %}{% for c in range(99999) %}{% set x = c %}{% endfor %}{% endfor %}{% endfor %}",
                "{{ range(99999) | map('string') | map('length') | sum }}{% for i in range(9999) %}{{ range(9999) | list | sort | sum }}{% endfor %}",
                "{% call f() %}{% endcall %}",
                "{{ raise_exception('x' * 100000000) }}"
            })
    void hostileTemplatesEndWithinASecond(String source) {
        refusedInTime(source);
    }

    @Test
    void deeplyNestedSourcesAreRefused() {
        refusedInTime("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}");
        refusedInTime("{{ " + "[".repeat(100_000));
        refusedInTime("{{ " + "not ".repeat(100_000) + "1 }}");
        refusedInTime("{{ " + "-".repeat(100_000) + "1 }}");
        refusedInTime("{{ 1" + " + 1".repeat(100_000) + " }}");
        refusedInTime("{{ 1" + " if 1 else 1".repeat(100_000) + " }}");
        refusedInTime("{{ x" + ".x".repeat(100_000) + " }}");
        refusedInTime("{{ x" + "|trim".repeat(100_000) + " }}");
        refusedInTime("{% if 1 %}".repeat(100_000));
        refusedInTime("{% for (" + "(".repeat(100_000));
        refusedInTime("{{ " + "1_".repeat(400_000) + " }}");
        refusedInTime("{{ " + "1".repeat(900_000) + " }}");
        refusedInTime("{# ".repeat(300_000));
        refusedInTime("{% raw %}" + "{% endraw".repeat(100_000));
        refusedInTime("x".repeat(2_000_000));
    }

    @Test
    void javaObjectsAreNotAccessible() {
        for (String name : new String[] {"class", "getClass", "hashCode", "toString", "length", "bytes", "stream"}) {
            var template = template("{{ ''." + name + " is defined }}{{ messages." + name
                    + " is defined }}{{ messages[0]." + name + " is defined }}{{ range." + name + " is defined }}");
            assertThat(template.render(QUESTION, false).text()).as(name).isEqualTo("False".repeat(4));
        }
    }

    @Test
    void longConversationsAreRendered() {
        var long_ = "word ".repeat(1_000_000);
        var template =
                template("{% for m in messages %}{{ '<' + m.role + '>' + m.content | trim + '\n' }}{% endfor %}");
        var text = template.render(Conversation.of(Message.of("user", long_), Message.of("assistant", long_)), true)
                .text();
        assertThat(text).hasSize(2 * (long_.length() - 1) + "<user>\n<assistant>\n".length());
    }

    private static JinjaTemplate template(String source) {
        return new JinjaTemplate(source, "hostile.jinja", "", Map.of(), LocalDateTime.MIN);
    }

    private static void refusedInTime(String source) {
        var threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        assertThatThrownBy(() -> template("\n" + source).render(QUESTION, true))
                .isInstanceOfSatisfying(InputError.class, e -> {
                    assertThat(e.where()).startsWith("hostile.jinja");
                    assertThat(e.what().length()).isLessThan(2000);
                });
        double seconds = (threads.getCurrentThreadCpuTime() - begun) / 1e9;
        assertThat(seconds).as("seconds of processor time").isLessThan(1);
    }
}
