package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Namespace;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** A node that writes output or sets variables. */
sealed interface Statement {

    /** What to do after a statement. */
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    int line();

    Flow run(Render render, Scope scope);

    /** Runs these in order; stops at a {@code break} or {@code continue}. */
    static Flow runAll(List<Statement> body, Render render, Scope scope) {
        for (var statement : body) {
            render.enter(0);
            Flow flow;
            try {
                flow = statement.run(render, scope);
            } catch (JinjaError e) {
                throw e.from(statement.line());
            }
            render.leave();
            if (flow != Flow.NEXT) return flow;
        }
        return Flow.NEXT;
    }

    /** Text between the tags. */
    record Data(int line, String text) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            render.write(text);
            return Flow.NEXT;
        }
    }

    /** {@code {{ expression }}}, or several in {@code {% print a, b %}}. */
    record Output(int line, List<Expression> expressions) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            for (var expression : expressions) {
                Object value = render.value(expression, scope);
                if (render.strict() && value instanceof Undefined undefined) throw undefined.error();
                render.write(Printed.text(render, value));
            }
            return Flow.NEXT;
        }
    }

    record Branch(Expression test, List<Statement> body) {}

    record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            for (var branch : branches) {
                if (Values.isTrue(render.value(branch.test(), scope))) return runAll(branch.body(), render, scope);
            }
            return runAll(otherwise, render, scope);
        }
    }

    record For(
            int line,
            Target target,
            Expression items,
            @Nullable Expression test,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            var all = filtered(Values.walk(render, render.value(items, scope)), render, scope);
            var loop = new Loop(all);
            boolean completed = false;
            for (int i = 0; i < all.size(); i++) {
                var inner = new Scope(scope);
                loop.at(i);
                inner.set("loop", loop);
                target.assign(render, inner, all.get(i));
                var flow = runAll(body, render, inner);
                if (flow == Flow.BREAK) break;
                completed |= flow == Flow.NEXT;
            }
            // As jinja2 compiles it: else runs unless an iteration reached its end, so break and continue lead to it.
            return completed ? Flow.NEXT : runAll(otherwise, render, new Scope(scope));
        }

        private List<@Nullable Object> filtered(List<@Nullable Object> all, Render render, Scope scope) {
            if (test == null) return all;
            var kept = new ArrayList<@Nullable Object>();
            for (Object item : all) {
                var inner = new Scope(scope);
                target.assign(render, inner, item);
                if (Values.isTrue(render.value(test, inner))) kept.add(item);
            }
            return kept;
        }
    }

    /** The left side of {@code =}, or what is between {@code for} and {@code in}. */
    sealed interface Target {
        void assign(Render render, Scope scope, @Nullable Object value);
    }

    record Variable(String name) implements Target {
        @Override
        public void assign(Render render, Scope scope, @Nullable Object value) {
            scope.set(name, value);
        }
    }

    record Field(String namespace, String name) implements Target {
        @Override
        public void assign(Render render, Scope scope, @Nullable Object value) {
            Object found = scope.get(namespace);
            if (found instanceof Undefined undefined) throw undefined.error();
            if (!(found instanceof Namespace fields))
                throw JinjaError.of("cannot assign attribute on non-namespace object");
            fields.fields().put(name, value);
        }
    }

    record TargetList(List<Target> targets) implements Target {
        @Override
        public void assign(Render render, Scope scope, @Nullable Object value) {
            var items = Values.walk(render, value);
            if (items.size() != targets.size()) {
                throw JinjaError.of("cannot unpack " + items.size() + " values into " + targets.size() + " names");
            }
            for (int i = 0; i < targets.size(); i++) targets.get(i).assign(render, scope, items.get(i));
        }
    }

    record Assign(int line, Target target, Expression value) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            target.assign(render, scope, render.value(value, scope));
            return Flow.NEXT;
        }
    }

    /**
     * {@code {% set x %}…{% endset %}}, or {@code {% filter … %}…{% endfilter %}} if there is no target.
     *
     * @param filtered filters of the variable {@link #TEXT}, which holds the output of the body
     */
    record Captured(int line, @Nullable Target target, Expression filtered, List<Statement> body) implements Statement {
        /** A name that is not valid in templates. */
        static final String TEXT = "block text";

        @Override
        public Flow run(Render render, Scope scope) {
            var inner = new Scope(scope);
            inner.set(TEXT, render.capture(() -> runAll(body, render, new Scope(scope))));
            Object value = render.value(filtered, inner);
            if (target == null) render.write(Printed.text(render, value));
            else target.assign(render, scope, value);
            return Flow.NEXT;
        }
    }

    record With(int line, List<Target> targets, List<Expression> values, List<Statement> body) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            var inner = new Scope(scope);
            for (int i = 0; i < targets.size(); i++)
                targets.get(i).assign(render, inner, render.value(values.get(i), scope));
            return runAll(body, render, inner);
        }
    }

    record MacroParameter(String name, @Nullable Expression otherwise) {}

    /** The body of a macro or call block with its parameters. */
    record Body(int line, String name, List<MacroParameter> parameters, List<Statement> statements) {

        /** @param scope the scope in which it is defined */
        Callable in(Scope scope) {
            return (render, arguments) -> call(render, arguments, scope);
        }

        private String call(Render render, CallArguments arguments, Scope scope) {
            var inner = new Scope(scope);
            var names = parameters.stream().map(MacroParameter::name).toList();
            Object caller = arguments.named().get("caller");
            var passed =
                    caller == null ? arguments : new CallArguments(arguments.positional(), without(arguments.named()));
            passed.only("macro '" + name + "'", names.toArray(String[]::new));
            inner.set("caller", caller != null ? caller : new Undefined("No caller defined"));
            for (int i = 0; i < names.size(); i++) {
                var otherwise = parameters.get(i).otherwise();
                Object value;
                if (passed.has(i, names.get(i))) value = passed.get(i, names.get(i), null);
                else if (otherwise != null) value = render.value(otherwise, inner);
                else value = new Undefined("parameter '" + names.get(i) + "' was not provided");
                inner.set(names.get(i), value);
            }
            return render.capture(() -> runAll(statements, render, inner));
        }

        private static Map<String, @Nullable Object> without(Map<String, @Nullable Object> named) {
            var rest = new LinkedHashMap<>(named);
            rest.remove("caller");
            return rest;
        }
    }

    record Macro(int line, Body body) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            scope.set(body.name(), body.in(scope));
            return Flow.NEXT;
        }
    }

    /** {@code {% call macro() %}…{% endcall %}} */
    record CallBlock(int line, Expression.Call call, Body body) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            var arguments = call.passed().values(render, scope);
            var named = new LinkedHashMap<>(arguments.named());
            named.put("caller", body.in(scope));
            Object callee = render.value(call.callee(), scope);
            Object value = Expression.Call.call(callee, render, new CallArguments(arguments.positional(), named));
            render.write(Printed.text(render, value));
            return Flow.NEXT;
        }
    }

    /** {@code {% generation %}…{% endgeneration %}}: text of the assistant, which is trained on. */
    record GenerationBlock(int line, List<Statement> body) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            int start = render.generationStarts();
            runAll(body, render, new Scope(scope));
            render.generated(start);
            return Flow.NEXT;
        }
    }

    record Jump(int line, Flow flow) implements Statement {
        @Override
        public Flow run(Render render, Scope scope) {
            return flow;
        }
    }
}
